// Plan — which runs there are. Pure: a list of values from what was asked for.
// A run: `name` is "group/way"; `via` is what clients are connected to: the manager, the server's own
// endpoint, or its TCP port; `relay` puts HAProxy in front of that. Of handshakes `via` is who makes
// them with the clients, `key` the kind of its key, and `resumed` says that earlier sessions go on.
import { cpus } from 'node:os';

export const DEFAULTS = {
    sessions: 200, // before the stub server
    serverSessions: 50, // before a real one
    many: 9000,
    restingSessions: 500,
    seconds: 10,
    warmUp: 3,
    repeat: 3,
    attempts: 3, // of a run that others keep from the processors
    descriptors: 1024, // that one process may have
    cores: cpus().length,
};
export const QUICK = { many: 1000, restingSessions: 100, seconds: 2, warmUp: 1, repeat: 1 };

// What else a process has open.
const DESCRIPTORS_APART = 200;
// Of boshcm: a BOSH client has two connections, and each client its stream to the server.
const DESCRIPTORS_EACH = { bosh: 3, websocket: 2, tcp: 1 }; // of the last, the stub server

export function manySessions(transport, { many, descriptors }) {
    // boshcm keeps an eighth for those that are there.
    const room = Math.floor((descriptors * 7 / 8 - DESCRIPTORS_APART) / DESCRIPTORS_EACH[transport]);
    return Math.max(1, Math.min(many, room));
}

const WEB = ['bosh', 'websocket'];
const ALL = ['tcp', ...WEB];
const viaOf = (transport) => (transport === 'tcp' ? 'tcp' : 'boshcm');

function beforeServer(server, settings) {
    const run = (way, transport, via) => ({ group: server, way, server, transport, via,
                                            scenario: 'echo', sessions: settings.serverSessions });
    return [run('tcp', 'tcp', 'tcp'),
            ...WEB.map((transport) => run(`own-${transport}`, transport, 'own')),
            ...WEB.map((transport) => run(transport, transport, 'boshcm'))];
}

function atRest(settings) {
    const run = (server, way, transport, via) => ({ group: 'memory', way: `${server}-${way}`, server,
        transport, via, scenario: 'idle', sessions: settings.restingSessions, once: true,
        seconds: 1, warmUp: 2 });
    return [...WEB.map((transport) => run('stub', transport, transport, 'boshcm')),
            ...['prosody', 'ejabberd'].flatMap((server) => ALL.map((transport) =>
                run(server, transport, transport, transport === 'tcp' ? 'tcp' : 'own')))];
}

const AT_ONCE = 20; // handshakes under way

function handshakes(settings) {
    return ['ecdsa', 'rsa'].flatMap((key) => [false, true].flatMap((resumed) =>
        ['boshcm', 'nginx'].map((via) => ({ group: 'tls', way: `${via}-${key}${resumed ? '-resumed' : ''}`,
            transport: 'tls', scenario: 'handshakes', via, key, resumed, sessions: AT_ONCE,
            seconds: settings.seconds, warmUp: 1 }))));
}

export function makePlan(settings) {
    const stub = (group, transport, more = {}) => ({ group, way: transport, server: 'stub', transport,
        via: viaOf(transport), scenario: 'echo', sessions: settings.sessions, workers: 1, ...more });
    return [
        ...ALL.map((transport) => stub('stub', transport)),
        { group: 'nginx', way: 'get', scenario: 'requests', sessions: settings.sessions },
        stub('haproxy', 'tcp', { relay: true }),
        stub('haproxy', 'websocket', { relay: true }),
        ...WEB.map((transport) => stub('workers', transport, { workers: 2 })),
        ...ALL.map((transport) => stub('many', transport, {
            sessions: manySessions(transport, settings), warmUp: 3 * settings.warmUp })),
        ...ALL.map((transport) => stub('half', transport, { scenario: 'rate' })),
        ...beforeServer('prosody', settings),
        ...beforeServer('ejabberd', settings),
        ...handshakes(settings),
        ...atRest(settings),
    ].map((run) => ({ workers: 1, seconds: settings.seconds, warmUp: settings.warmUp, ...run,
                      name: `${run.group}/${run.way}` }));
}

// Each run `repeat` times, the same ones far apart: what changes with time then hits all alike.
export function inTurns(plan, repeat) {
    const turns = Array.from({ length: repeat }, (_, turn) => plan.map((run) => ({ ...run, turn })));
    return turns.flat().filter((run) => run.turn === 0 || !run.once);
}

// `names`: of groups, or of single runs.
export function only(plan, names) {
    for (const name of names) {
        if (!plan.some((run) => run.group === name || run.name === name)) {
            const groups = [...new Set(plan.map((run) => run.group))].join(', ');
            throw new Error(`there is no ${name}; groups are ${groups}`);
        }
    }
    return names.length === 0 ? plan
        : plan.filter((run) => names.includes(run.group) || names.includes(run.name));
}

const START_SECONDS = { stub: 1, prosody: 2, ejabberd: 9 };
export function secondsOf(run) {
    return run.warmUp + run.seconds + 1 + (START_SECONDS[run.server] ?? 1) + run.sessions / 1000;
}
