// Soak — hours of mixed load, and whether the manager is afterwards what it was before: README.md has
// the words. ./run builds what it needs, and starts it with BOSHCM, BOSHCM_LOAD and BOSHCM_LOAD_SERVER
// naming the programs.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { startLoad } from '../../tests/support/load.mjs';
import { startProgram } from '../command_line.mjs';
import { withSection } from '../compare/page.mjs';
import { Logbook } from './logbook.mjs';
import { accountsOf, numbered, stayingCrowds, visitingCrowds } from './mix.mjs';
import { pageOf, verdictTable } from './page.mjs';
import { KIB, sampleOf } from './samples.mjs';
import { verdictsOf } from './verdicts.mjs';
import { startWorld } from './world.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
const DOCUMENT = join(ROOT, 'docs/performance.md');

const DEFAULTS = { time: '1h', 'warm-up': '2m', sample: '20s', every: '10s', reload: '1m', restart: '5m',
                   patience: '60s', rest: '1m', server: 'stub', scale: '1', growth: '2048', heap: '512', slope: '8192', seed: '1',
                   out: join(ROOT, 'build/soak') };
const USAGE = `usage: bench/soak/run [OPTION VALUE]...

  --time DURATION      how long (${DEFAULTS.time}), such as 45m
  --warm-up DURATION   the same load before, so that what is made once is there (${DEFAULTS['warm-up']})
  --sample DURATION    how often it is looked (${DEFAULTS.sample})
  --every DURATION     how often further clients come (${DEFAULTS.every})
  --reload DURATION    how often the manager has to read its files again, which say something else then
                       (${DEFAULTS.reload})
  --restart DURATION   how often one of the servers is started anew (${DEFAULTS.restart})
  --patience DURATION  how long clients wait for anything; the manager gives up those who left without a
                       word after half of it (${DEFAULTS.patience})
  --rest DURATION      how long it is left alone at the most before it is looked at: it gives memory back to the
                       system some 50 s after many have left (${DEFAULTS.rest})
  --server NAME        stub or prosody (${DEFAULTS.server})
  --scale FACTOR       more clients and messages, or fewer (${DEFAULTS.scale})
  --heap KIB           so much more of the heap in use at rest is good (${DEFAULTS.heap})
  --growth KIB         so much more memory at rest is good (${DEFAULTS.growth})
  --slope KIB          so much more an hour under load is good, in runs of 20 minutes or more (${DEFAULTS.slope})
  --seed NUMBER        of the network that cuts (${DEFAULTS.seed})
  --out FOLDER         where README.md and soak.json go (build/soak)
  --update-docs        put the page into docs/performance.md, too
`;

const LEAST_PATIENCE_SECONDS = 12;
const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600 };
const DURATIONS = ['time', 'warm-up', 'sample', 'every', 'reload', 'restart', 'patience', 'rest'];

function readSettings(args) {
    const { values } = parseArgs({ args, options: {
        ...Object.fromEntries(Object.entries(DEFAULTS).map(
            ([name, value]) => [name, { type: 'string', default: value }])),
        'update-docs': { type: 'boolean' }, help: { type: 'boolean' } } });
    for (const name of DURATIONS) {
        const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(values[name]) ?? [];
        if (!(Number(count) > 0)) throw new Error(`--${name} ${values[name]}: not a duration such as 45m`);
        values[name] = Number(count) * UNITS[unit];
    }
    for (const name of ['scale', 'growth', 'heap', 'slope', 'seed']) {
        if (!(Number(values[name]) >= 0)) throw new Error(`--${name} ${values[name]}: not a number`);
        values[name] = Number(values[name]);
    }
    if (values.patience < LEAST_PATIENCE_SECONDS) {
        throw new Error(`--patience: ${LEAST_PATIENCE_SECONDS} s at least, or clients that poll are given up`);
    }
    if (!['stub', 'prosody'].includes(values.server)) throw new Error(`there is no server ${values.server}`);
    return values;
}

const now = () => performance.now() / 1000;
const GIVEN_UP_SECONDS = 60; // beyond the patience
// Of each worker: what libuv keeps in reserve from a loop's first connection on.
const LATER_DESCRIPTORS = 1;

