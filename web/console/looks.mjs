// Looks: the latest looks at the metrics, as far back as charts go.
import { Step } from './step.mjs';

export const REACH_SECONDS = 300;

export class Looks {
    #looks = [];

    add(look) {
        this.#looks.push(look);
        // One more than can be seen, so that the first point has something to be measured from.
        while (this.#looks.length > 2 && this.#looks[1].at < look.at - REACH_SECONDS * 1000) {
            this.#looks.shift();
        }
    }

    get latest() { return this.#looks.at(-1) ?? null; }

    // What has happened in the last `seconds` before `until`, or as far back as there is something.
    step(seconds, until = this.latest) {
        if (!until) return null;
        const from = until.at - seconds * 1000;
        const before = this.#looks.find((look) => look.at >= from - 500);
        if (before && before !== until) return new Step(until, before);
        return new Step(until, this.#looks[this.#looks.indexOf(until) - 1] ?? null);
    }
}
