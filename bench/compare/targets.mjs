// Targets — from what runs told to ratios and verdicts. Pure arithmetic; no clock, no process.
// Units: CPU time in milliseconds for each 1,000 round trips (or requests).

export function median(values) {
    const sorted = values.filter((value) => value !== null && value !== undefined)
        .sort((one, other) => one - other);
    if (sorted.length === 0) return undefined;
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const processOf = (report, name) => report.processes.find((process) => process.name === name);

export function cpuOf(report, name) {
    const seconds = processOf(report, name)?.cpu_seconds_per_1000;
    return seconds === null || seconds === undefined ? undefined : seconds * 1000;
}

// The part of the manager's time that its busiest thread had: 1 if there is but one.
export function busiestShare(threadSeconds) {
    const total = threadSeconds.reduce((sum, each) => sum + each, 0);
    return total > 0 ? Math.max(...threadSeconds) / total : undefined;
}

// The medians of one run's repetitions.
export function figuresOf(reports) {
    const of = (read) => median(reports.map(read));
    // A runtime such as Erlang's may give back more of what its start took than clients need; then
    // nothing can be said of a client.
    const bytes = (name) => {
        const each = of((report) => processOf(report, name)?.pss_bytes_per_session);
        return each > 0 ? each : undefined;
    };
    const busiest = (report) => {
        const share = busiestShare(report.manager_thread_seconds ?? []);
        const cpu = cpuOf(report, 'manager');
        return share === undefined || cpu === undefined ? undefined : share * cpu;
    };
    return {
        manager: of((report) => cpuOf(report, 'manager')),
        server: of((report) => cpuOf(report, 'server')),
        relay: of((report) => cpuOf(report, 'relay')),
        busiestThread: of(busiest),
        managerBytes: bytes('manager'),
        serverBytes: bytes('server'),
        perSecond: of((report) => report.per_second),
        requestsEach: of((report) => report.http_requests_per_unit),
        p99: of((report) => report.latency_ms?.p99),
        sessions: reports[0]?.sessions,
    };
}

// In a closed loop somebody always has something to do: when all of them together had less than this of
// one processor, others had it, and each wake-up found less to do than it would have. At a fixed rate
// it shows in what did not come in time.
const LEAST_CORES = 0.7;
const LEAST_ARRIVED = 0.9;
export function isStarved({ scenario, cores_used: cores, arrived, due }) {
    if (scenario === 'rate') return arrived < LEAST_ARRIVED * due;
    return ['echo', 'requests', 'handshakes'].includes(scenario) && cores < LEAST_CORES;
}

// `results`: [{ name, report }], of which those that went wrong count for nothing, and those that
// were starved only where there is nothing else.
export function allFigures(results) {
    const reports = new Map();
    for (const { name, report } of results) {
        if (report?.ok) reports.set(name, [...(reports.get(name) ?? []), report]);
    }
    return new Map([...reports].map(([name, list]) => {
        const fed = list.filter((report) => !isStarved(report));
        return [name, { ...figuresOf(fed.length > 0 ? fed : list), starved: fed.length === 0 }];
    }));
}

// Anything with nothing in it is nothing.
const quotient = (above, below) => {
    const value = above / below;
    return Number.isFinite(value) ? value : undefined;
};

export function verdictOf({ value, atMost, atLeast }) {
    if (value === undefined) return 'not measured';
    if (atMost !== undefined) return value <= atMost ? 'met' : 'MISSED';
    if (atLeast !== undefined) return value >= atLeast ? 'met' : 'MISSED';
    return 'told';
}

const TITLES = { bosh: 'BOSH', websocket: 'WebSocket', prosody: 'Prosody', ejabberd: 'ejabberd' };
export const KEYS = { ecdsa: 'ECDSA P-256', rsa: 'RSA 2048' };
const WEB = ['bosh', 'websocket'];
const SERVERS = ['prosody', 'ejabberd'];
// With fewer the generator and the server have no processor of their own beside two workers.
const CORES_FOR_CAPACITY = 4;

export function targetsOf(figures, { cores, many }) {
    // What add() tells stands on the figures that were looked at since the last one.
    let starved = false;
    const at = (name) => {
        const of = figures.get(name) ?? {};
        starved ||= of.starved ?? false;
        return of;
    };
    const list = [];
    const add = (id, what, values) => {
        list.push({ id, what, unit: '×', ...values, starved });
        starved = false;
    };

    const nginx = at('nginx/get').server;
    const bosh = at('stub/bosh');
    add('a', 'BOSH echo: manager ÷ (nginx per request × requests per round trip)', {
        value: quotient(bosh.manager, nginx * bosh.requestsEach), atMost: 2 });

    // More for less: what the server spends beyond plain TCP, against what the manager does instead.
    for (const server of SERVERS) {
        for (const transport of WEB) {
            const own = at(`${server}/own-${transport}`).server - at(`${server}/tcp`).server;
            add('b', `${TITLES[server]}'s own ${TITLES[transport]} beyond its TCP ÷ manager`, {
                value: quotient(own, at(`${server}/${transport}`).manager),
                ...(server === 'prosody' && transport === 'bosh' ? { atLeast: 20 } : {}) });
        }
    }
    add('c', 'WebSocket echo: manager ÷ HAProxy, a TCP relay in its place', {
        value: quotient(at('stub/websocket').manager, at('haproxy/tcp').relay), atMost: 1.5 });
    for (const server of SERVERS) {
        for (const transport of WEB) {
            add('d', `${TITLES[server]} behind the manager over ${TITLES[transport]} ÷ with TCP clients`, {
                value: quotient(at(`${server}/${transport}`).server, at(`${server}/tcp`).server),
                ...(server === 'prosody' ? { atMost: 1.05 } : {}) });
        }
    }
    for (const transport of WEB) {
        const one = at(`stub/${transport}`);
        const two = at(`workers/${transport}`);
        const measured = cores >= CORES_FOR_CAPACITY;
        add('e', `${TITLES[transport]} echo: two workers ÷ one, ` +
            (measured ? 'messages a second' : 'CPU of the busiest thread per message'), {
            value: measured ? quotient(two.perSecond, one.perSecond)
                : quotient(one.busiestThread, two.busiestThread), atLeast: 1.8 });
    }
    for (const transport of WEB) {
        const crowd = at(`many/${transport}`);
        const few = at(`stub/${transport}`);
        const sessions = crowd.sessions ?? many;
        add('f', `${TITLES[transport]} echo: manager at ${sessions.toLocaleString('en')} sessions ÷ ` +
            `at ${(few.sessions ?? 200).toLocaleString('en')}`, {
            value: quotient(crowd.manager, few.manager), atMost: 1.2 });
    }
    // One read, one write and next to nothing between: what so many connections cost by themselves.
    const crowd = at('many/tcp');
    add('f', `the stub server with TCP clients: at ${(crowd.sessions ?? many).toLocaleString('en')} ÷ ` +
        `at ${(at('stub/tcp').sessions ?? 200).toLocaleString('en')}`, {
        value: quotient(crowd.server, at('stub/tcp').server) });
    for (const transport of WEB) {
        const value = at(`half/${transport}`).p99 - at('half/tcp').p99;
        add('g', `${TITLES[transport]} at half load: p99 beyond that of TCP`, {
            value: Number.isFinite(value) ? value : undefined, unit: ' ms' });
    }
    for (const [key, name] of Object.entries(KEYS)) {
        for (const resumed of [false, true]) {
            const of = (via) => at(`tls/${via}-${key}${resumed ? '-resumed' : ''}`);
            add('h', `TLS handshakes for a second of CPU, ${name}, ${resumed ? 'resumed' : 'full'}: ` +
                'boshcm ÷ nginx', { value: quotient(of('nginx').server, of('boshcm').manager), atLeast: 0.9 });
        }
    }
    return list.map((target) => ({ ...target, verdict: verdictOf(target) }));
}
