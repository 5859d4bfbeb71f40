// How boshcm was before this page looked, as looks like its own: /api/history has the lines of /metrics
// with a value for each time, or one for all if it was the same.
import { look } from './step.mjs';

// now: when that was asked, by this browser's clock.
export function looksOf({ ms, series }, now) {
    const lines = Object.entries(series);
    return ms.map((before, index) => look(now + before, lines.map(([name, values]) =>
        `${name} ${values.length === 1 ? values[0] : values[index]}`).join('\n')));
}
