// The arithmetic of bench/compare: what runs told is made ratios and verdicts of, and a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scriptOf } from '../../bench/compare/charts.mjs';
import { parseStat } from '../../bench/compare/cpu_ticks.mjs';
import { readH2load } from '../../bench/compare/h2load_words.mjs';
import { delaysTable, handshakesTable, messagesTable, targetsTable,
         withSection } from '../../bench/compare/page.mjs';
import { DEFAULTS, QUICK, inTurns, makePlan, manySessions, only } from '../../bench/compare/plan.mjs';
import { allFigures, busiestShare, figuresOf, isStarved, median, targetsOf,
         verdictOf } from '../../bench/compare/targets.mjs';

// A report as boshcm-load's JSON has it; milliseconds for each 1,000 of the processes.
const report = (milliseconds, more = {}) => ({
    ok: true, scenario: 'echo', cores_used: 1.5, sessions: 200, per_second: 1000,
    http_requests_per_unit: null, latency_ms: { p99: 3 },
    processes: Object.entries(milliseconds).map(([name, value]) =>
        ({ name, cpu_seconds_per_1000: value / 1000, pss_bytes_per_session: 2048 })), ...more,
});
const target = (list, id, words) => list.find((each) => each.id === id && each.what.includes(words));
const targets = (named, settings = { cores: 2, many: 9000 }) => targetsOf(
    allFigures(Object.entries(named).map(([name, told]) => ({ name, report: told }))), settings);
const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-9, `${value}`);

// Rows: -
test('a median is the one in the middle, or between two, and leaves out what is not there', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([10, 1, 2, 4]), 3);
    assert.equal(median([null, 7, undefined]), 7);
    assert.equal(median([null]), undefined);
});

// Rows: -
test('a target is met at its limit, missed beyond it, and not measured without figures', () => {
    assert.equal(verdictOf({ value: 2, atMost: 2 }), 'met');
    assert.equal(verdictOf({ value: 2.01, atMost: 2 }), 'MISSED');
    assert.equal(verdictOf({ value: 20, atLeast: 20 }), 'met');
    assert.equal(verdictOf({ value: 19.9, atLeast: 20 }), 'MISSED');
    assert.equal(verdictOf({ value: undefined, atMost: 2 }), 'not measured');
    assert.equal(verdictOf({ value: 1 }), 'told');
    for (const each of targets({})) assert.equal(each.verdict, 'not measured', each.what);
});

// Rows: -
test('BOSH is measured against as many requests as a message takes', () => {
    const bosh = report({ manager: 12, server: 4 }, { http_requests_per_unit: 1.5 });
    const found = target(targets({ 'nginx/get': report({ server: 4 }), 'stub/bosh': bosh }), 'a', 'nginx');
    near(found.value, 2);
    assert.equal(found.verdict, 'met');
});

// Rows: -
test('a server of its own is measured by what it spends beyond plain TCP', () => {
    const list = targets({
        'prosody/tcp': report({ server: 100 }), 'prosody/own-bosh': report({ server: 400 }),
        'prosody/bosh': report({ manager: 20, server: 106 }),
    });
    near(target(list, 'b', "Prosody's own BOSH").value, 15);
    assert.equal(target(list, 'b', "Prosody's own BOSH").verdict, 'MISSED');
    near(target(list, 'd', 'Prosody behind the manager over BOSH').value, 1.06);
    assert.equal(target(list, 'd', 'Prosody behind the manager over BOSH').verdict, 'MISSED');
});

// Rows: -
test('WebSocket is measured against a relay in its place', () => {
    const list = targets({ 'stub/websocket': report({ manager: 12 }), 'haproxy/tcp': report({ relay: 8 }),
                           'haproxy/websocket': report({ relay: 1, manager: 99 }) });
    near(target(list, 'c', 'HAProxy').value, 1.5);
});

