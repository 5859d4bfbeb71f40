// A flight record as the API tells it, with the times that its events had by the log's clock. Each
// answer counts from its own now, so that the same event would seem to be a few milliseconds
// elsewhere each time: it stays where it was first seen.
import { duration, span } from './units.mjs';

const SAME = 1500; // ms

export class FlightRecord {
    #events = [];

    // now: the daemon's, when the answer came.
    update(record, now) {
        const before = this.#events;
        this.#events = record.map(({ ms, event, ...facts }) => {
            const at = now + ms;
            const same = before.find((each) => each.event === event && Math.abs(each.at - at) < SAME);
            return { at: same?.at ?? at, event, facts };
        });
        return this.#events;
    }
}

// What stands behind the words: "after 60 s", "×8".
export function factWords(facts) {
    const { count = 1, times = count, ...rest } = facts;
    const words = Object.entries(rest).filter(([, value]) => value !== null).map(([name, value]) => {
        if (name.endsWith('_s')) return `${name.slice(0, -2)} ${value < 120 ? span(value) : duration(value)}`;
        return `${name.replaceAll('_', ' ')} ${value}`;
    });
    if (times > 1) words.push(`×${times}`);
    return words.join(', ');
}
