// Release delay — what `release-delay` of cm.xml(5) brings and costs, one delay after the other:
// README.md has the words. ./run builds what it needs, and starts it with BOSHCM, BOSHCM_LOAD and
// BOSHCM_LOAD_SERVER naming the programs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startProgram } from '../command_line.mjs';
import { measure } from './measure.mjs';
import { delaysTable } from './page.mjs';
import { cpuOf, median } from './targets.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
// Who writes to itself gets an answer; one who writes to all others does not, and waits for nothing
// else than a request of its own that is free.
const GROUPS = {
    stub: { server: 'stub', scenario: 'rate', sessions: 200, rate: 4000 },
    prosody: { server: 'prosody', scenario: 'rate', sessions: 50, rate: 500 },
    ejabberd: { server: 'ejabberd', scenario: 'rate', sessions: 50, rate: 500 },
    'fan-out': { server: 'stub', scenario: 'fan-out', sessions: 200 },
};
const USAGE = `usage: bench/compare/run release-delay [--delays MS,...] [--only GROUP]... [--rate N]
                         [--time SECONDS] [--repeat N] [--out FOLDER] [--report]

  --delays MS,...  which delays, in milliseconds (0,1,2,5,10,20,50)
  --only GROUP     only this one (stub, prosody, ejabberd, fan-out); may be given several times
  --rate N         messages a second, all clients together (4000 before the stub server, else 500)
  --time SECONDS   how long each run measures (5)
  --repeat N       each run so many times, and of the figures the median (1)
  --out FOLDER     where the table and results.json go (build/release-delay)
  --report         measure nothing: write the table again from the results that are there
`;

function readSettings(args) {
    const { values } = parseArgs({ args, options: {
        delays: { type: 'string', default: '0,1,2,5,10,20,50' },
        only: { type: 'string', multiple: true, default: Object.keys(GROUPS) },
        rate: { type: 'string' }, time: { type: 'string', default: '5' },
        repeat: { type: 'string', default: '1' },
        out: { type: 'string', default: join(ROOT, 'build/release-delay') },
        report: { type: 'boolean' }, help: { type: 'boolean' },
    } });
    const delays = values.delays.split(',').map(Number);
    const fits = {
        '--delays': delays.every((delay) => Number.isInteger(delay) && delay >= 0 && delay <= 50),
        '--only': values.only.every((name) => name in GROUPS),
        '--rate': values.rate === undefined || Number(values.rate) >= 1,
        '--time': Number(values.time) > 0,
        '--repeat': Number.isInteger(Number(values.repeat)) && Number(values.repeat) >= 1,
    };
    for (const [option, good] of Object.entries(fits)) {
        if (!good) throw new Error(`${option}: not a value that fits`);
    }
    return { ...values, delays, seconds: Number(values.time), repeat: Number(values.repeat) };
}

// The same delays far apart: what changes with time then hits all alike.
function makePlan({ delays, only, rate, seconds, repeat }) {
    const run = (group, delay) => ({ ...GROUPS[group], group, delay, transport: 'bosh', via: 'boshcm',
        workers: 1, warmUp: 1, seconds, bosh: { 'release-delay': `${delay}ms` },
        ...(rate && GROUPS[group].rate && { rate: Number(rate) }) });
    return Array.from({ length: repeat }, () =>
        only.flatMap((group) => delays.map((delay) => run(group, delay)))).flat();
}

// Of all runs of one group with one delay.
function figuresOf(results) {
    const groups = new Map();
    for (const { run, report } of results.filter((each) => each.report?.ok)) {
        const name = `${run.group}/${run.delay}`;
        groups.set(name, { run, reports: [...(groups.get(name)?.reports ?? []), report] });
    }
    return [...groups.values()].map(({ run, reports }) => {
        const of = (read) => median(reports.map(read));
        return { ...run,
            perSecond: of((report) => report.per_second),
            requests: of((report) => report.http_requests_per_unit),
            bytes: of((report) => report.bytes / report.arrived),
            p50: of((report) => report.latency_ms?.p50), p99: of((report) => report.latency_ms?.p99),
            manager: of((report) => cpuOf(report, 'manager')),
            serverCpu: of((report) => cpuOf(report, 'server')) };
    });
}

async function main(asked) {
    const file = join(asked.out, 'results.json');
    mkdirSync(asked.out, { recursive: true });
    const results = asked.report ? JSON.parse(readFileSync(file, 'utf8')) : [];
    for (const run of asked.report ? [] : makePlan(asked)) {
        const result = { run };
        try {
            result.report = await measure(run);
        } catch (error) {
            result.error = error.message;
        }
        const told = result.report?.ok ? delaysTable(figuresOf([result])).split('\n')[2]
            : `WENT WRONG: ${result.error ?? JSON.stringify(result.report.errors)}`;
        console.log(`${run.group}, ${run.delay} ms: ${told}`);
        results.push(result);
        writeFileSync(file, JSON.stringify(results, null, 2) + '\n');
    }
    const page = delaysTable(figuresOf(results));
    writeFileSync(join(asked.out, 'README.md'), page);
    console.log(`\n${page}`);
    return results.every(({ report }) => report?.ok) ? 0 : 1;
}

await startProgram({ name: 'bench/compare', usage: USAGE, read: readSettings, run: main });