// Rows: -
test('two workers are judged by the busiest thread where processors are few', () => {
    near(busiestShare([3, 1, 0]), 0.75);
    assert.equal(busiestShare([]), undefined);
    const named = {
        'stub/bosh': report({ manager: 20 }, { manager_thread_seconds: [0, 4], per_second: 100 }),
        'workers/bosh': report({ manager: 20 }, { manager_thread_seconds: [1, 3], per_second: 190 }),
    };
    near(target(targets(named), 'e', 'BOSH').value, 20 / 15);
    near(target(targets(named, { cores: 8, many: 9000 }), 'e', 'BOSH').value, 1.9);
});

// Rows: -
test('many clients are measured against few, and half load against TCP', () => {
    const list = targets({
        'stub/bosh': report({ manager: 10 }), 'many/bosh': report({ manager: 13 }, { sessions: 6600 }),
        'stub/tcp': report({ server: 4 }), 'many/tcp': report({ server: 10 }, { sessions: 9000 }),
        'half/tcp': report({}, { scenario: 'rate', latency_ms: { p99: 0.5 } }),
        'half/bosh': report({}, { scenario: 'rate', latency_ms: { p99: 2 } }),
    });
    const many = target(list, 'f', 'at 6,600 sessions ÷ at 200');
    near(many.value, 1.3);
    assert.equal(many.verdict, 'MISSED');
    const alone = target(list, 'f', 'the stub server with TCP clients: at 9,000 ÷ at 200');
    near(alone.value, 2.5);
    assert.equal(alone.verdict, 'told');
    near(target(list, 'g', 'BOSH').value, 1.5);
});

// Rows: -
test('handshakes are compared by how many a second of CPU makes', () => {
    const named = { 'tls/boshcm-ecdsa': report({ manager: 200 }, { scenario: 'handshakes' }),
                    'tls/nginx-ecdsa': report({ server: 170 }, { scenario: 'handshakes' }),
                    'tls/boshcm-rsa-resumed': report({ manager: 90 }, { scenario: 'handshakes' }),
                    'tls/nginx-rsa-resumed': report({ server: 99 }, { scenario: 'handshakes' }) };
    const list = targets(named);
    const full = target(list, 'h', 'ECDSA P-256, full');
    near(full.value, 0.85);
    assert.equal(full.verdict, 'MISSED');
    near(target(list, 'h', 'RSA 2048, resumed').value, 1.1);
    assert.equal(target(list, 'h', 'RSA 2048, full').verdict, 'not measured');
    const figures = allFigures(Object.entries(named).map(([name, told]) => ({ name, report: told })));
    const text = handshakesTable(makePlan(DEFAULTS), figures);
    assert.match(text, /^\| boshcm, ECDSA P-256, full \| 200 \| 5,000 \| 1,000 \|$/m);
    assert.match(text, /^\| nginx, RSA 2048, resumed \| 99.0 \| 10,101 \| 1,000 \|$/m);
    assert.doesNotMatch(messagesTable(makePlan(DEFAULTS), figures), /nginx|boshcm, /);
});

// Rows: -
test('what went wrong counts for nothing, what was starved only alone', () => {
    const starved = report({ manager: 90 }, { cores_used: 0.1 });
    assert.equal(isStarved(starved), true);
    assert.equal(isStarved({ ...starved, scenario: 'idle' }), false);
    assert.equal(isStarved({ ...starved, scenario: 'rate', due: 100, arrived: 90 }), false);
    assert.equal(isStarved({ ...starved, scenario: 'rate', due: 100, arrived: 89 }), true);
    const of = (...reports) => allFigures(reports.map((each) => ({ name: 'x', report: each }))).get('x');
    assert.equal(of(starved).manager, 90);
    assert.equal(of(starved, report({ manager: 10 })).manager, 10);
    assert.equal(of(report({ manager: 1 }, { ok: false }), undefined), undefined);
    const list = targets({ 'stub/websocket': starved, 'haproxy/tcp': report({ relay: 5 }) });
    assert.match(targetsTable(list), /18.00× \| \*\*missed\*\*, starved \|/);
    assert.equal(target(list, 'a', 'nginx').starved, false);
    assert.equal(figuresOf([report({ manager: 10 })]).managerBytes, 2048);
    const less = { ok: true, scenario: 'idle', processes: [{ name: 'server', pss_bytes_per_session: -9 }] };
    assert.equal(figuresOf([less]).serverBytes, undefined);
});

