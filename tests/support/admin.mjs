// What the admin listener says, asked by TCP or at its Unix socket; and metrics, read from the text.
import assert from 'node:assert/strict';
import { request } from 'node:http';

// at: a port of loopback, or the path of a socket. body: sent as JSON.
export function ask(at, path, { method = 'GET', headers = {}, body } = {}) {
    const where = typeof at === 'number' ? { host: '127.0.0.1', port: at } : { socketPath: at };
    return new Promise((resolve, reject) => {
        request({ ...where, path, method, headers, agent: false }, (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (part) => { text += part; });
            answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers,
                                             text }));
            answer.on('error', reject);
        }).on('error', reject).end(body && JSON.stringify(body));
    });
}

// What the API says: { status, json }.
export async function api(at, path, options) {
    const { status, text } = await ask(at, path, options);
    return { status, json: JSON.parse(text) };
}

// { families: Map of name to { type, help, labels: Set }, samples: Map of "name{labels}" to number }.
export function readMetrics(text) {
    const families = new Map();
    const samples = new Map();
    let family;
    for (const line of text.trimEnd().split('\n')) {
        const [, word, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
        if (word === 'HELP') {
            family = { help: rest, labels: new Set() };
            families.set(name, family);
        } else if (word === 'TYPE') {
            families.get(name).type = rest;
        } else {
            const [, sample, labels = '', value] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line);
            assert.ok(family, line);
            for (const [, label] of labels.matchAll(/(\w+)="/g)) {
                if (label !== 'le') family.labels.add(label);
            }
            samples.set(labels ? `${sample}{${labels}}` : sample, Number(value));
        }
    }
    return { families, samples };
}
