// Verdicts — whether the manager came back to where it was, and what went wrong. Pure arithmetic.
import { KIB, kibPerHour } from './samples.mjs';

// Short runs have no trend: what varies with who is just there is more than what would be lost.
const LEAST_TREND_SECONDS = 1200;

const sum = (list, read) => list.reduce((total, each) => total + read(each), 0);

// By kind, of all these crowds' reports.
export function errorsOf(results) {
    const errors = {};
    for (const { report } of results) {
        for (const [kind, count] of Object.entries(report.errors)) errors[kind] = (errors[kind] ?? 0) + count;
    }
    return errors;
}

// What was due and did not come, though nothing was cut or broken that would explain it. Who has lost
// no connection has no reason to have lost a message.
export const unexplained = (results) => sum(results, ({ crowd, report }) =>
    (crowd.broken && Object.keys(report.errors).length > 0 ? 0 : report.missing));

// Messages of these crowds that came back, and logins of those that are about logins.
export const arrivedOf = (results, unit) => sum(results.filter(({ report }) => report.unit === unit),
                                                ({ report }) => report.arrived);

const words = (counts) => Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`).join(', ');

// Who has no processor for so long gives up on others, or is given up.
const MOST_STALL_SECONDS = 5;
export const isStarved = ({ longestStall }) => longestStall > MOST_STALL_SECONDS;

// `soak`: { begin, end: samples at rest, samples, seconds, longestStall, results: [{ crowd, report }], left: sessions
// at rest, logbook, stopFault }; `limits`: { growthKib, heapKib, kibPerHour }.
export function verdictsOf(soak, limits) {
    const list = [];
    const judge = (what, measured, limit, good) =>
        list.push({ what, measured, limit, verdict: good ? 'met' : 'MISSED' });

    // What waits is not the manager's fault where nobody had a processor.
    const judgeFed = (what, measured, limit, good) => {
        if (good || !isStarved(soak)) return judge(what, measured, limit, good);
        return list.push({ what, measured, limit, verdict: 'starved' });
    };

    // A return to the system tells of it, and a short run has none to make.
    if (soak.begin.heapKib !== undefined && soak.end.heapKib !== undefined) {
        const kept = soak.end.heapKib - soak.begin.heapKib;
        judge('heap in use at rest, more than before', `${kept} KiB`, `≤ ${limits.heapKib} KiB`,
              kept <= limits.heapKib);
    }
    const growth = soak.end.ownKib - soak.begin.ownKib;
    judge('memory at rest, more than before', `${growth} KiB`, `≤ ${limits.growthKib} KiB`,
          growth <= limits.growthKib);
    const trend = kibPerHour(secondHalf(soak));
    const trendWords = trend === undefined ? 'none' : `${Math.round(trend)} KiB/h`;
    if (soak.seconds >= LEAST_TREND_SECONDS) {
        judge('trend of memory under load', trendWords, `≤ ${limits.kibPerHour} KiB/h`,
              trend <= limits.kibPerHour);
    } else {
        list.push({ what: 'trend of memory under load', measured: trendWords, limit: '', verdict: 'told' });
    }
    judge('descriptors at rest', `${soak.end.descriptors}`, `≤ ${soak.begin.descriptors}`,
          soak.end.descriptors <= soak.begin.descriptors);
    judge('sessions left at rest', `${soak.left}`, '0', soak.left === 0);
    const whole = errorsOf(soak.results.filter(({ crowd }) => !crowd.broken));
    judgeFed('errors of clients whom nothing was done to', words(whole) || 'none', 'none',
             Object.keys(whole).length === 0);
    const missing = unexplained(soak.results);
    judgeFed('missing without a loss that explains it', `${missing}`, '0', missing === 0);
    const foreign = soak.logbook.warnings['no-event'] ?? 0;
    judge('lines of the log that are none', `${foreign}`, '0', foreign === 0);
    judge('its end', soak.stopFault ?? 'in order', 'in order', !soak.stopFault);
    return list;
}

// In the first, the heap grows to what the busiest moment needs.
export const secondHalf = ({ samples, seconds }) => samples.filter((sample) => sample.seconds >= seconds / 2);

export const bytesPerSession = ({ begin, end, created }) =>
    (created > 0 ? (end.ownKib - begin.ownKib) * KIB / created : undefined);
