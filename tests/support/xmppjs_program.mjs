// xmpp.js, as library_client.mjs leads it.
import { client, xml } from '@xmpp/client';
import { webcrypto } from 'node:crypto';
import { WebSocket } from 'ws';

import { obey, tell } from './library_program.mjs';

// It wants those of browsers, which Node has from 22 and 20 on.
globalThis.WebSocket = WebSocket;
globalThis.crypto ??= webcrypto;

let xmpp;

function onStanza(stanza) {
    const { from, type } = stanza.attrs;
    if (stanza.is('message')) tell('message', { from, type, body: stanza.getChildText('body') });
    if (stanza.is('presence')) tell('presence', { from, type });
}

async function goOnline() {
    await xmpp.send(xml('presence'));
    tell('online', { jid: String(xmpp.jid) });
}

obey({
    login({ url, domain, user, password, resource }) {
        xmpp = client({ service: url, domain, resource, username: user, password });
        xmpp.on('error', (error) => console.error(error));
        xmpp.on('stanza', onStanza);
        xmpp.on('offline', () => tell('offline'));
        // Not when it says 'online', which is before <enabled/> has come: of a stanza right behind
        // that it loses count, and is sent it again after resuming.
        xmpp.on('nonza', (nonza) => { if (nonza.is('enabled')) setImmediate(goOnline); });
        xmpp.streamManagement.on('resumed', () => tell('resumed'));
        return xmpp.start();
    },
    say: ({ to, type, body }) => xmpp.send(xml('message', { to, type }, xml('body', {}, body))),
    join: ({ room, nick }) => xmpp.send(
        xml('presence', { to: `${room}/${nick}` }, xml('x', 'http://jabber.org/protocol/muc'))),
    // The network is gone from one moment to the next.
    drop: () => xmpp.socket.socket.terminate(),
    leave: () => xmpp.stop(),
});
