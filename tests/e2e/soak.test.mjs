// bench/soak, from the first process to the page: some seconds of it. Everything must come back even so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Child, temporaryFolder } from '../support/children.mjs';

const PROGRAM = new URL('../../bench/soak/soak.mjs', import.meta.url).pathname;

// Rows: -
test('a short soak leaves nothing behind but a page', async () => {
    const out = temporaryFolder('soak');
    const child = new Child('soak', process.execPath, [PROGRAM, '--time', '6s', '--warm-up', '4s', '--scale',
        '0.1', '--sample', '1s', '--every', '100ms', '--reload', '2s', '--restart', '3s',
        '--growth', '65536', '--patience', '16s', '--rest', '1s', '--out', out]); // the sanitizers keep what is given back for a while
    const { code } = await child.exited;
    assert.equal(code, 0, child.output);
    const told = JSON.parse(readFileSync(join(out, 'soak.json'), 'utf8'));
    assert.ok(told.created > 0 && told.most > 0);
    assert.ok(told.reloads > 0 && told.restarts > 0);
    assert.equal(Object.values(told.changes).reduce((sum, count) => sum + count, 0), told.reloads);
    assert.ok(told.samples.length > 2);
    assert.equal(told.left, 0);
    assert.deepEqual(told.verdicts.filter(({ verdict }) => verdict === 'MISSED'), []);
    // Whoever stays has arrived at something, but those at rest.
    for (const { crowd, report } of told.results) {
        if (crowd.scenario !== 'idle') assert.ok(report.arrived > 0, `${crowd.name}: ${JSON.stringify(report)}`);
    }
    assert.equal(readFileSync(join(out, 'samples.jsonl'), 'utf8').trim().split('\n').length, told.samples.length);
    const page = readFileSync(join(out, 'README.md'), 'utf8');
    assert.match(page, /^# boshcm soaked$/m);
    assert.match(page, /reloads, each with a new certificate and with other settings: \d+ × /);
});

// Rows: -
test('a mistake in its command line is told', async () => {
    for (const args of [['--time', 'soon'], ['--server', 'other'], ['--scale', 'x'], ['--patience', '10s'], ['--fast']]) {
        const child = new Child('soak', process.execPath, [PROGRAM, ...args]);
        assert.equal((await child.exited).code, 2, child.output);
        assert.match(child.output, /^bench\/soak: /);
    }
});
