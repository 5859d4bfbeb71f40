// LibraryClient — a client library in a process of its own, as an object.
// Of its own, because Node reads which authorities it trusts when it starts, and the libraries have
// no option for it: so they verify boshcm's certificate as they would in production.
//
// What it says are lines of JSON, as library_program.mjs writes them. Anything else that it writes
// is a complaint, and the client that has complained fails at its end.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { Arrivals, Child } from './children.mjs';

export class LibraryClient {
    static #all = [];
    #complaints = [];

    // `program`: one of the *_program.mjs here; `ca`: the file of an authority.
    constructor(program, ca) {
        const file = fileURLToPath(new URL(program, import.meta.url));
        this.events = new Arrivals();
        this.child = new Child(program, process.execPath, [file],
                               { input: 'pipe', env: { NODE_EXTRA_CA_CERTS: ca } });
        LibraryClient.#all.push(this);
        this.#read();
    }

    // Ends those that are still there, because their test failed.
    static endAll() {
        return Promise.all(LibraryClient.#all.splice(0).map((client) => client.child.stop()));
    }

    // `how`: url, kind, domain, user, password and resource.
    async login(how) {
        this.command('login', how);
        this.jid = (await this.event('online')).jid;
    }

    command(name, values = {}) {
        this.child.process.stdin.write(`${JSON.stringify({ name, ...values })}\n`);
    }

    say(to, body, type = 'chat') { this.command('say', { to, type, body }); }

    join(room, nick) { this.command('join', { room, nick }); }

    event(name, fits = () => true) {
        return this.events.next(`${name} from ${this.child.name}`,
                                (each) => each.event === name && fits(each));
    }

    // A message's text, by who sent it.
    async textFrom(sender) {
        return (await this.event('message', ({ from, body }) => from === sender && body)).body;
    }

    // It leaves as the library has it, and its process ends.
    async leave() {
        this.command('leave');
        await this.event('offline');
        this.child.process.stdin.end();
        const { code } = await this.child.exited;
        assert.deepEqual(this.#complaints, []);
        assert.equal(code, 0);
    }

    async #read() {
        try {
            for (;;) {
                const line = await this.child.lines.next('an event', () => true, 3600);
                if (line.startsWith('{')) {
                    this.events.add(Object.assign(JSON.parse(line), { toString: () => line }));
                } else {
                    this.#complaints.push(line);
                }
            }
        } catch (error) {
            this.events.end(error.message);
        }
    }
}