// ---------------------------------------------------------------------------- the load

function start(world, crowd, settings, options) {
    const { url, domain, account, tls } = world.addressOf(crowd);
    const given = ['sessions', 'rate', 'count', 'wait'].filter((name) => crowd[name] !== undefined)
        .flatMap((name) => [`--${name}`, String(crowd[name])]);
    const { child, report } = startLoad([crowd.scenario, url, '--domain', domain, ...account, ...tls, ...given,
        ...['resume', 'http2'].filter((name) => crowd[name]).map((name) => `--${name}`),
        '--warm-up', '100ms', '--patience', `${settings.patience * 1000}ms`, ...options], { seconds: 1e6 });
    return { crowd, child, report: report.then((told) => ({ crowd, report: told })) };
}

// Again and again, with so many seconds between.
async function repeating(every, end, action) {
    let count = 0;
    for (let next = now() + every; next < end; next = Math.max(next + every, now())) {
        await delay(Math.max(0, next - now()) * 1000);
        await action(count++);
    }
    return count;
}

// Everybody, for so long; what the crowds told in the end.
async function load(world, { staying, visiting }, settings, seconds) {
    // A crowd of which nobody gets in at first gives up; who is there comes back.
    world.network.calm = true;
    const crowds = staying.map((crowd) => start(world, crowd, settings, ['--time', '10000h']));
    await Promise.all(crowds.map(({ child }) => child.line(/: measuring,/)));
    world.network.calm = false;
    const results = [];
    const changes = {}; // how often each, by name
    const end = now() + seconds;
    const [, reloads, restarts] = await Promise.all([
        repeating(settings.every, end, async (turn) => {
            const visit = start(world, visiting[turn % visiting.length], settings, ['--time', '60s']);
            results.push(await visit.report);
        }),
        repeating(settings.reload, end, async () => {
            const change = await world.reload();
            changes[change] = (changes[change] ?? 0) + 1;
        }),
        repeating(settings.restart, end, () => world.restartServer()),
        delay(seconds * 1000),
    ]);
    for (const { child } of crowds) child.process.kill('SIGTERM');
    results.unshift(...await Promise.all(crowds.map(({ report }) => report)));
    await world.restore();
    return { results, reloads, changes, restarts };
}

// ---------------------------------------------------------------------------- looking

const tell = ({ seconds, ownKib, rssKib, descriptors, sessions }, logbook) =>
    console.log(`[${(seconds / 60).toFixed(1)} min] own memory ${ownKib} KiB, RSS ${rssKib} KiB, ` +
                `${descriptors} descriptors, ${sessions} sessions, ${logbook.created} created`);

// How late a timer of this process comes at the most: then nobody here had a processor.
class Stalls {
    static #EVERY = 1; // seconds
    longest = 0;
    #due = now() + Stalls.#EVERY;
    #timer = setInterval(() => {
        this.longest = Math.max(this.longest, now() - this.#due);
        this.#due = now() + Stalls.#EVERY;
    }, Stalls.#EVERY * 1000);

