// A flight record as the API tells it, with the times that its events had by the log's clock. Each
// answer counts from its own now, so that the same event would seem to be a few milliseconds
// elsewhere each time: it stays where it was first seen.

const MOST_APART = 1500; // ms between the nows of two answers, when they should be the same
const TICK = 20; // ms; the record counts in 16

export class FlightRecord {
    #events = [];

    // now: the daemon's, when the answer came.
    update(record, now) {
        const told = record.map(({ ms, event, ...facts }) => ({ at: now + ms, event, facts }));
        const shift = this.#shiftOf(told);
        this.#events = told.map((each) => ({ ...each, at: this.#before(each, shift)?.at ?? each.at + shift }));
        return this.#events;
    }

    #before({ at, event }, shift) {
        return this.#events.find((before) => before.event === event && Math.abs(before.at - at - shift) <= TICK);
    }

    // What brings the most events to where they were.
    #shiftOf(told) {
        const shifts = told.flatMap(({ at, event }) => this.#events.filter((before) => before.event === event)
            .map((before) => before.at - at)).filter((shift) => Math.abs(shift) < MOST_APART);
        const found = (shift) => told.filter((each) => this.#before(each, shift)).length;
        return shifts.reduce((best, shift) => (found(shift) > found(best) ? shift : best), 0);
    }
}

// What stands behind the words: "after 60.0 s, ×8". Arguments are texts, such as after: "60.0s".
export function factWords({ count = 1, ...facts }) {
    const words = Object.entries(facts).map(([name, value]) =>
        `${name} ${String(value).replace(/^([\d.]+)s$/, '$1\u202fs')}`);
    if (count > 1) words.push(`×${count}`);
    return words.join(', ');
}
