// StropheClient — strophe.js, the usual browser library, logged in over BOSH under Node.
// It brings its own DOM (@xmldom/xmldom); only XMLHttpRequest is ours.
import { $pres, Strophe } from 'strophe.js';

import { Arrivals } from './children.mjs';
import { XMLHttpRequest } from './xml_http_request.mjs';
import { attributes, parse, serialize } from './xml.mjs';

globalThis.XMLHttpRequest = XMLHttpRequest;
Strophe.setLogLevel(Strophe.LogLevel.FATAL);

export const Status = Strophe.Status;
export const Mechanism = {
    'PLAIN': Strophe.SASLPlain,
    'SCRAM-SHA-1': Strophe.SASLSHA1,
    'SCRAM-SHA-256': Strophe.SASLSHA256,
    'ANONYMOUS': Strophe.SASLAnonymous,
};
const STATUS_NAMES = Object.fromEntries(Object.entries(Status).map(([name, code]) => [code, name]));

export class StropheClient {
    static #ids = 0;
    static #all = [];

    // Drops every connection there was: their timers would keep the test file alive.
    static resetAll() {
        for (const client of StropheClient.#all.splice(0)) client.connection.reset();
    }

    constructor(url, { mechanisms } = {}) {
        this.statuses = new Arrivals(); // { name, condition }
        this.stanzas = new Arrivals();
        this.sent = []; // <body/> elements, as text
        this.connection = new Strophe.Connection(url, {
            keepalive: false,
            ...(mechanisms && { mechanisms: mechanisms.map((name) => Mechanism[name]) }),
        });
        StropheClient.#all.push(this);
        this.connection.xmlOutput = (body) => this.sent.push(serialize(body));
    }

    // Starts to log in; the statuses tell how it goes.
    connect(jid, password) {
        this.connection.connect(jid, password, (code, condition) => {
            if (code === Status.CONNECTED) this.#listen();
            const arrived = { name: STATUS_NAMES[code], condition };
            arrived.toString = () => `${arrived.name} ${condition ?? ''}`;
            this.statuses.add(arrived);
        });
    }

    status(name, seconds) {
        return this.statuses.next(`strophe.js to be ${name}`, (each) => each.name === name, seconds);
    }

    async login(jid, password) {
        this.connect(jid, password);
        const outcome = await this.statuses.next('strophe.js to log in',
            (each) => ['CONNECTED', 'AUTHFAIL', 'CONNFAIL', 'DISCONNECTED'].includes(each.name));
        if (outcome.name !== 'CONNECTED') throw new Error(`no login: ${outcome}`);
        this.jid = this.connection.jid;
        this.connection.send($pres());
        return this;
    }

    // The mechanism of the last <auth/> it sent.
    get mechanism() {
        return this.sent.map((body) => /<auth[^>]*mechanism="([^"]+)"/.exec(body)?.[1])
            .filter(Boolean).at(-1);
    }

    send(xml) { this.connection.send(parse(xml)); }

    message(what, fits = () => true) {
        return this.stanza(what, (each) => each.localName === 'message' && fits(each));
    }

    stanza(what, fits) { return this.stanzas.next(what, fits); }

    iq(type, payload, to) {
        const id = `strophe-${++StropheClient.#ids}`;
        this.send(`<iq${attributes({ xmlns: 'jabber:client', type, id, to })}>${payload}</iq>`);
        return this.stanza(`the answer to iq ${id}`,
                           (each) => each.localName === 'iq' && each.getAttribute('id') === id);
    }

    async disconnect() {
        this.connection.options.sync = false;
        this.connection.disconnect('done');
        await this.status('DISCONNECTED');
    }

    #listen() {
        for (const name of ['message', 'presence', 'iq']) {
            this.connection.addHandler((stanza) => {
                this.stanzas.add(Object.assign(stanza, { toString: () => serialize(stanza) }));
                return true;
            }, null, name);
        }
    }
}
