// Step: what has happened between two looks at the metrics. Without an earlier look, or if the
// process is another one than then, gauges are known and nothing else is.
import { Samples } from './metrics_text.mjs';

const STARTED = 'process_start_time_seconds';

export class Step {
    // now, before: { at, samples }, at in milliseconds.
    constructor(now, before) {
        this.now = now.samples;
        const same = before && before.samples.sum(STARTED) === now.samples.sum(STARTED);
        this.before = same ? before.samples : null;
        this.seconds = same ? (now.at - before.at) / 1000 : 0;
    }

    get isMeasured() { return this.before !== null && this.seconds > 0; }

    gauge(name, labels) { return this.now.sum(name, labels); }

    grown(name, labels) {
        const [now, before] = [this.now.sum(name, labels), this.before?.sum(name, labels)];
        if (!this.isMeasured || now === null || before === null) return null;
        return Math.max(0, now - before);
    }

    rate(name, labels) {
        const grown = this.grown(name, labels);
        return grown === null ? null : grown / this.seconds;
    }

    grownBy(name, label, labels) {
        if (!this.isMeasured || this.before.sum(name) === null) return new Map();
        const before = this.before.by(name, label, labels);
        return new Map([...this.now.by(name, label, labels)].map(
            ([value, sum]) => [value, Math.max(0, sum - (before.get(value) ?? 0))]));
    }

    // Which value of `label` leads: [value, growth].
    mostGrown(name, label, labels) {
        return [...this.grownBy(name, label, labels)].reduce(
            (most, each) => (each[1] > most[1] ? each : most), ['', 0]);
    }

    // As Prometheus' histogram_quantile() has it; null if there was nothing to measure.
    quantile(part, name, labels) {
        const buckets = [...this.grownBy(`${name}_bucket`, 'le', labels)]
            .map(([bound, number]) => [bound === '+Inf' ? Infinity : Number(bound), number])
            .sort(([one], [other]) => one - other);
        const all = buckets.at(-1)?.[1] ?? 0;
        if (all === 0) return null;
        const rank = part * all;
        let [lower, below] = [0, 0];
        for (const [bound, number] of buckets) {
            if (number >= rank) {
                if (bound === Infinity) return lower;
                return lower + (bound - lower) * (number === below ? 1 : (rank - below) / (number - below));
            }
            [lower, below] = [bound, number];
        }
        return lower;
    }
}

export const look = (at, text) => ({ at, samples: new Samples(text) });
