// Page — the Markdown of what was measured. Pure: text from values.
import { KEYS, isStarved } from './targets.mjs';

const number = (value, digits) => (value === undefined ? '' : value.toLocaleString('en', {
    minimumFractionDigits: digits, maximumFractionDigits: digits }));
const cpu = (value) => number(value, value >= 100 ? 0 : 1);
const kib = (bytes) => (bytes === undefined ? '' : number(bytes / 1024, 1));

function table(heads, rows) {
    const line = (cells) => `| ${cells.join(' | ')} |\n`;
    return line(heads.map(({ title }) => title)) +
        line(heads.map(({ words }) => (words ? '---' : '--:'))) + rows.map(line).join('');
}
const words = (title) => ({ title, words: true });
const value = (title) => ({ title });

export const SERVERS = { stub: 'stub server', prosody: 'Prosody', ejabberd: 'ejabberd' };
const TRANSPORTS = { tcp: 'TCP', bosh: 'BOSH', websocket: 'WebSocket', http: 'HTTP' };

// What the clients' bytes go through.
export function wayOf({ scenario, server, via, transport, relay, workers, key, resumed }) {
    if (scenario === 'requests') return 'nginx, `return 200`';
    if (scenario === 'handshakes') return `${via}, ${KEYS[key]}, ${resumed ? 'resumed' : 'full'}`;
    const behind = SERVERS[server];
    const way = {
        tcp: `TCP → ${behind}`,
        own: `${behind}'s own ${TRANSPORTS[transport]}`,
        boshcm: `${TRANSPORTS[transport]} → boshcm${workers > 1 ? `, ${workers} workers` : ''} → ${behind}`,
    }[via];
    if (!relay) return way;
    return via === 'tcp' ? `TCP → HAProxy → ${behind}` : way.replace(' → boshcm', ' → HAProxy → boshcm');
}

const limitOf = ({ atMost, atLeast, unit }) =>
    (atMost !== undefined ? `≤ ${atMost}${unit}` : atLeast !== undefined ? `≥ ${atLeast}${unit}` : '');
const verdictWords = { told: '', MISSED: '**missed**' };

export function targetsTable(targets) {
    return table([words(''), words('what'), value('target'), value('measured'), words('')],
        targets.map((target) => [target.id, target.what, limitOf(target),
            target.value === undefined ? '' : number(target.value, 2) + target.unit,
            [verdictWords[target.verdict] ?? target.verdict, target.starved ? 'starved' : '']
                .filter(Boolean).join(', ')]));
}

const SCENARIOS = { echo: 'echo', rate: 'half load', requests: 'requests' };

export function messagesTable(plan, figures) {
    const isOne = ({ name, scenario }) => scenario in SCENARIOS && figures.has(name);
    const rows = plan.filter(isOne).map((run) => {
        const of = figures.get(run.name);
        return [wayOf(run), SCENARIOS[run.scenario], number(run.sessions, 0), cpu(of.manager),
                cpu(of.server), cpu(of.relay), number(of.requestsEach, 2), number(of.perSecond, 0)];
    });
    return table([words('way'), words(''), value('clients'), value('boshcm'), value('server'),
                  value('HAProxy'), value('requests each'), value('a second')], rows);
}

const WRITERS = { rate: 'everybody, to themselves', 'fan-out': 'one, to all others' };

export function delaysTable(rows) {
    return table([words('server'), words('who writes'), value('clients'), value('a second'),
                  value('delay, ms'), value('requests each'), value('bytes each'), value('p50, ms'),
                  value('p99, ms'), value('boshcm, µs'), value('server, µs')],
        rows.map((of) => [SERVERS[of.server], WRITERS[of.scenario], number(of.sessions, 0),
            number(of.perSecond, 0), number(of.delay, 0), number(of.requests, 2), number(of.bytes, 0),
            number(of.p50, 2), number(of.p99, 2), cpu(of.manager), cpu(of.serverCpu)]));
}

