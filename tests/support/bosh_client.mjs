// BoshClient — a BOSH client in which the test decides everything: rid, bytes, connection, order.
// strophe.js shows that real clients work; this one sends what no library would send. It opens
// connections as it needs them and can log in and poll by itself where that is not the point.
import { randomInt } from 'node:crypto';

import { Arrivals, within } from './children.mjs';
import { HttpConnection } from './http_connection.mjs';
import { NS, attributes, child, children, parse, serialize } from './xml.mjs';

// What a response says, read as a client would: B-025 and X-004 in passing.
export class Answer {
    constructor(response) {
        this.status = response.status;
        this.fields = response.fields;
        this.text = response.text;
        if (response.status !== 200) return;
        if (!this.text.startsWith('<body')) throw new Error(`no <body> first: ${this.text}`);
        this.body = parse(this.text);
        if (this.body.localName !== 'body' || this.body.namespaceURI !== NS.httpbind) {
            throw new Error(`not a <body/> of ${NS.httpbind}: ${this.text}`);
        }
        this.payloads = children(this.body);
    }

    get type() { return this.attribute('type'); }
    get condition() { return this.attribute('condition'); }
    attribute(name, namespace = null) {
        return this.body.getAttributeNS(namespace, name) || undefined;
    }
    payload(name, namespace) { return child(this.body, name, namespace); }
    toString() { return `${this.status} ${this.text}`; }
}

export class BoshClient {
    #idle = [];
    #open = 0;
    #polling = false;
    #queued = []; // what post() was given, until there is room for it
    #kept = new Map(); // the requests whose answers go to `stanzas`, with their rids

    // connect: as HttpConnection takes it; `headers` go with every request; `open` opens another
    // kind of connection.
    constructor(url, connect = {}) {
        const { port, pathname } = new URL(url);
        this.connect = connect;
        this.port = Number(port);
        this.path = pathname;
        this.rid = randomInt(1, 2 ** 40);
        this.stanzas = new Arrivals(); // what the server sent, while poll() runs
        this.connections = new Set();
    }

    // One <body/>, built from attributes and payload text; `body` overrides it byte for byte.
    wrap(rid, { payload = '', extra = {} }) {
        return `<body${attributes({ rid, sid: this.sid, xmlns: NS.httpbind, ...extra })}>` +
            `${payload}</body>`;
    }

    // Sends a request with the next rid, or the one given; resolves with its Answer.
    async send(payload = '', { rid, extra, body, headers, connection } = {}) {
        const number = rid ?? ++this.rid;
        const bytes = body ?? this.wrap(number, { payload, extra });
        this.#open += 1; // with its rid it counts, also while it waits for a connection
        headers = { ...this.connect.headers, ...headers };
        if (this.connect.servername) headers = { Host: this.connect.servername, ...headers };
        let used;
        try {
            used = connection ?? await this.#takeConnection();
            return new Answer(await used.request({ path: this.path, body: bytes, headers }));
        } finally {
            this.#open -= 1;
            if (used && !connection) this.#idle.push(used);
            this.#sendQueued();
        }
    }

    // The creation request. Remembers the sid if there is one.
    async create({ to, wait = 30, hold = 1, payload, ...extra }) {
        const answer = await this.send(payload, {
            extra: { to, wait, hold, ver: '1.11', 'xml:lang': 'en', 'xmlns:xmpp': NS.xbosh,
                     'xmpp:version': '1.0', ...extra },
        });
        this.sid = answer.body && answer.attribute('sid');
        this.creation = answer;
        return answer;
    }

    restart(domain) {
        return this.send('', { extra: { to: domain, 'xml:lang': 'en', 'xmpp:restart': 'true',
                                        'xmlns:xmpp': NS.xbosh } });
    }

    // Features, wherever they came: in the creation response or on a poll.
    async features(answer = this.creation) {
        const end = Date.now() + 60_000;
        let current = answer;
        while (!current.payload('features', NS.stream)) {
            if (current.type === 'terminate' || Date.now() > end) {
                throw new Error(`no features: ${current}`);
            }
            current = await this.send();
        }
        return current.payload('features', NS.stream);
    }

    // SASL with one message each way; the element that decides it.
    async authenticate(mechanism, initial) {
        let answer = await this.send(
            `<auth xmlns='${NS.sasl}' mechanism='${mechanism}'>` +
            `${Buffer.from(initial).toString('base64') || '='}</auth>`);
        while (answer.type !== 'terminate' && answer.payloads.length === 0) answer = await this.send();
        return answer.payloads[0];
    }

    authenticatePlain(user, password) { return this.authenticate('PLAIN', `\0${user}\0${password}`); }

