// bench/compare, from the first process to the page: a short run of one group. What it measured is
// not asked: that is for a machine of its own.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Child, temporaryFolder } from '../support/children.mjs';

const PROGRAM = new URL('../../bench/compare/compare.mjs', import.meta.url).pathname;
const DELAYS = new URL('../../bench/compare/release_delay.mjs', import.meta.url).pathname;

// Rows: -
test('a short comparison before the stub server leaves a page and the JSON of each run', async () => {
    const out = temporaryFolder('compare');
    const child = new Child('compare', process.execPath, [PROGRAM, '--quick', '--only', 'stub', '--time',
        '0.5', '--sessions', '10', '--attempts', '1', '--out', out]);
    const { code } = await child.exited;
    assert.equal(code, 0, child.output);
    for (const [way, roles] of [['tcp', ['generator', 'server']],
                                ['bosh', ['generator', 'server', 'manager']],
                                ['websocket', ['generator', 'server', 'manager']]]) {
        const { run, report } = JSON.parse(readFileSync(join(out, `stub-${way}-1.json`), 'utf8'));
        assert.equal(run.name, `stub/${way}`);
        assert.equal(report.ok, true);
        assert.ok(report.arrived > 0);
        assert.deepEqual(report.processes.map(({ name }) => name), roles);
    }
    const page = readFileSync(join(out, 'README.md'), 'utf8');
    assert.match(page, /^\| BOSH → boshcm → stub server \| echo \| 10 \| [\d.,]+ \| [\d.,]+ \|/m);
    assert.match(page, /\| not measured \|/);
    for (const [, chart] of page.matchAll(/^!\[[^\]]*\]\((.*)\)$/gm)) assert.ok(existsSync(join(out, chart)));
});

// Rows: -
test('a short comparison of delays leaves a table of what each has cost', async () => {
    const out = temporaryFolder('release-delay');
    const child = new Child('release-delay', process.execPath, [DELAYS, '--only', 'stub', '--delays', '0,50',
        '--rate', '100', '--time', '1', '--out', out]);
    const { code } = await child.exited;
    assert.equal(code, 0, child.output);
    const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
    assert.deepEqual(results.map(({ run }) => run.bosh['release-delay']), ['0ms', '50ms']);
    const page = readFileSync(join(out, 'README.md'), 'utf8');
    for (const { run, report } of results) {
        assert.equal(report.ok, true);
        assert.ok(report.arrived > 0 && report.bytes > 0);
        const each = report.http_requests_per_unit.toFixed(2).replace('.', '\\.');
        assert.match(page, new RegExp(`^\\| stub server \\|.*\\| ${run.delay} \\| ${each} \\| [\\d,]+ \\|`, 'm'));
    }
});

// Rows: -
test('a mistake in its command line is told', async () => {
    for (const args of [[PROGRAM, '--only', 'nobody'], [PROGRAM, '--time', 'soon'], [PROGRAM, '--fast'],
                        [DELAYS, '--delays', '51'], [DELAYS, '--only', 'nobody']]) {
        const child = new Child('compare', process.execPath, args);
        assert.equal((await child.exited).code, 2, child.output);
        assert.match(child.output, /^bench\/compare: /);
    }
});
