// Is it well, and if not, where? A list of checks, each with its figure, always in the same order.
// Where an alert of conf/prometheus-alerts.yml asks the same, the bound is the alert's.
//
// level: 'good', 'warn' (somebody should look), 'bad' (clients suffer), 'unknown' (not measured yet).
import { bytes, count, percent, plural, span, NONE } from './units.mjs';
import { REACH_SECONDS } from './looks.mjs';

const BUSY = 0.85; // part of a worker's time
const SLOW_SECONDS = 0.1; // one turn in a hundred takes longer
const BUDGET = { warn: 0.75, bad: 0.85 }; // at the latter, new sessions are refused
const DESCRIPTORS = { warn: 0.8, bad: 0.95 };
const ENOUGH = 5; // ends or connects, fewer say nothing about the rest

const LOST = ['inactivity', 'client-lost', 'ping-timeout', 'creation-abandoned'];
const CUT = ['connect-failed', 'upstream-lost', 'upstream-sent-no-xmpp', 'remote-stream-error', 'server-closed'];

const unknown = { level: 'unknown', figure: NONE, detail: 'measuring …' };
const above = (value, { warn, bad }) => (value >= bad ? 'bad' : value >= warn ? 'warn' : 'good');
const within = ({ seconds }) =>
    `in ${seconds < 90 ? plural(Math.round(seconds), 's', 's') : plural(Math.round(seconds / 60), 'min', 'min')}`;

function newClients(daemon) {
    const standings = {
        ready: { level: 'good', figure: 'welcome', detail: 'ready' },
        starting: { level: 'warn', figure: 'not yet', detail: 'it is starting' },
        draining: { level: 'warn', figure: 'refused', detail: 'it is draining' },
    };
    return standings[daemon.standing] ?? unknown;
}

function servers(step) {
    const failed = step.grown('boshcm_upstream_connect_failures_total');
    const connected = step.grown('boshcm_upstream_connects_total');
    if (failed === null) return unknown;
    if (failed + connected === 0) {
        return { level: 'good', figure: 'no failure', detail: `none was needed ${within(step)}` };
    }
    const part = failed / (failed + connected);
    const [stage] = step.mostGrown('boshcm_upstream_connect_failures_total', 'stage');
    return {
        level: failed > connected ? 'bad' : part > 0.05 ? 'warn' : 'good',
        figure: `${percent(part)} failed`,
        detail: failed > 0 ? `most at ${stage}, ${count(failed)} ${within(step)}`
            : `${plural(connected, 'connection')} ${within(step)}`,
    };
}

// What part of the sessions that ended did so for one of these causes.
function ends(step, causes, { warn, bad }) {
    const grown = step.grownBy('boshcm_sessions_ended_total', 'cause');
    if (grown.size === 0) return unknown;
    const all = [...grown.values()].reduce((sum, number) => sum + number, 0);
    const [cause, most] = causes.map((each) => [each, grown.get(each) ?? 0])
        .reduce((one, other) => (other[1] > one[1] ? other : one));
    const these = causes.reduce((sum, each) => sum + (grown.get(each) ?? 0), 0);
    const judged = these >= ENOUGH && all > 0 ? above(these / all, { warn, bad }) : 'good';
    return {
        level: judged, figure: these === 0 ? 'none' : `${count(these)} of ${count(all)}`,
        detail: these === 0 ? `of ${plural(all, 'end')} ${within(step)}`
            : `most: ${cause}, ${count(most)} ${within(step)}`,
    };
}

function workers(step) {
    if (!step.isMeasured) return unknown;
    const [worker, seconds] = step.mostGrown('boshcm_loop_turn_seconds_sum', 'worker');
    const busy = seconds / step.seconds;
    return { level: above(busy, { warn: BUSY, bad: 0.97 }), figure: `${percent(Math.min(1, busy))} busy`,
             detail: worker === '' ? 'all wait for work' : `the busiest is worker ${worker}` };
}

