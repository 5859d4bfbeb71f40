// Chance — decisions that look random and come from a seed, so that a run can be had again.
// E2E_SEED sets the seed of a test that takes chances; each such test says which one it had.
import { randomInt } from 'node:crypto';

export function seedOfThisRun() {
    return Number(process.env.E2E_SEED ?? randomInt(2 ** 32));
}

export class Chance {
    #state;

    constructor(seed) { this.#state = seed >>> 0; }

    // Whole numbers from 0, below `limit`. (SplitMix, cut to the 32 bits that Math.imul has.)
    below(limit) {
        this.#state = (this.#state + 0x9e3779b9) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
        mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
        return Math.floor(((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32 * limit);
    }

    between(least, most) { return least + this.below(most - least + 1); }
    happens(probability) { return this.below(2 ** 32) < probability * 2 ** 32; }
    oneOf(list) { return list[this.below(list.length)]; }
    fork() { return new Chance(this.below(2 ** 32)); }
}
