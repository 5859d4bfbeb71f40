// HonestCrowd — people in pairs who keep writing to each other, and how long each message takes.
// None may be lost, none may take longer than a person would put up with.
import { BoshClient } from '../support/bosh_client.mjs';
import { DOMAIN } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

const PATIENCE = 15; // seconds for one message
const PACE = 400; // milliseconds between those of a pair

export class HonestCrowd {
    #running = true;
    #latencies = [];
    #fault = null;

    static async start(world, size) {
        const crowd = new HonestCrowd();
        crowd.people = [];
        while (crowd.people.length < size) {
            crowd.people.push(...await Promise.all(Array.from({ length: 10 }, async (_, index) => {
                const user = `user${crowd.people.length + index}`;
                const person = new BoshClient(world.url);
                await person.login({ domain: DOMAIN, user, password: world.accounts[user],
                                     resource: 'honest' });
                return person;
            })));
        }
        crowd.#done = Promise.all(Array.from({ length: size / 2 }, (_, pair) =>
            crowd.#talk(crowd.people[2 * pair], crowd.people[2 * pair + 1], pair)));
        return crowd;
    }

    // What was measured since the last call, in milliseconds; throws if somebody noticed something.
    take() {
        if (this.#fault) throw this.#fault;
        const sorted = this.#latencies.splice(0).sort((a, b) => a - b);
        const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
        return { messages: sorted.length, median: at(0.5), p99: at(0.99), worst: sorted.at(-1) };
    }

    async stop() {
        this.#running = false;
        await this.#done;
        if (this.#fault) throw this.#fault;
        await Promise.all(this.people.map((person) => person.terminate()));
    }

    async #talk(from, to, pair) {
        try {
            for (let number = 0; this.#running; ++number) {
                const words = `${pair}.${number}`;
                const sent = performance.now();
                from.post(`<message xmlns='jabber:client' to='${to.jid}'><body>${words}</body></message>`);
                await to.message(words, (one) => child(one, 'body')?.textContent === words, PATIENCE);
                this.#latencies.push(Math.round(performance.now() - sent));
                [from, to] = [to, from];
                await new Promise((resolve) => setTimeout(resolve, PACE));
            }
        } catch (error) {
            this.#fault ??= new Error(`pair ${pair} noticed: ${error.message}`);
        }
    }

    #done;
}
