// StanzaJS, as library_client.mjs leads it.
import { createClient } from 'stanza';

import { obey, tell } from './library_program.mjs';

let client;

obey({
    login({ url, kind, domain, user, password, resource }) {
        client = createClient({ jid: `${user}@${domain}`, password, resource,
                                transports: { [kind]: url }, autoReconnect: true });
        client.on('session:started', () => {
            client.sendPresence();
            tell('online', { jid: client.jid });
        });
        client.on('message', ({ from, type, body }) => tell('message', { from, type, body }));
        client.on('presence', ({ from, type }) => tell('presence', { from, type }));
        client.on('stream:management:resumed', () => tell('resumed'));
        // The end of the stream, and at once that of the program: StanzaJS throws when stanzas are
        // in the terminate body (D-15), and its 'disconnected' does not come while an
        // acknowledgement waits to be sent.
        client.on('stream:end', () => { tell('offline'); process.exit(); });
        for (const fault of ['stream:error', 'auth:failed', 'message:error']) {
            client.on(fault, (what) => console.error(fault, what));
        }
        client.connect();
    },
    say: (message) => client.sendMessage(message),
    join: ({ room, nick }) => client.joinRoom(room, nick),
    // The network is gone from one moment to the next.
    drop: () => client.transport.socket.terminate(),
    leave: () => client.disconnect(),
});
