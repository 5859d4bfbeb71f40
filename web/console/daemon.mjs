// Daemon: boshcm as this page knows it, looked at every two seconds.
//
// link: 'connecting' before the first answer, 'live', or 'gone' while there is none. Listeners of
// 'look' hear of each look, also of one that found nobody.
import { api } from './api.mjs';
import { Looks } from './looks.mjs';
import { look } from './step.mjs';

const PERIOD = 2000; // ms
const ALIKE = 3000; // ms

export class Daemon extends EventTarget {
    link = 'connecting';
    status = null;
    looks = new Looks();
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
            const [words, status] = await Promise.all([api.metrics(), this.#askStatus()]);
            const at = Date.now();
            const before = this.looks.latest;
            this.looks.add(look(at, words));
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
