// Measure — one run: a stage, a generator, and what both told, in the form of boshcm-load's JSON.
import { Child } from '../../tests/support/children.mjs';
import { startLoad } from '../../tests/support/load.mjs';
import { endedSeconds, familySeconds, threadSeconds } from './cpu_ticks.mjs';
import { readH2load } from './h2load_words.mjs';
import { DOMAIN, FRONT_ROLES, PASSWORD, stage, startFront, startWebServer } from './stage.mjs';

const PATIENCE_SECONDS = 60;

// How long each thread was busy between the first and the last look.
function since(before, after) {
    return [...after].map(([id, seconds]) => seconds - (before.get(id) ?? 0));
}

// What `look` sees when the generator begins to measure, and when it has ended; nothing if that
// cannot be seen.
async function lookTwice(load, seconds, look) {
    try {
        await load.line(/: measuring,/, seconds);
        const before = look();
        await load.line(/: awaiting what is under way,/, seconds);
        return [before, look()];
    } catch {
        return [];
    }
}

async function measureMessages(run) {
    const { url, watched, strike } = await stage(run);
    try {
        const account = run.server === 'stub' ? [] : ['--user', 'u%d', '--password', PASSWORD];
        const seconds = run.warmUp + run.seconds + 4 * PATIENCE_SECONDS;
        const { child, report } = startLoad([run.scenario, url, '--domain', DOMAIN, ...account,
            '--sessions', String(run.sessions), '--warm-up', `${run.warmUp * 1000}ms`,
            '--time', `${run.seconds * 1000}ms`, '--patience', `${PATIENCE_SECONDS}s`,
            ...(run.rate ? ['--rate', String(run.rate)] : []),
            ...Object.entries(watched).flatMap(([role, pid]) => ['--watch', `${role}=${pid}`])],
        { seconds });
        const [told, [before, after]] = await Promise.all([report, lookTwice(child, seconds,
            () => (watched.manager ? threadSeconds(watched.manager) : new Map()))]);
        const busy = told.processes.reduce((sum, process) => sum + (process.cpu_seconds ?? 0), 0);
        // Those at rest are measured while all are there; ejabberd lets some of them wait for their end.
        const well = told.ok || run.scenario === 'idle';
        return { ...told, ok: well && told.online === run.sessions,
                 manager_thread_seconds: before ? since(before, after) : [],
                 cores_used: told.seconds > 0 ? busy / told.seconds : null };
    } finally {
        await strike();
    }
}

async function requests(port, connections, count) {
    const child = new Child('h2load', 'h2load', ['--h1', '--threads', '1', '--clients',
        String(connections), '--requests', String(count), `http://127.0.0.1:${port}/`]);
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`h2load ended with ${code}:\n${child.output}`);
    return readH2load(child.output);
}

// By count, not by time: then all that was asked and all that was charged belong together. A first
// round tells how many fill the time, and warms up.
async function measureRequests(run) {
    const web = await startWebServer();
    try {
        const first = await requests(web.port, run.sessions, 100 * run.sessions);
        const count = Math.ceil(first.succeeded / first.seconds * run.seconds);
        const before = familySeconds(web.child.pid);
        const endedBefore = endedSeconds();
        const { seconds, succeeded } = await requests(web.port, run.sessions, count);
        const cpu = familySeconds(web.child.pid) - before;
        const generator = endedSeconds() - endedBefore;
        return { ok: succeeded === count, code: 0, scenario: run.scenario, transport: 'http',
                 sessions: run.sessions, seconds, unit: 'requests', due: count, arrived: succeeded,
                 per_second: succeeded / seconds, latency_ms: null, errors: {},
                 cores_used: (cpu + generator) / seconds,
                 processes: [{ name: 'generator', cpu_seconds: generator },
                             { name: 'server', cpu_seconds: cpu,
                               cpu_seconds_per_1000: cpu / succeeded * 1000 }] };
    } finally {
        await web.stop();
    }
}

async function measureHandshakes(run) {
    const front = await startFront(run);
    try {
        const told = await startLoad(['handshakes', `https://127.0.0.1:${front.port}/`, '--ca', front.ca,
            '--server-name', DOMAIN, '--sessions', String(run.sessions), ...(run.resumed ? ['--resume'] : []),
            '--warm-up', `${run.warmUp * 1000}ms`, '--time', `${run.seconds * 1000}ms`,
            '--patience', `${PATIENCE_SECONDS}s`, '--watch', `${FRONT_ROLES[run.via]}=${front.child.pid}`],
        { seconds: run.warmUp + run.seconds + 2 * PATIENCE_SECONDS }).report;
        const busy = told.processes.reduce((sum, process) => sum + (process.cpu_seconds ?? 0), 0);
        const asMeant = run.resumed ? told.tls_resumed === told.tls_handshakes : told.tls_resumed === 0;
        return { ...told, ok: told.ok && asMeant, cores_used: told.seconds > 0 ? busy / told.seconds : null };
    } finally {
        await front.stop();
    }
}

const MEASURES = { requests: measureRequests, handshakes: measureHandshakes };
export const measure = (run) => (MEASURES[run.scenario] ?? measureMessages)(run);
