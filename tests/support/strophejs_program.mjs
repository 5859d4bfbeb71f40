// strophe.js, as library_client.mjs leads it.
import { $msg, $pres, Strophe } from 'strophe.js';

import { obey, tell } from './library_program.mjs';
import { XMLHttpRequest } from './xml_http_request.mjs';

const { AUTHFAIL, CONNECTED, CONNFAIL, DISCONNECTED } = Strophe.Status;

globalThis.XMLHttpRequest = XMLHttpRequest;
Strophe.setLogLevel(Strophe.LogLevel.FATAL);

let connection;

function onStanza(stanza) {
    const [from, type] = ['from', 'type'].map((name) => stanza.getAttribute(name));
    const body = stanza.getElementsByTagName('body')[0]?.textContent;
    tell(stanza.nodeName, { from, type, body });
    return true;
}

function onStatus(status, condition) {
    if (status === CONNECTED) {
        connection.addHandler(onStanza);
        connection.send($pres());
        tell('online', { jid: connection.jid });
    }
    if (status === DISCONNECTED) tell('offline');
    if ([AUTHFAIL, CONNFAIL].includes(status)) console.error('no login', condition);
}

obey({
    login({ url, domain, user, password, resource }) {
        XMLHttpRequest.trust(new URL(url).hostname);
        connection = new Strophe.Connection(url);
        connection.connect(`${user}@${domain}/${resource}`, password, onStatus);
    },
    say: ({ to, type, body }) => connection.send($msg({ to, type }).c('body').t(body)),
    join: ({ room, nick }) => connection.send(
        $pres({ to: `${room}/${nick}` }).c('x', { xmlns: 'http://jabber.org/protocol/muc' })),
    leave: () => connection.disconnect('done'),
});
