// Peer — strophe_peer, the native libstrophe client, as an object.
import assert from 'node:assert/strict';

import { Arrivals, Child } from './children.mjs';
import { parse } from './xml.mjs';

const escaped = (text) => text.replace(/[\\\n\r]/g,
    (char) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[char]);
const unescaped = (text) => text.replace(/\\(.)/gs,
    (_, char) => ({ n: '\n', r: '\r' })[char] ?? char);

export class Peer {
    constructor() {
        const program = process.env.STROPHE_PEER;
        assert.ok(program, 'STROPHE_PEER names the libstrophe client');
        this.child = new Child('strophe_peer', program, [], { input: 'pipe' });
        this.stanzas = new Arrivals();
        this.#read();
    }

    static async login({ jid, password, port }) {
        const peer = new Peer();
        await peer.connect({ jid, password, port });
        return peer;
    }

    async connect({ jid, password, port }) {
        this.#command(`connect ${jid} ${password} 127.0.0.1 ${port}`);
        const line = await this.child.line(/^(connected|disconnected) /);
        if (!line.startsWith('connected ')) throw new Error(`libstrophe: ${line}`);
        this.jid = line.slice('connected '.length);
        this.send("<presence xmlns='jabber:client'/>");
    }

    send(xml) { this.#command(`send ${escaped(xml)}`); }

    message(what, fits = () => true, seconds) {
        return this.stanza(what, (each) => each.localName === 'message' && fits(each), seconds);
    }

    stanza(what, fits, seconds) { return this.stanzas.next(what, fits, seconds); }

    async disconnect() {
        this.#command('disconnect');
        await this.child.line(/^disconnected /);
    }

    async stop() {
        this.child.process.stdin.end();
        const { code } = await this.child.exited;
        assert.equal(code, 0, this.child.output);
    }

    #command(line) { this.child.process.stdin.write(`${line}\n`); }

    async #read() {
        try {
            for (;;) {
                const line = await this.child.lines.next('a stanza', (each) =>
                    each.startsWith('stanza '), 3600);
                const text = unescaped(line.slice('stanza '.length));
                this.stanzas.add(Object.assign(parse(text), { toString: () => text }));
            }
        } catch (error) {
            this.stanzas.end(error.message);
        }
    }
}