// Rows: -
test('a plan has each run by its name, and takes turns', () => {
    const plan = makePlan(DEFAULTS);
    assert.equal(new Set(plan.map((run) => run.name)).size, plan.length);
    assert.deepEqual(only(plan, ['stub/tcp', 'nginx']).map((run) => run.name), ['stub/tcp', 'nginx/get']);
    assert.throws(() => only(plan, ['stubs']), /there is no stubs; groups are stub, nginx/);
    const runs = inTurns(only(plan, ['nginx', 'haproxy/tcp', 'memory/stub-bosh']), 2);
    assert.deepEqual(runs.map((run) => `${run.name} ${run.turn}`), ['nginx/get 0', 'haproxy/tcp 0',
        'memory/stub-bosh 0', 'nginx/get 1', 'haproxy/tcp 1']);
    assert.ok(makePlan({ ...DEFAULTS, ...QUICK }).every((run) => run.seconds <= 2));
});

// Rows: -
test('there are no more clients than descriptors for them', () => {
    assert.equal(manySessions('bosh', { many: 9000, descriptors: 20_000 }), 5766);
    assert.equal(manySessions('websocket', { many: 9000, descriptors: 20_000 }), 8650);
});

// Rows: -
test('the words of other programs are read', () => {
    assert.deepEqual(readH2load('finished in 3.20s, 31250.21 req/s, 4MB/s\n' +
        'requests: 100000 total, 100000 started, 100000 done, 99999 succeeded, 1 failed, 0 errored'),
                     { seconds: 3.2, succeeded: 99999 });
    assert.equal(readH2load('finished in 320.50ms, 1\nrequests: 1 total, 1 succeeded').seconds, 0.3205);
    assert.throws(() => readH2load('no'), /h2load said/);
    assert.deepEqual(parseStat('7 (a) b (c)) S 3 1 1 0 -1 4 5 6 7 8 150 50 20 5 20 0'),
                     { parent: 3, seconds: 2, waited: 0.25 });
});

// Rows: -
test('the page tells verdicts and takes the place of the last one', () => {
    const list = targets({ 'nginx/get': report({ server: 4 }), 'stub/websocket': report({ manager: 9 }),
                           'haproxy/tcp': report({ relay: 5 }) });
    assert.match(targetsTable(list), /\| c \| [^|]*HAProxy[^|]* \| ≤ 1.5× \| 1.80× \| \*\*missed\*\* \|/);
    const figures = allFigures([{ name: 'stub/bosh',
        report: report({ manager: 12.34, server: 123.4 }, { http_requests_per_unit: 1 }) }]);
    assert.match(messagesTable(makePlan(DEFAULTS), figures),
                 /\| BOSH → boshcm → stub server \| echo \| 200 \| 12.3 \| 123 \| {2}\| 1.00 \| 1,000 \|/);
    const document = 'a\n<!-- bench/compare: begin -->\nold\n<!-- bench/compare: end -->\nb\n';
    assert.equal(withSection(document, 'new\n'), document.replace('old', 'new'));
    assert.throws(() => withSection('a', 'new'), /no <!-- bench\/compare: begin -->/);
});

// Rows: -
test('a bar has what is in it on top of each other, and its sum above', () => {
    const script = scriptOf({ title: 't', unit: 'u', series: ['boshcm', 'server'],
                              bars: [{ label: 'x', values: { boshcm: 2, server: 3 } },
                                     { label: 'y', values: { server: 4 } }] });
    assert.match(script, /^"x" 2 3 5\n"y" 0 4 4$/m);
});

// Rows: -
test('each delay has its line', () => {
    const lines = delaysTable([{ server: 'stub', scenario: 'rate', sessions: 200, perSecond: 4000, delay: 5,
        requests: 1.004, bytes: 1499.6, p50: 0.4, p99: 2.345, manager: 12.34, serverCpu: 3 }]).split('\n');
    assert.equal(lines[2], '| stub server | everybody, to themselves | 200 | 4,000 | 5 | 1.00 | 1,500 | ' +
        '0.40 | 2.35 | 12.3 | 3.0 |');
});