    // From nothing to a bound resource, then polls. Returns the full JID. `quiet`: without presence
    // or polls; nothing arrives that nobody asked for.
    async login({ domain, user, password, resource = 'raw', quiet = false, ...creation }) {
        const created = await this.create({ to: domain, ...creation });
        if (!this.sid) throw new Error(`no session: ${created}`);
        await this.features();
        const outcome = user === undefined ? await this.authenticate('ANONYMOUS', '')
            : await this.authenticatePlain(user, password);
        if (outcome.localName !== 'success') throw new Error(serialize(outcome));
        const features = await this.features(await this.restart(domain));
        this.poll();
        const bound = await this.iq('set', `<bind xmlns='${NS.bind}'>` +
            (user === undefined ? '' : `<resource>${resource}</resource>`) + '</bind>');
        if (child(features, 'session', NS.session)) {
            await this.iq('set', `<session xmlns='${NS.session}'/>`);
        }
        this.jid = child(child(bound, 'bind', NS.bind), 'jid').textContent;
        if (quiet) {
            await this.pause();
        } else {
            this.post("<presence xmlns='jabber:client'/>");
        }
        return this.jid;
    }

    // While it polls: send() without waiting for that very request's answer, which may be held;
    // what the server sends arrives in `stanzas`.
    // Never more requests at a time than the server allows: with several on their way, any of them may
    // be the first to arrive.
    post(payload, options) {
        this.#queued.push([payload, options]);
        this.#sendQueued();
    }

    #sendQueued() {
        const most = Number(this.creation?.attribute('requests') ?? 1);
        while (this.#queued.length > 0 && this.#open < most) {
            this.#keep(this.send(...this.#queued.shift()));
        }
    }

    async iq(type, payload, to) {
        const id = `iq-${++BoshClient.#ids}`;
        this.post(`<iq${attributes({ xmlns: NS.client, type, id, to })}>${payload}</iq>`);
        return this.stanza(`the answer to ${id}`,
                           (each) => each.localName === 'iq' && each.getAttribute('id') === id);
    }

    message(what, fits = () => true, seconds) {
        return this.stanza(what, (each) => each.localName === 'message' && fits(each), seconds);
    }

    stanza(what, fits, seconds) { return this.stanzas.next(what, fits, seconds); }

    // Keeps one request with the server until the session ends; `ended` is the last Answer.
    poll() {
        this.#polling = true;
        this.#ended = new Promise((resolve, reject) => { this.#end = { resolve, reject }; });
        this.#ended.catch(() => {}); // whoever waits for it sees it
        this.#refill();
    }

    // No more polls, and none held: a pause has every open request answered (B-183).
    async pause(seconds = 60) {
        this.#polling = false;
        await this.send('', { extra: { pause: seconds } });
        await Promise.all(this.#kept.keys());
    }

    get ended() { return within(60, 'the end of the session', this.#ended); }

    async terminate(payload = '') {
        this.#polling = false;
        return this.send(payload, { extra: { type: 'terminate' } });
    }

    // Drops every connection, as a laptop that is shut.
    vanish() {
        this.#polling = false;
        for (const connection of this.connections) connection.reset();
        this.#idle = [];
    }

    // The next request has to wait for a connection of its own: all others are held.
    async #takeConnection() {
        while (this.#idle.length > 0) {
            const idle = this.#idle.pop();
            if (idle.socket.writable) return idle;
        }
        const { open = HttpConnection.open.bind(HttpConnection) } = this.connect;
        const fresh = await open(this.port, this.connect);
        this.connections.add(fresh);
        fresh.closed.then(() => this.connections.delete(fresh));
        return fresh;
    }

    #keep(answering) {
        const { rid } = this;
        const kept = this.#deliver(answering, rid).finally(() => this.#kept.delete(kept));
        this.#kept.set(kept, rid);
    }

    // Answers are given in the order of rids; over several connections they may come in another.
    #earlier(rid) {
        return Promise.all([...this.#kept].filter(([, each]) => each < rid).map(([kept]) => kept));
    }

    async #deliver(answering, rid) {
        try {
            const answer = await answering;
            await this.#earlier(rid);
            for (const payload of answer.payloads ?? []) {
                this.stanzas.add(Object.assign(payload, { toString: () => serialize(payload) }));
            }
            if (answer.status !== 200 || answer.type === 'terminate') {
                this.#polling = false;
                this.stanzas.end(`the session ended: ${answer}`);
                this.#end.resolve(answer);
            } else {
                this.#refill();
            }
        } catch (error) {
            if (!this.#polling) return;
            this.#polling = false;
            this.stanzas.end(error.message);
            this.#end.reject(error);
        }
    }

    #refill() {
        if (this.#polling && this.#open === 0 && this.#queued.length === 0) this.#keep(this.send());
    }

    #ended;
    #end;
    static #ids = 0;
}
