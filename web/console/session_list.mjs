// SessionList: what boshcm says of its sessions, a page at a time: as many as can be seen, and a few
// around them. An answer that was overtaken by another question is forgotten.
import { api } from './api.mjs';

const MOST = 300; // rows of one question

export class SessionList {
    query = { search: '', transport: '', state: '', sort: 'age', order: 'asc' };
    total = 0;
    matched = null; // null: not known yet
    fault = null;
    unanswered = []; // workers that did not tell in time
    #known = new Map(); // index: session
    #asking = null;

    item(index) { return this.#known.get(index) ?? null; }
    get at() { return this.#at; }
    #at = 0; // when the latest answer came, for ages that go on

    ask(changes) {
        Object.assign(this.query, changes);
        this.#known.clear();
        this.matched = null;
    }

    has(first, count) {
        for (let index = first; index < first + count; ++index) {
            if (!this.#known.has(index)) return false;
        }
        return true;
    }

    // True: there is something new to be shown. False: another question has overtaken it.
    async load(first, count) {
        this.#asking?.abort();
        const asking = new AbortController();
        this.#asking = asking;
        try {
            const answer = await api.sessions(
                { ...this.query, offset: first, limit: Math.min(MOST, Math.max(count, 50)) }, asking.signal);
            if (asking !== this.#asking) return false;
            this.fault = null;
            this.total = answer.total;
            this.matched = answer.matched;
            this.unanswered = answer.unanswered ?? [];
            this.#at = performance.now();
            answer.sessions.forEach((session, index) => this.#known.set(first + index, session));
            for (const index of this.#known.keys()) {
                if (index >= this.matched) this.#known.delete(index);
            }
        } catch (error) {
            if (asking.signal.aborted) return false;
            this.fault = error;
        }
        return true;
    }
}
