// Daemon: boshcm as this page knows it, looked at every two seconds.
//
// link: 'connecting' before the first answer, 'live', or 'gone' while there is none. Listeners of
// 'look' hear of each look, also of one that found nobody.
import { api } from './api.mjs';
import { looksOf } from './history.mjs';
import { Looks } from './looks.mjs';
import { look } from './step.mjs';

const PERIOD = 2000; // ms
const ALIKE = 3000; // ms
const MISSED = 10_000; // ms without a look, after which boshcm is asked what there was

export class Daemon extends EventTarget {
    link = 'connecting';
    status = null;
    looks = new Looks();
    news = []; // those of the looks that are new with this one, itself among them
    heardAt = null; // ms since 1970, by this browser's clock
    fault = ''; // why it is gone, or what of it does not answer
    restarts = 0; // that this page has seen
    #serverAhead = 0; // ms, by which its clock is before this browser's

    async watch() {
        for (;;) {
            const began = performance.now();
            await this.lookNow();
            const left = PERIOD - (performance.now() - began);
            await new Promise((resolve) => setTimeout(resolve, Math.max(250, left)));
        }
    }

    async lookNow() {
        try {
            const before = this.looks.latest;
            const [words, status, past] = await Promise.all(
                [api.metrics(), this.#askStatus(), this.#askHistory(before)]);
            const at = Date.now();
            this.news = [...past.filter((each) => each.at > (before?.at ?? 0) && each.at < at),
                         look(at, words)];
            for (const each of this.news) this.looks.add(each);
            const started = (each) => each.samples.sum('process_start_time_seconds');
            if (before && started(before) !== started(this.looks.latest)) this.restarts += 1;
            this.status = status;
            if (status) this.#compareClocks(Date.parse(status.started) + status.uptime_s * 1000 - at);
            this.heardAt = at;
            this.link = 'live';
        } catch (error) {
            this.link = 'gone';
            this.fault = error.message;
        }
        this.dispatchEvent(new Event('look'));
    }

    // It tells seconds only. Less than a few is no difference that could be told from none, and times
    // that do not move are worth more.
    #compareClocks(ahead) {
        if (Math.abs(ahead) < ALIKE) this.#serverAhead = 0;
        else if (Math.abs(ahead - this.#serverAhead) > ALIKE) this.#serverAhead = ahead;
    }

    // When the page is opened, and when it was not let look for a while. Nothing is lost without it
    // but what there was.
    async #askHistory(latest) {
        if (latest && Date.now() - latest.at < MISSED) return [];
        try {
            return looksOf(await api.history(), Date.now());
        } catch {
            return [];
        }
    }

    // null where it does not say: then only what metrics tell is known.
    async #askStatus() {
        try {
            const status = await api.status();
            this.fault = '';
            return status;
        } catch (error) {
            if (error.status !== 404) throw error;
            this.fault = 'this boshcm has no /api';
            return null;
        }
    }

    get standing() {
        if (this.status) return this.status.standing;
        const ready = this.looks.latest?.samples.sum('boshcm_ready');
        return ready === 1 ? 'ready' : ready === 0 ? 'draining' : null;
    }

    get version() {
        return this.status?.version ??
            this.looks.latest?.samples.all('boshcm_build_info')[0]?.labels.version ?? null;
    }

    // Its time now, in ms since 1970: what the log's times are to be compared with.
    get now() { return Date.now() + this.#serverAhead; }
}
