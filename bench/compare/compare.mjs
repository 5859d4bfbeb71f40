// Compare — runs the plan and writes what came of it: README.md has the words. ./run builds what it
// needs, and starts it with BOSHCM, BOSHCM_LOAD and BOSHCM_LOAD_SERVER naming the programs.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startProgram } from '../command_line.mjs';
import { chartsOf, drawCharts } from './charts.mjs';
import { measure } from './measure.mjs';
import { pageOf, targetsTable, wayOf, withSection } from './page.mjs';
import { DEFAULTS, QUICK, inTurns, makePlan, only, secondsOf } from './plan.mjs';
import { allFigures, cpuOf, isStarved, targetsOf } from './targets.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
const DOCUMENT = join(ROOT, 'docs/performance.md');
const CHARTS_OF_DOCUMENT = 'performance/';

const USAGE = `usage: bench/compare/run [--quick] [--only NAME]... [--sessions N] [--time SECONDS]
                         [--repeat N] [--attempts N] [--out FOLDER] [--update-docs] [--report]

  --quick          a few minutes: short runs, each once, fewer clients where there are many
  --only NAME      of the runs only this group (stub, nginx, haproxy, workers, many, half, prosody,
                   ejabberd, tls, memory), or this one (stub/bosh); may be given several times
  --sessions N     clients before the stub server (${DEFAULTS.sessions})
  --time SECONDS   how long each run measures (${DEFAULTS.seconds})
  --repeat N       each run so many times, and of the figures the median (${DEFAULTS.repeat})
  --attempts N     how often a run is tried while others have the processors (${DEFAULTS.attempts})
  --out FOLDER     where the table, the charts and the JSON of each run go (build/compare)
  --update-docs    put them into docs/performance.md, too
  --report         measure nothing: write it all again from the JSON that is there
`;

function descriptorLimit() {
    const words = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files +\S+ +(\S+)/m);
    return words[1] === 'unlimited' ? Infinity : Number(words[1]);
}

function versions() {
    const of = (command, args, pattern) => {
        try {
            return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
                .match(pattern)?.[1];
        } catch {
            return undefined; // not installed; who needs it says so
        }
    };
    const installed = (name) => {
        const version = of('dpkg-query', ['-W', '-f', '${Version}', name], /^([\d.]+)/);
        return version && `${name} ${version}`;
    };
    const commit = of('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD'], /(\w+)/);
    return [`boshcm${commit ? ` at ${commit}` : ''}`,
            ...['prosody', 'ejabberd', 'nginx', 'haproxy'].map(installed)].filter(Boolean);
}

function readSettings(args) {
    const { values } = parseArgs({ args, options: {
        quick: { type: 'boolean' }, only: { type: 'string', multiple: true, default: [] },
        sessions: { type: 'string' }, time: { type: 'string' }, repeat: { type: 'string' },
        attempts: { type: 'string' },
        out: { type: 'string', default: join(ROOT, 'build/compare') },
        'update-docs': { type: 'boolean' }, report: { type: 'boolean' }, help: { type: 'boolean' },
    } });
    const given = {};
    for (const [option, name] of [['sessions', 'sessions'], ['time', 'seconds'], ['repeat', 'repeat'],
                                  ['attempts', 'attempts']]) {
        if (values[option] === undefined) continue;
        given[name] = Number(values[option]);
        const fits = option === 'time' ? given[name] > 0 : given[name] >= 1 && Number.isInteger(given[name]);
        if (!fits) throw new Error(`--${option} ${values[option]}: not a number that fits`);
    }
    const settings = { ...DEFAULTS, descriptors: descriptorLimit(), ...(values.quick ? QUICK : {}), ...given };
    return { ...values, settings, runs: inTurns(only(makePlan(settings), values.only), settings.repeat) };
}

// ---------------------------------------------------------------------------- measuring

const minutes = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

function tell(report) {
    const cpu = ['manager', 'relay', 'server'].map((name) => [name, cpuOf(report, name)])
        .filter(([, value]) => value !== undefined).map(([name, value]) => `${name} ${value.toFixed(1)} ms`);
    const much = report.arrived > 0 ? `${Math.round(report.per_second)}/s; ${cpu.join(', ')}` : 'done';
    return report.ok ? much : `WENT WRONG: ${JSON.stringify({ errors: report.errors,
        missing: report.missing, online: report.online })}`;
}

