// The arithmetic of bench/soak: what the samples, the log and the reports are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changesOf } from '../../bench/soak/changes.mjs';
import { Logbook } from '../../bench/soak/logbook.mjs';
import { accountsOf, numbered, stayingCrowds, visitingCrowds } from '../../bench/soak/mix.mjs';
import { pageOf } from '../../bench/soak/page.mjs';
import { kibPerHour, sampleOf, slopeOf } from '../../bench/soak/samples.mjs';
import { bytesPerSession, errorsOf, unexplained, verdictsOf } from '../../bench/soak/verdicts.mjs';

const LIMITS = { growthKib: 100, heapKib: 10, kibPerHour: 50 };
const logbook = () => new Logbook();
const result = (report, crowd = {}) => ({
    crowd: { name: 'rate bosh', broken: false, sessions: 5, ...crowd },
    report: { unit: 'messages', arrived: 10, missing: 0, errors: {}, ...report } });
const soak = (more = {}) => ({
    begin: { ownKib: 1000, rssKib: 2000, descriptors: 20 }, end: { ownKib: 1040, rssKib: 2050, descriptors: 20 },
    samples: [{ seconds: 0, ownKib: 1500, rssKib: 2500, descriptors: 90, sessions: 30 },
              { seconds: 1800, ownKib: 1510, rssKib: 2500, descriptors: 91, sessions: 30 },
              { seconds: 3600, ownKib: 1520, rssKib: 2500, descriptors: 91, sessions: 30 }],
    seconds: 3600, longestStall: 0.1, results: [result()], left: 0, logbook: logbook(), created: 40, ...more });
const missed = (values) => verdictsOf(soak(values), LIMITS)
    .filter(({ verdict }) => verdict === 'MISSED').map(({ what }) => what);

// Rows: -
test('what came back is good, at the limits too', () => {
    assert.deepEqual(missed(), []);
    assert.deepEqual(missed({ end: { ownKib: 1100, descriptors: 20 } }), []);
});

// Rows: -
test('each thing that did not come back is told', () => {
    const end = { ownKib: 1040, descriptors: 20 };
    assert.deepEqual(missed({ end: { ...end, ownKib: 1101 } }), ['memory at rest, more than before']);
    assert.deepEqual(missed({ end: { ...end, descriptors: 21 } }), ['descriptors at rest']);
    const begin = { ...end, heapKib: 500 };
    assert.deepEqual(missed({ begin, end: { ...end, heapKib: 510 } }), []);
    assert.deepEqual(missed({ begin, end: { ...end, heapKib: 511 } }), ['heap in use at rest, more than before']);
    assert.deepEqual(missed({ begin, end }), [], 'it has not told');
    assert.deepEqual(missed({ left: 1 }), ['sessions left at rest']);
    assert.deepEqual(missed({ stopFault: 'exit 1' }), ['its end']);
    const rising = [1800, 2700, 3600].map((seconds) => ({ seconds, ownKib: 1000 + seconds / 60 }));
    assert.deepEqual(missed({ samples: rising }), ['trend of memory under load']);
    assert.deepEqual(missed({ samples: rising, seconds: 600 }), []);
    const grown = [0, 1800, 3600].map((seconds) => ({ seconds, ownKib: seconds === 0 ? 1000 : 1100 }));
    assert.deepEqual(missed({ samples: grown }), [], 'in its first half');
    const foreign = logbook();
    foreign.hear('==1==ERROR: AddressSanitizer');
    assert.deepEqual(missed({ logbook: foreign }), ['lines of the log that are none']);
});

// Rows: -
test('a loss is explained by what was done to those who had it, and by nothing else', () => {
    const cut = { broken: true };
    const lost = { 'connection-lost: end of stream': 1 };
    assert.deepEqual(missed({ results: [result({ errors: lost, missing: 2 }, cut)] }), []);
    assert.deepEqual(missed({ results: [result({ missing: 2 }, cut)] }),
                     ['missing without a loss that explains it']);
    assert.deepEqual(missed({ results: [result({ errors: lost, missing: 2 })] }),
                     ['errors of clients whom nothing was done to', 'missing without a loss that explains it']);
    // Where nobody had a processor it says nothing, but is told.
    const starved = soak({ results: [result({ errors: lost, missing: 2 })], longestStall: 6 });
    assert.deepEqual(verdictsOf(starved, LIMITS).filter(({ verdict }) => verdict === 'starved').length, 2);
    assert.deepEqual(missed({ longestStall: 60, left: 1 }), ['sessions left at rest']);
    const both = [result({ errors: lost }), result({ errors: lost, missing: 3 })];
    assert.deepEqual(errorsOf(both), { 'connection-lost: end of stream': 2 });
    assert.equal(unexplained(both), 3);
});

