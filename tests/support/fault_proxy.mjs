// FaultProxy — a bad network: TCP between clients and one server, broken in every way TCP can be.
//
// With each request the network decides what becomes of the exchange. A cut has three marks:
//   where: in mid-request, while the request is held, or in mid-response;
//   how:   closed, reset (RST), or silence for a while and then closed;
//   late:  the server learns of it only some time after the client.
// What arrives at all may be delayed, or come in segments of a few bytes. But what its sender has given
// up by a reset arrives no more: a request that comes when its repeat is long answered ends the
// session by rule (XEP-0124 §14.3).
//
// A seed gives the same decisions to the same connections, in the order in which they are opened;
// which client opens which is up to the machine.
import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { Chance } from './chance.mjs';
import { within } from './children.mjs';

const WHERE = ['request', 'held', 'response'];
const HOW = ['close', 'reset', 'stall'];
const STALLS = [20, 50, 100, 200, 1500]; // milliseconds

// Of exchanges (cut, late) and of what is read at once (delay, crumble).
const PROBABILITIES = { cut: 0.2, late: 0.3, delay: 0.1, crumble: 0.1 };

// So long a crumbled passage comes in crumbs, then at once: a busy machine may take a second for a
// hundred of them, and whoever sends 64 bytes in a second is refused by rule (H-042).
const CRUMBLING_MS = 2000;

const pause = (milliseconds) => delay(milliseconds, undefined, { ref: false });

export class FaultProxy {
    #server;
    #sockets = new Set();
    #struck;
    struck = new Promise((resolve) => { this.#struck = resolve; }); // by the first cut
    #underWay = new Set(); // passages with a request that is not answered yet
    #changes = new EventEmitter();
    counts = {}; // of each kind of fault, by its name
    calm = false; // while true, no exchange is cut by chance

    // `decide`: what becomes of the exchange that these bytes begin, a cut or undefined, by the
    // test instead of chance; nothing is delayed or crumbled then.
    // `late`: false if the server learns of each cut at once. `cut`: how many of the exchanges end in one.
    static async start({ port, seed = 0, decide, late = true, cut: share = PROBABILITIES.cut }) {
        const proxy = new FaultProxy();
        proxy.probabilities = decide ? { delay: 0, crumble: 0 } : PROBABILITIES;
        proxy.decide = decide ?? ((bytes, chance) => {
            const cut = proxy.calm ? undefined : draw(chance, share);
            return cut && { ...cut, late: cut.late && late };
        });
        const chance = new Chance(seed);
        proxy.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
            const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
            for (const socket of [client, server]) {
                proxy.#sockets.add(socket);
                socket.on('error', () => {}); // what reads from it sees it
                socket.on('close', () => proxy.#sockets.delete(socket));
            }
            new Passage(proxy, client, server, chance.fork()).begin();
        });
        await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
        proxy.port = proxy.#server.address().port;
        return proxy;
    }

    // The same URL through the proxy.
    through(url) {
        const there = new URL(url);
        there.port = this.port;
        return there.href;
    }

    count(kind) {
        this.counts[kind] = (this.counts[kind] ?? 0) + 1;
        if (kind.startsWith('cut')) this.#struck();
    }

    // How many cuts there were: all, or those with this mark.
    cuts(mark = 'cut') {
        return Object.entries(this.counts)
            .filter(([kind]) => kind.startsWith('cut') && kind.split(' ').includes(mark))
            .reduce((sum, [, count]) => sum + count, 0);
    }

    // Waits until this many exchanges are under way.
    async exchanging(count, seconds = 20) {
        const reached = async () => {
            while (this.#underWay.size !== count) await once(this.#changes, 'change');
        };
        await within(seconds, `${count} exchanges under way`, reached());
    }

    note(passage, isUnderWay) {
        if (isUnderWay) this.#underWay.add(passage);
        else this.#underWay.delete(passage);
        this.#changes.emit('change');
    }

    get summary() {
        const share = (mark) => `${mark} ${this.cuts(mark)}`;
        return `${this.cuts()} cuts (${WHERE.map(share).join(', ')}; ${HOW.map(share).join(', ')}; ` +
            `${share('late')}), ${this.counts.delay ?? 0} delays, ${this.counts.crumble ?? 0} crumbled`;
    }

    async stop() {
        for (const socket of this.#sockets) socket.destroy();
        await new Promise((resolve) => this.#server.close(resolve));
    }
}

function draw(chance, share) {
    if (!chance.happens(share)) return undefined;
    return { where: chance.oneOf(WHERE), how: chance.oneOf(HOW), stall: chance.oneOf(STALLS),
             late: chance.happens(PROBABILITIES.late) };
}

// One connection through the proxy.
class Passage {
    #cut; // what is to become of this exchange
    #answering = true; // the last bytes came from the server: the next request begins an exchange
    #struck = false; // from then on nothing passes

    constructor(proxy, client, server, chance) {
        Object.assign(this, { proxy, client, server, chance });
    }

    begin() {
        this.#relay(this.client, this.server, async (bytes) => {
            if (this.#answering) this.#cut = this.proxy.decide(bytes, this.chance);
            this.#answering = false;
            this.proxy.note(this, true);
            await this.#pass('request', bytes, this.server);
            if (this.#cut?.where === 'held') this.#strikeWhileHeld();
        });
        this.#relay(this.server, this.client, async (bytes) => {
            this.#answering = true;
            await this.#pass('response', bytes, this.client);
            this.proxy.note(this, false);
        }).then(() => this.proxy.note(this, false)); // the server has let go
    }

    async #relay(from, to, take) {
        try {
            for await (const bytes of from) {
                if (!this.#struck) await take(bytes);
            }
            if (!this.#struck) to.end();
        } catch {
            if (!this.#struck) to.resetAndDestroy();
        }
    }

    // The whole, or the part that comes through before the cut.
    async #pass(where, bytes, to) {
        const cut = this.#cut?.where === where ? this.#cut : undefined;
        const rest = cut ? bytes.subarray(0, this.chance.below(bytes.length)) : bytes;
        if (this.#happens('delay')) await pause(this.chance.between(1, 50));
        const segment = this.#happens('crumble') ? this.chance.between(1, 30) : rest.length;
        const crumblesUntil = Date.now() + CRUMBLING_MS;
        const from = to === this.server ? this.client : this.server;
        const wanted = () => !this.#struck && !(from.destroyed && from.errored);
        for (let at = 0, end; at < rest.length && wanted(); at = end) {
            end = Date.now() < crumblesUntil ? at + segment : rest.length;
            to.write(rest.subarray(at, end));
            if (end < rest.length) await new Promise(setImmediate);
        }
        if (cut) await this.#strike(cut);
    }

    // Soon, unless the answer comes first.
    async #strikeWhileHeld() {
        const cut = this.#cut;
        await pause(this.chance.below(20));
        if (this.#cut === cut && !this.#answering) await this.#strike(cut);
    }

    async #strike({ where, how, late, stall }) {
        if (this.#struck) return;
        this.#struck = true;
        this.proxy.count(`cut ${where} ${how}${late ? ' late' : ''}`);
        if (how === 'stall') await pause(stall);
        sever(this.client, how);
        if (late) await pause(this.chance.between(50, 500));
        sever(this.server, how);
    }

    #happens(kind) {
        const does = this.chance.happens(this.proxy.probabilities[kind]);
        if (does) this.proxy.count(kind);
        return does;
    }
}

function sever(socket, how) {
    if (how === 'reset') socket.resetAndDestroy();
    else socket.destroySoon();
}