// Half of what came through with everybody writing as fast as they can.
function halfLoad(results) {
    const whole = allFigures(results).get('stub/bosh')?.perSecond;
    return whole && Math.max(1, Math.round(whole / 2));
}

// The same again while others have the machine, so much that logins time out perhaps; if that does not
// end, the attempt that had most of it.
async function measureFed(run, attempts) {
    let best;
    for (let attempt = 1; attempt <= attempts; ++attempt) {
        const report = await measure(run);
        console.log(`    ${tell(report)}`);
        if (!best || report.ok > best.ok ||
            (report.ok === best.ok && report.cores_used > best.cores_used)) best = report;
        if (report.ok && !isStarved(report)) break;
        console.log(`    not as it would be alone: ${(report.cores_used ?? 0).toFixed(2)} processors were ours` +
                    (attempt < attempts ? '; again' : ''));
    }
    return best;
}

// `keep` is called after each run: who interrupts the rest keeps what there is.
async function measureAll(runs, { folder, attempts }, results, keep) {
    let left = runs.reduce((sum, run) => sum + secondsOf(run), 0);
    console.log(`${runs.length} runs, about ${minutes(left)}; JSON of each goes to ${folder}`);
    for (const [index, run] of runs.entries()) {
        console.log(`[${index + 1}/${runs.length}, ${minutes(left)} left] ${run.name}: ${run.scenario}, ` +
                    `${run.sessions} clients, ${wayOf(run)}`);
        left -= secondsOf(run);
        const result = { name: run.name, turn: run.turn };
        if (run.scenario === 'rate') run.rate = halfLoad(results);
        if (run.scenario === 'rate' && !run.rate) {
            console.log('    left out: half of what is not known without stub/bosh');
            continue;
        }
        try {
            result.report = await measureFed(run, attempts);
        } catch (error) {
            result.error = error.message.split('\n')[0];
            console.log(`    WENT WRONG: ${error.message}`);
        }
        writeFileSync(join(folder, `${run.name.replace('/', '-')}-${run.turn + 1}.json`),
                      JSON.stringify({ run, ...result }, null, 2) + '\n');
        results.push(result);
        keep();
    }
}

// ---------------------------------------------------------------------------- telling

function write(measured, { out, updateDocs }) {
    const plan = makePlan(measured.settings);
    const figures = allFigures(measured.results);
    const targets = targetsOf(figures, measured.settings);
    const charts = drawCharts(chartsOf(plan, figures), out);
    const page = (folder) => pageOf(measured, { plan, figures, targets, charts, folder });
    writeFileSync(join(out, 'README.md'), `# boshcm compared\n\n${page('')}`);
    writeFileSync(join(out, 'targets.json'), JSON.stringify(targets, null, 2) + '\n');
    console.log(`\n${targetsTable(targets)}\nAll of it: ${join(out, 'README.md')}`);
    if (!updateDocs) return;
    const folder = join(ROOT, 'docs', CHARTS_OF_DOCUMENT);
    mkdirSync(folder, { recursive: true });
    for (const { file } of charts) copyFileSync(join(out, file), join(folder, file));
    writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), page(CHARTS_OF_DOCUMENT)));
    console.log(`and in ${DOCUMENT}`);
}

async function main(asked, args) {
    const file = join(asked.out, 'results.json');
    mkdirSync(asked.out, { recursive: true });
    let measured;
    if (asked.report) {
        measured = JSON.parse(readFileSync(file, 'utf8'));
    } else {
        const begun = new Date().toISOString();
        const [loadBefore] = loadavg();
        const options = args.filter((word) => word !== '--update-docs');
        measured = { begun, loadBefore, command: ['bench/compare/run', ...options].join(' '),
                     machine: { cores: cpus().length, model: cpus()[0].model, kernel: release() },
                     versions: versions(), settings: asked.settings, results: [] };
        const { attempts } = asked.settings;
        await measureAll(asked.runs, { folder: asked.out, attempts }, measured.results, () =>
            writeFileSync(file, JSON.stringify(measured, null, 2) + '\n'));
    }
    write(measured, { out: asked.out, updateDocs: asked['update-docs'] });
    return measured.results.every(({ report }) => report?.ok) ? 0 : 1;
}

await startProgram({ name: 'bench/compare', usage: USAGE, read: readSettings, run: main });