function waiting(step) {
    if (!step.isMeasured) return unknown;
    const wait = step.quantile(0.99, 'boshcm_loop_turn_seconds');
    if (wait === null) return { level: 'good', figure: 'none', detail: 'no turn to measure' };
    return { level: above(wait, { warn: SLOW_SECONDS, bad: 1 }), figure: `≤ ${span(wait)}`,
             detail: '99 of 100 turns of a loop' };
}

function memory(step) {
    const budget = step.gauge('boshcm_memory_budget_bytes');
    const used = step.gauge('boshcm_buffered_bytes');
    if (!budget) return unknown;
    return { level: above(used / budget, BUDGET), figure: `${percent(used / budget)} used`,
             detail: `of ${bytes(budget)} for what is buffered` };
}

function descriptors(step) {
    const [open, most] = [step.gauge('process_open_fds'), step.gauge('process_max_fds')];
    if (!most) return unknown;
    return { level: above(open / most, DESCRIPTORS), figure: `${percent(open / most)} open`,
             detail: `${count(open)} of ${count(most)}` };
}

function limits(step) {
    const all = step.grown('boshcm_limit_refusals_total', { scope: 'all' });
    if (all === null) return unknown;
    const one = step.grown('boshcm_limit_refusals_total', { scope: 'address' });
    const scope = all > 0 ? 'all' : 'address';
    const [limit] = step.mostGrown('boshcm_limit_refusals_total', 'limit', { scope });
    if (all + one === 0) return { level: 'good', figure: 'none', detail: `refused ${within(step)}` };
    return { level: all > 0 ? 'warn' : 'good', figure: `${count(all + one)} refused`,
             detail: `${limit}, ${within(step)}` };
}

function faults(step) {
    const worst = [
        ['boshcm_xml_disagreements_total', {}, 'parsers disagreed', 'bad'],
        ['boshcm_connections_shed_total', {}, 'no descriptor left', 'bad'],
        ['boshcm_http_answers_total', { class: '5xx' }, 'answers 5xx', 'warn'],
        ['boshcm_http2_floods_total', {}, 'HTTP/2 floods', 'warn'],
    ].map(([name, labels, words, level]) => ({ number: step.grown(name, labels), words, level }));
    if (worst[0].number === null) return unknown;
    const found = worst.find(({ number }) => number > 0);
    if (!found) return { level: 'good', figure: 'none', detail: within(step) };
    return { level: found.level, figure: count(found.number), detail: `${found.words} ${within(step)}` };
}

const CHECKS = [
    ['clients', 'New clients', (step, daemon) => newClients(daemon)],
    ['servers', 'XMPP servers', servers],
    ['cut', 'Cut off by servers', (step) => ends(step, CUT, { warn: 0.2, bad: 0.5 })],
    ['lost', 'Lost clients', (step) => ends(step, LOST, { warn: 0.5, bad: 0.9 })],
    ['faults', 'Faults', faults],
    ['workers', 'Workers', workers],
    ['waiting', 'Waiting for a worker', waiting],
    ['memory', 'Memory budget', memory],
    ['descriptors', 'File descriptors', descriptors],
    ['limits', 'Limits', limits],
];

export const CHECK_NAMES = CHECKS.map(([id, title]) => ({ id, title }));

export function judge(daemon) {
    const step = daemon.looks.step(REACH_SECONDS);
    return CHECKS.map(([id, title, check]) =>
        ({ id, title, ...(step && daemon.link === 'live' ? check(step, daemon) : unknown) }));
}

// In one sentence: { level, words }.
export function verdict(daemon, checks) {
    if (daemon.link === 'connecting') return { level: 'unknown', words: 'Asking boshcm …' };
    if (daemon.link === 'gone') return { level: 'bad', words: 'boshcm does not answer' };
    const wrong = (level) => checks.filter((check) => check.level === level).map(({ title }) => title);
    const [bad, warn] = [wrong('bad'), wrong('warn')];
    if (bad.length > 0) return { level: 'bad', words: `Not well: ${[...bad, ...warn].join(', ')}` };
    if (daemon.standing === 'draining') return { level: 'warn', words: 'It is draining' };
    if (warn.length > 0) return { level: 'warn', words: `Look at: ${warn.join(', ')}` };
    return { level: 'good', words: 'All is well' };
}
