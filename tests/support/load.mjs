// Load — boshcm-load and boshcm-load-server of bench/load, as an end-to-end test runs them.
import assert from 'node:assert/strict';

import { Child, freePort, within } from './children.mjs';

const SANITIZER_REPORT = /AddressSanitizer|LeakSanitizer|runtime error:/;

export async function startStubServer({ port: wanted } = {}) {
    const port = wanted ?? await freePort();
    const child = new Child('boshcm-load-server', process.env.BOSHCM_LOAD_SERVER,
                            ['--port', String(port)]);
    await child.line(/^listening on /);
    return {
        name: 'stub', port, child,
        // Tells what it has counted.
        async stop() {
            const { code, signal } = await child.stop();
            assert.deepEqual({ code, signal }, { code: 0, signal: null }, child.output);
            assert.doesNotMatch(child.output, SANITIZER_REPORT);
            const words = /streams (\d+), at most (\d+) at a time, messages (\d+), bounced (\d+)/;
            const [streams, most, messages, bounced] =
                words.exec(child.output).slice(1).map(Number);
            return { streams, most, messages, bounced };
        },
    };
}

// What startBoshcm() takes so that the many who share an address are let in: here all clients do.
export const UNLIMITED = {
    http: { 'max-connections': 1_000_000 },
    limits: Object.fromEntries(['address-connections', 'address-sessions', 'address-unauthenticated',
        'address-creations', 'address-requests', 'address-misses', 'unauthenticated', 'creations']
        .map((name) => [name, 0]).concat([['address-bytes', '0B']])),
    upstream: { pace: 100_000, burst: 100_000 },
};

// Starts it; `report` is how it ends: what it told as JSON, with its exit status as `code`.
export function startLoad(args, { seconds = 120 } = {}) {
    const child = new Child('boshcm-load', process.env.BOSHCM_LOAD, [...args, '--json', '-']);
    const report = within(seconds, 'the end of boshcm-load', child.exited).then(({ code, signal }) => {
        assert.equal(signal, null, child.output);
        assert.doesNotMatch(child.output, SANITIZER_REPORT);
        const begin = child.output.indexOf('{');
        assert.ok(begin >= 0, child.output);
        return { code, ...JSON.parse(child.output.slice(begin)) };
    });
    return { child, report };
}

export const load = (args) => startLoad(args).report;
