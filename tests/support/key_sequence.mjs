// KeySequence — the client's side of XEP-0124 §15: each request proves that it comes from whoever
// created the session, and the last key of a sequence introduces the next one.
import { createHash, randomBytes } from 'node:crypto';

const sha1 = (text) => createHash('sha1').update(text).digest('hex');

export class KeySequence {
    #keys = []; // K(1)..K(n); used from the end

    constructor(length) { this.length = length; }

    // The attributes of the creation request.
    first() { return { newkey: this.#begin() }; }

    // Of the next request.
    next() {
        const key = this.#keys.pop();
        return this.#keys.length > 0 ? { key } : { key, newkey: this.#begin() };
    }

    #begin() {
        let key = randomBytes(32).toString('hex');
        this.#keys = [];
        for (let number = 0; number < this.length; ++number) this.#keys.push(key = sha1(key));
        return this.#keys.pop();
    }
}
