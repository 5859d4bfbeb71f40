// Charts — bars that are stacked, as SVG by gnuplot. Without gnuplot there are none.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { SERVERS, wayOf } from './page.mjs';

const COLOURS = { boshcm: '#2b6cb0', server: '#cbd5e0', HAProxy: '#805ad5', nginx: '#2f855a' };

// A chart: { file, group, title, unit, series: [name], bars: [{ label, values }] }.
export function chartsOf(plan, figures) {
    const runs = (fits) => plan.filter((run) => figures.has(run.name) && fits(run));
    const cpu = (run) => {
        const of = figures.get(run.name);
        return run.scenario === 'requests' ? { nginx: of.server }
            : { boshcm: of.manager, HAProxy: of.relay, server: of.server };
    };
    const memory = (run) => {
        const { managerBytes, serverBytes } = figures.get(run.name);
        return { boshcm: managerBytes / 1024, server: serverBytes / 1024 };
    };
    const chart = (file, group, title, unit, chosen, read) => {
        const bars = chosen.map((run) => ({ label: wayOf(run).replaceAll('`', ''), values: read(run) }));
        const series = Object.keys(COLOURS).filter((name) => bars.some((bar) => bar.values[name] > 0));
        return { file, group, title, unit, series, bars };
    };
    const perTrip = 'CPU, ms for 1,000 round trips';
    return [
        chart('cpu-stub.svg', 'cpu', 'What a round trip costs before a server that does nothing', perTrip,
              runs((run) => ['stub', 'nginx', 'haproxy', 'workers'].includes(run.group)), cpu),
        ...['prosody', 'ejabberd'].map((server) =>
            chart(`cpu-${server}.svg`, 'cpu', `What a round trip costs with ${SERVERS[server]}`, perTrip,
                  runs((run) => run.group === server), cpu)),
        chart('memory.svg', 'memory', 'What a client at rest costs', 'PSS, KiB',
              runs((run) => run.scenario === 'idle'), memory),
    ].filter(({ bars }) => bars.length > 0);
}

export function scriptOf({ title, unit, series, bars }) {
    const numbers = (bar) => series.map((name) => bar.values[name] || 0);
    const data = bars.map((bar) => {
        const values = numbers(bar);
        const sum = values.reduce((total, each) => total + each, 0);
        return `"${bar.label}" ${values.join(' ')} ${sum}`;
    });
    const plots = series.map((name, index) =>
        `$bars using ${index + 2}:xtic(1) title "${name}" linecolor rgb "${COLOURS[name]}"`);
    return `set terminal svg size 900,460 font "sans-serif,12" background "white"
set encoding utf8
$bars << END
${data.join('\n')}
END
set title "${title}"
set ylabel "${unit}"
set style data histograms
set style histogram rowstacked
set style fill solid noborder
set boxwidth 0.6
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set xtics rotate by -20 scale 0 font ",10"
set rmargin 16
set bmargin 7
set grid ytics linecolor rgb "#e2e8f0"
set key top left
set border 3
plot ${plots.join(', ')}, \\
    $bars using 0:${series.length + 2}:(sprintf("%.3g", $${series.length + 2})) with labels offset 0,0.6 notitle
`;
}

function hasGnuplot() {
    try {
        execFileSync('gnuplot', ['--version'], { stdio: 'ignore' });
        return true;
    } catch (error) {
        if (error.code === 'ENOENT') return false;
        throw error;
    }
}

// Draws them into the folder, and tells which there are.
export function drawCharts(charts, folder) {
    if (!hasGnuplot()) {
        console.log('gnuplot is not installed: no charts');
        return [];
    }
    for (const chart of charts) {
        // It warns of long labels, which are slanted for that; an error is thrown with its words.
        const svg = execFileSync('gnuplot', [], { input: scriptOf(chart), encoding: 'utf8', stdio: 'pipe' });
        writeFileSync(join(folder, chart.file), svg.replace(/[ \t]+$/gm, ''));
    }
    return charts;
}
