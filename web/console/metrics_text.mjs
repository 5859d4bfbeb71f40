// The text of /metrics, read: families of samples with their labels.
// Spec: the Prometheus text format 0.0.4.
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED = /\\(.)/g;

// Labels are the same in each answer, so they are read once.
const labelsRead = new Map();
function labelsOf(text) {
    let labels = labelsRead.get(text);
    if (!labels) {
        labels = {};
        for (const [, name, value] of text.matchAll(LABEL)) {
            labels[name] = value.replace(ESCAPED, (_, c) => (c === 'n' ? '\n' : c));
        }
        labelsRead.set(text, labels);
    }
    return labels;
}

const fits = (labels, wanted) =>
    Object.entries(wanted).every(([name, value]) => labels[name] === value);

export class Samples {
    #families = new Map();

    constructor(text) {
        for (const line of text.split('\n')) {
            const [, name, labels = '', value] = LINE.exec(line) ?? [];
            if (!name) continue;
            if (!this.#families.has(name)) this.#families.set(name, []);
            this.#families.get(name).push({ labels: labelsOf(labels), value: Number(value) });
        }
    }

    all(name) { return this.#families.get(name) ?? []; }

    // Of those whose labels are so; null if there is no such family.
    sum(name, wanted = {}) {
        const family = this.#families.get(name);
        if (!family) return null;
        return family.reduce((sum, { labels, value }) => sum + (fits(labels, wanted) ? value : 0), 0);
    }

    // By a label's values: Map of each to its sum.
    by(name, label, wanted = {}) {
        const sums = new Map();
        for (const { labels, value } of this.all(name)) {
            if (!fits(labels, wanted)) continue;
            sums.set(labels[label], (sums.get(labels[label]) ?? 0) + value);
        }
        return sums;
    }
}
