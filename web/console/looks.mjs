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

    // What has happened in the last `seconds`, or as far back as there is something.
    step(seconds) {
        const { latest } = this;
        if (!latest) return null;
        const from = latest.at - seconds * 1000;
        const before = this.#looks.find((look) => look.at >= from - 500);
        if (before && before !== latest) return new Step(latest, before);
        return new Step(latest, this.#looks.at(-2) ?? null);
    }
}
