// Page — a soak in words: Markdown for people.
import { kibPerHour } from './samples.mjs';
import { arrivedOf, bytesPerSession, errorsOf, secondHalf, unexplained } from './verdicts.mjs';

const number = (value) => Math.round(value).toLocaleString('en');
const row = (...cells) => `| ${cells.join(' | ')} |`;
const table = (heads, rows) => [row(...heads), row(...heads.map(() => '---')),
                                ...rows.map((cells) => row(...cells))].join('\n');
const counts = (object) => Object.entries(object).sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${number(count)} × ${kind}`).join('; ') || 'none';

function crowdRows(results) {
    const named = new Map();
    for (const each of results) {
        named.set(each.crowd.name, [...(named.get(each.crowd.name) ?? []), each]);
    }
    return [...named].map(([name, list]) => [name, list.length, list[0].crowd.sessions,
        list[0].report.unit, number(list.reduce((sum, { report }) => sum + report.arrived, 0)),
        number(list.reduce((sum, { report }) => sum + report.missing, 0)), counts(errorsOf(list))]);
}

const heapWords = ({ begin, end }) => (begin.heapKib === undefined || end.heapKib === undefined ? ''
    : `; heap in use ${number(begin.heapKib)} and ${number(end.heapKib)} KiB`);

// Samples thinned out to so many.
const thinned = (samples, most = 12) =>
    samples.filter((_, index) => index % Math.ceil(samples.length / most) === 0);

export const verdictTable = (verdicts) => table(['what', 'limit', 'measured', ''],
    verdicts.map(({ what, limit, measured, verdict }) =>
        [what, limit, measured, verdict === 'MISSED' ? '**missed**' : verdict]));

export function pageOf(soak, verdicts) {
    const { begin, end, logbook, results } = soak;
    const cpu = soak.cpuSeconds / soak.seconds * 100;
    const each = bytesPerSession(soak);
    return `\`${soak.command}\` on ${soak.begun.slice(0, 10)}: ${number(soak.seconds / 60)} minutes, ` +
`${soak.machine}; ${soak.server} as the server, ${soak.workers} workers.

${verdictTable(verdicts)}

- ${number(soak.created)} sessions created, at most ${number(soak.most)} at a time; ` +
`${number(arrivedOf(results, 'messages'))} messages exchanged; ` +
`${number(soak.restarts)} restarts of a server, cut: ${soak.cuts}
- ${number(soak.reloads)} reloads, each with a new certificate and with other settings: ${counts(soak.changes)}
- Own memory at rest ${number(begin.ownKib)} KiB before and ${number(end.ownKib)} KiB after` +
`${each === undefined ? '' : `, ${each.toFixed(1)} bytes for each session created`}; ` +
`RSS ${number(begin.rssKib)} and ${number(end.rssKib)} KiB${heapWords(soak)}; trend under load ` +
`${number(kibPerHour(secondHalf(soak)) ?? 0)} KiB/h; descriptors ${begin.descriptors} and ${end.descriptors}
- CPU time ${number(soak.cpuSeconds)} s, ${cpu.toFixed(1)} % of one processor
- the soak itself was without a processor for ${soak.longestStall.toFixed(1)} s at the longest
- missing ${number(unexplained(results))} without a reason
- sessions ended: ${counts(logbook.causes)}
- warnings and errors in the log: ${counts(logbook.warnings)}

${table(['clients', 'times', 'clients each', 'unit', 'arrived', 'missing', 'errors'], crowdRows(results))}

${table(['minute', 'own, KiB', 'RSS, KiB', 'descriptors', 'sessions'], thinned(soak.samples).map((sample) =>
        [(sample.seconds / 60).toFixed(1), number(sample.ownKib), number(sample.rssKib),
         sample.descriptors, number(sample.sessions)]))}
`;
}
