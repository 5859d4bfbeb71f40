// Attacks on HTTP/2: floods of frames that are legal one by one, and WebSockets whose answers nobody
// lets through.
import assert from 'node:assert/strict';
import { once } from 'node:events';

import { Http2Connection, Http2Frames } from '../support/http2_connection.mjs';
import { ENHANCE_YOUR_CALM, FLOODS, flood } from '../support/http2_floods.mjs';
import { Http2WebSocket } from '../support/http2_websocket.mjs';
import { OPCODE, frame } from '../support/ws_client.mjs';

const ADDRESS = { localAddress: '127.0.0.99' }; // whose requests nobody slows down yet
const TLS = { rejectUnauthorized: false, servername: 'chat.example' };

// All kinds at a time, over TLS and in clear.
export async function http2Floods({ port, tlsPort }) {
    let ended = 0;
    await Promise.all([[port], [tlsPort, TLS]].flatMap(([to, tls]) => FLOODS.map(async (kind) => {
        const code = await flood(await Http2Frames.open(to, tls, ADDRESS), kind);
        assert.equal(code, ENHANCE_YOUR_CALM, kind);
        ++ended;
    })));
    return { ended };
}

// Windows of nothing, so that no Pong gets through, and Pings as many as there is room for.
export async function http2Tunnels({ port }) {
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () =>
        frame(OPCODE.ping, 'x'.repeat(125))));
    const codes = {};
    await Promise.all(Array.from({ length: 4 }, async () => {
        const connection = await Http2Connection.open(port, undefined,
            { ...ADDRESS, settings: { initialWindowSize: 0 }, maxSessionMemory: 200 });
        await Promise.all(Array.from({ length: 24 }, async () => {
            const { status, stream } = await Http2WebSocket.request(connection, '/xmpp-websocket');
            assert.equal(status, 200);
            const closed = once(stream, 'close');
            stream.write(pings);
            await closed;
            codes[stream.rstCode] = (codes[stream.rstCode] ?? 0) + 1;
        }));
        assert.equal(connection.session.destroyed, false, 'more was cut off than needed');
        connection.reset();
    }));
    return { codes };
}