    stop() {
        clearInterval(this.#timer);
        return this.longest;
    }
}

// Until so many seconds are over, or it is true.
async function until(seconds, isTrue) {
    for (const end = now() + seconds; now() < end && !isTrue();) await delay(200);
}

// The state at rest: nobody is there any more, or those who left without a word would have been given up,
// and what was theirs has been given back. `heapKib`: of the heap in use, if it has told.
async function atRest(pid, logbook, { patience, rest }, atMostDescriptors) {
    const began = now();
    await until(patience + GIVEN_UP_SECONDS, () =>
        logbook.sessions === 0 && sampleOf(pid).descriptors <= atMostDescriptors);
    const { returns } = logbook;
    await until(rest, () => logbook.returns > returns);
    const sample = { ...sampleOf(pid),
                     heapKib: logbook.returns > returns ? Math.round(logbook.inUse / KIB) : undefined };
    console.log(`at rest after ${(now() - began).toFixed(1)} s: own memory ${sample.ownKib} KiB, heap in use ` +
                `${sample.heapKib ?? '?'} KiB, ${sample.descriptors} descriptors, ${logbook.sessions} sessions`);
    return sample;
}

async function soak(settings, command) {
    const staying = stayingCrowds(settings.scale);
    const visiting = visitingCrowds(settings.scale);
    const crowds = numbered([...staying, ...visiting]);
    const groups = { staying: crowds.slice(0, staying.length), visiting: crowds.slice(staying.length) };
    const logbook = new Logbook();
    const world = await startWorld({ server: settings.server, accounts: accountsOf(crowds),
                                     seed: settings.seed,
                                     inactivity: `${Math.ceil(settings.patience / 2)}s`,
                                     hear: (line) => logbook.hear(line) });
    const { pid, exited } = world.manager.child;
    let stopping = false;
    exited.then(({ code, signal }) => {
        if (stopping) return;
        console.error(`boshcm has ended in the middle (${signal ?? `exit ${code}`}); the last it said:\n` +
                      world.manager.child.output.slice(-4000));
        process.exit(1);
    });
    const fresh = sampleOf(pid);
    console.log(`boshcm is process ${pid}; warming up`);
    // Each crowd once at least, and each of the other things.
    const soon = Math.min(settings.every, settings['warm-up'] / (visiting.length + 1));
    await load(world, groups, { ...settings, every: soon, reload: settings['warm-up'] / (world.changes + 1),
                                restart: settings['warm-up'] / 3 }, settings['warm-up']);
    const begin = await atRest(pid, logbook, settings, fresh.descriptors + world.workers * LATER_DESCRIPTORS);

    const before = { created: logbook.created };
    const samples = [];
    const [began, begun] = [now(), new Date().toISOString()];
    let most = 0;
    const stalls = new Stalls();
    const looking = repeating(settings.sample, began + settings.time, () => {
        const sample = { seconds: now() - began, ...sampleOf(pid), sessions: logbook.sessions };
        most = Math.max(most, sample.sessions);
        samples.push(sample);
        appendFileSync(join(settings.out, 'samples.jsonl'), JSON.stringify(sample) + '\n');
        tell(sample, logbook);
    });
    const [told] = await Promise.all([load(world, groups, settings, settings.time), looking]);
    const longestStall = stalls.stop();
    const end = await atRest(pid, logbook, settings, begin.descriptors);
    const left = logbook.sessions;
    stopping = true;
    const stopFault = await world.stop().then(() => undefined, (error) => error.message.slice(0, 2000));
    return { ...told, command, begun, fresh, begin, end, samples, most, left, longestStall, logbook, stopFault,
             seconds: settings.time, created: logbook.created - before.created,
             cpuSeconds: end.cpuSeconds - begin.cpuSeconds, cuts: world.network.summary,
             server: settings.server, workers: world.workers,
             machine: `${cpus().length} cores of ${cpus()[0].model}, Linux ${release()}` };
}

async function main(settings, args) {
    mkdirSync(settings.out, { recursive: true });
    writeFileSync(join(settings.out, 'samples.jsonl'), '');
    const options = args.filter((word) => word !== '--update-docs');
    const measured = await soak(settings, ['bench/soak/run', ...options].join(' '));
    const verdicts = verdictsOf(measured, { growthKib: settings.growth, heapKib: settings.heap,
                                            kibPerHour: settings.slope });
    const page = pageOf(measured, verdicts);
    writeFileSync(join(settings.out, 'soak.json'), JSON.stringify({ verdicts, ...measured }, null, 2) + '\n');
    writeFileSync(join(settings.out, 'README.md'), `# boshcm soaked\n\n${page}`);
    console.log(`\n${verdictTable(verdicts)}\nAll of it: ${join(settings.out, 'README.md')}`);
    if (settings['update-docs']) {
        writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), page, 'bench/soak'));
    }
    return verdicts.some(({ verdict }) => verdict === 'MISSED') ? 1 : 0;
}

await startProgram({ name: 'bench/soak', usage: USAGE, read: readSettings, run: main });
