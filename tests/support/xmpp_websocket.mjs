// XmppWebSocket — a client of XMPP over a WebSocket, whoever makes its frames: who extends it sends
// texts and adds to `messages` what came.
import assert from 'node:assert/strict';

import { Arrivals } from './children.mjs';
import { NS, attributes, child, parse } from './xml.mjs';

export const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';

export class XmppWebSocket {
    messages = new Arrivals(); // texts

    open(values = {}) {
        this.send(`<open${attributes({ xmlns: FRAMING, version: '1.0', ...values })}/>`);
    }

    text(what, fits = () => true, seconds) {
        return this.messages.next(what, fits, seconds);
    }
    // The first message that is an element of that name.
    async element(name, fits = () => true, seconds) {
        const text = await this.text(`<${name}>`, (each) => {
            const root = parse(each);
            return root.localName === name && fits(root);
        }, seconds);
        return Object.assign(parse(text), { toString: () => text });
    }

    // <open/>, SASL PLAIN, <open/>, bind, presence.
    async login({ domain, user, password, resource }) {
        await this.startStream(domain);
        await this.authenticate(user, password);
        await this.startStream(domain);
        this.send(`<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='${NS.bind}'>` +
            `<resource>${resource}</resource></bind></iq>`);
        const bound = await this.element('iq', (each) => each.getAttribute('id') === 'bind');
        assert.equal(bound.getAttribute('type'), 'result', String(bound));
        this.jid = child(child(bound, 'bind'), 'jid').textContent;
        return this;
    }
    async startStream(domain) {
        this.open({ to: domain });
        const opened = await this.element('open');
        const features = await this.element('features');
        return { opened, features };
    }
    async authenticate(user, password) {
        const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
        this.send(`<auth xmlns='${NS.sasl}' mechanism='PLAIN'>${plain}</auth>`);
        await this.element('success');
    }
    message(what, fits = () => true) {
        return this.element('message', fits);
    }
}