// Rows: -
test('the slope of a line is found between points that scatter', () => {
    assert.equal(slopeOf([[0, 1], [1, 3], [2, 5]]), 2);
    assert.ok(Math.abs(slopeOf([[0, 1], [1, -1], [2, 1], [3, -1], [4, 1], [5, -1]]) + 6 / 35) < 1e-9);
    assert.equal(slopeOf([[1, 1]]), undefined);
    assert.equal(slopeOf([]), undefined);
    assert.equal(kibPerHour([{ seconds: 0, ownKib: 10 }, { seconds: 1800, ownKib: 20 }]), 20);
    assert.equal(bytesPerSession(soak()), 1024);
    assert.equal(bytesPerSession(soak({ created: 0 })), undefined);
});

// Rows: -
test('sessions of both kinds are counted once, with how they ended', () => {
    const book = logbook();
    const at = '2026-11-28T18:40:01.123Z';
    for (const line of [`${at} info session.created sid=Ab3dE6gH domain=a wait=60`,
                        `${at} info websocket.opened sid=ws-1 peer=127.0.0.1`,
                        `${at} info session.created sid=ws-1 domain=a`,
                        `${at} info websocket.opened sid=ws-2 peer=127.0.0.1`,
                        `${at} info session.ended sid=Ab3dE6gH domain=a cause=terminated`,
                        `${at} info websocket.ended sid=ws-1 domain=a cause=client-closed`,
                        `${at} warning upstream.connect-failed target=a`,
                        `${at} info memory.returned before=9 after=8 in_use=4096 us=7`,
                        `${at} debug request.refused`]) book.hear(line);
    assert.deepEqual([book.created, book.ended, book.sessions], [3, 2, 1]);
    assert.deepEqual(book.causes, { terminated: 1, 'client-closed': 1 });
    assert.deepEqual(book.warnings, { 'upstream.connect-failed': 1 });
    assert.match(book.samples['upstream.connect-failed'], /target=a$/);
    assert.deepEqual([book.returns, book.inUse], [1, 4096]);
});

// Rows: -
test('each client has an account of its own, and there is one of everything', () => {
    const crowds = numbered([...stayingCrowds(), ...visitingCrowds()]);
    let next = 0;
    for (const { first, sessions } of crowds) {
        assert.equal(first, next);
        next += sessions;
    }
    assert.equal(accountsOf(crowds), next);
    assert.equal(new Set(crowds.map(({ name }) => name)).size, crowds.length);
    for (const scenario of ['rate', 'idle', 'churn', 'storm', 'echo', 'fan-out']) {
        for (const transport of ['bosh', 'websocket']) {
            assert.ok(crowds.some((each) => each.scenario === scenario && each.transport === transport));
        }
    }
    for (const { sessions } of stayingCrowds(0.01)) assert.ok(sessions >= 2);
});

// Rows: -
test('a page tells what was lost and where it went', () => {
    const measured = soak({ command: 'bench/soak/run', begun: '2026-11-28T18:00:00Z', machine: 'm', most: 30,
        reloads: 3, changes: { limits: 2, 'a domain more': 1 }, restarts: 2, cuts: '5 cuts', cpuSeconds: 36,
        results: [result(), result({ arrived: 5, missing: 1, errors: { timeout: 1 } })] });
    const page = pageOf(measured, verdictsOf(measured, LIMITS));
    assert.match(page, /^\| rate bosh \| 2 \| 5 \| messages \| 15 \| 1 \| 1 × timeout \|$/m);
    assert.match(page, /^\| errors of clients whom nothing was done to \| none \| 1 × timeout \| \*\*missed\*\* \|$/m);
    assert.match(page, /1\.0 % of one processor/);
    assert.match(page, /^- 3 reloads, each with .* other settings: 2 × limits; 1 × a domain more$/m);
});

// Rows: -
test('a file that changes changes by one thing at a time, and ends as it began', () => {
    const base = { limits: { creations: 0 }, bosh: { inactivity: '9s' }, domains: { a: 1 }, listeners: ['tls'],
                   log: { level: 'info' } };
    const changes = changesOf({ comingPort: 7, listenerPort: 8 });
    const made = changes.map(({ settings }) => settings(base));
    assert.equal(new Set(made.map((each) => JSON.stringify(each))).size, changes.length);
    for (const each of made) {
        assert.equal(each.bosh.inactivity, '9s');
        assert.equal(each.domains.a, 1);
        assert.equal(each.listeners[0], 'tls');
        assert.ok(['info', 'debug'].includes(each.log.level)); // or nobody would hear of sessions
    }
    assert.deepEqual(made.at(-1), base);
    assert.deepEqual(changes.filter(({ coming }) => coming).map(({ name }) => name), ['a domain more']);
});

// Rows: -
test('a process is looked at as the kernel tells of it', () => {
    const { ownKib, rssKib, descriptors, cpuSeconds } = sampleOf(process.pid);
    assert.ok(ownKib > 1000 && rssKib >= ownKib / 2 && descriptors > 3 && cpuSeconds >= 0);
});
