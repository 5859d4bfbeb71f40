// Chatter — two honest people who keep writing to each other while others misbehave.
// Each message is answered before the next is sent, so one that is lost or late stops the
// conversation, and still_there() says so.
import { child } from './xml.mjs';

const PATIENCE = 15; // seconds for one message and its answer

export class Chatter {
    #running = true;
    #fault = null;
    #count = 0;
    #waiters = [];

    static async start(world) {
        const chatter = new Chatter();
        chatter.alice = await world.strophe('alice', { resource: 'honest' });
        chatter.bob = await world.peer('bob', 'honest');
        chatter.#done = chatter.#talk();
        return chatter;
    }

    // Resolves when they have exchanged a message and its answer since this call.
    async stillThere() {
        if (this.#fault) throw this.#fault;
        const start = this.#count;
        await new Promise((resolve, reject) => {
            this.#waiters.push({ after: start + 1, resolve, reject });
        });
    }

    async stop() {
        this.#running = false;
        await this.#done;
        if (this.#fault) throw this.#fault;
        await this.alice.disconnect();
    }

    async #talk() {
        try {
            while (this.#running) {
                const text = `honest ${this.#count}`;
                const say = (to, words) =>
                    `<message xmlns='jabber:client' to='${to}'><body>${words}</body></message>`;
                const reads = (words) => (message) => child(message, 'body')?.textContent === words;
                this.alice.send(say(this.bob.jid, text));
                await this.bob.message(text, reads(text), PATIENCE);
                this.bob.send(say(this.alice.jid, `${text}, yes`));
                await this.alice.message(`${text}, yes`, reads(`${text}, yes`), PATIENCE);
                this.#count += 1;
                this.#wake();
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        } catch (error) {
            this.#fault = new Error(`the honest conversation stopped: ${error.message}`);
            for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#fault);
        }
    }

    #wake() {
        this.#waiters = this.#waiters.filter(({ after, resolve }) => {
            if (this.#count <= after) return true;
            resolve();
            return false;
        });
    }

    #done;
}