// What a processor that has nothing else to do would manage.
const perCore = (milliseconds) => (milliseconds ? 1_000_000 / milliseconds : undefined);

export function handshakesTable(plan, figures) {
    const rows = plan.filter((run) => run.scenario === 'handshakes' && figures.has(run.name)).map((run) => {
        const { manager, server, perSecond } = figures.get(run.name);
        const each = manager ?? server;
        return [wayOf(run), cpu(each), number(perCore(each), 0), number(perSecond, 0)];
    });
    return table([words('who'), value('CPU, ms for 1,000'), value('a second of CPU'), value('a second')], rows);
}

export function memoryTable(plan, figures) {
    const rows = plan.filter((run) => run.scenario === 'idle' && figures.has(run.name)).map((run) => {
        const of = figures.get(run.name);
        return [wayOf(run), number(run.sessions, 0), kib(of.managerBytes), kib(of.serverBytes)];
    });
    return table([words('way'), value('clients'), value('boshcm'), value('server')], rows);
}

// More than this and the machine was not ours alone.
const QUIET_LOAD = 0.5;

function circumstances({ begun, command, machine, versions, loadBefore, settings }) {
    const busy = loadBefore > QUIET_LOAD
        ? `\n**Others used the machine at the same time** (load average ${number(loadBefore, 1)} before it ` +
          'began): CPU times can be used, with some blur; how many a second and latencies can not.\n' : '';
    return `\`${command}\` gave these figures on ${begun.slice(0, 10)}: ${machine.cores} cores of ` +
        `${machine.model}, Linux ${machine.kernel}; ${versions.join(', ')}. Each is the median of ` +
        `${settings.repeat === 1 ? 'one run' : `${settings.repeat} runs`} of ${settings.seconds} s, after ` +
        `${settings.warmUp} s of warming up.\n${busy}`;
}

function faults(results) {
    const starved = results.filter(({ report }) => report?.ok && isStarved(report))
        .map(({ name }) => name);
    const less = starved.length === 0 ? '' : '\nWhile these ran others had the processors, so that a ' +
        `message cost more than it would have (*starved*): ${[...new Set(starved)].join(', ')}.\n`;
    const wrong = results.filter(({ report }) => !report?.ok);
    if (wrong.length === 0) return less;
    return less + '\nThese went wrong, and are left out above:\n\n' + wrong.map(({ name, report, error }) =>
        `- ${name}: ${error ?? JSON.stringify({ errors: report.errors, missing: report.missing,
                                                online: report.online })}\n`).join('');
}

// `folder`: where the charts are, as seen from the page.
export function pageOf(measured, { plan, figures, targets, charts, folder = '' }) {
    const images = (group) => charts.filter((chart) => chart.group === group)
        .map((chart) => `\n![${chart.title}](${folder}${chart.file})\n`).join('');
    const section = (title, text) => `\n### ${title}\n\n${text}`;
    const rows = (text) => text.split('\n').length > 3;
    const messages = messagesTable(plan, figures);
    const handshakes = handshakesTable(plan, figures);
    const memory = memoryTable(plan, figures);
    return circumstances(measured) +
        section('Targets', targetsTable(targets)) +
        (rows(messages) ? section('CPU time, in ms for 1,000 round trips', messages + images('cpu')) : '') +
        (rows(handshakes) ? section('TLS handshakes', handshakes) : '') +
        (rows(memory) ? section('Memory of a client at rest, in KiB (PSS)', memory + images('memory')) : '') +
        faults(measured.results);
}

// The document with this page in the part of it that is kept for what `command` writes.
export function withSection(document, page, command = 'bench/compare') {
    const [first, last] = ['begin', 'end'].map((which) => `<!-- ${command}: ${which} -->\n`);
    const begin = document.indexOf(first);
    const end = document.indexOf(last);
    if (begin < 0 || end < begin) throw new Error(`no ${first.trim()} … ${last.trim()} in it`);
    return document.slice(0, begin + first.length) + page + document.slice(end);
}
