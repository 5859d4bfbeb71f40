// The known floods of HTTP/2, as bytes of our own, while honest clients go on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import * as h2 from '../support/http2_connection.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const { END_HEADERS, END_STREAM, Http2Connection, Http2Frames, frame, headerBlock } = h2;
const HOST = 'chat.example';
const ENHANCE_YOUR_CALM = 11;
const authority = new Authority();
const tls = { ca: readFileSync(authority.file), servername: HOST };
const server = await startServer();
const tlsPort = await freePort();
const front = await startBoshcm({
    domains: { [DOMAIN]: server.port },
    log: { level: 'debug' },
    listeners: [{ address: '127.0.0.1', port: tlsPort, tls: 'own',
                  certificates: [authority.issue({ names: [HOST] })] }],
});
const path = new URL(front.boshUrl).pathname;
const honest = new BoshClient(`https://127.0.0.1:${tlsPort}${path}`,
                              { open: () => honestConnection });
const honestConnection = await Http2Connection.open(tlsPort, tls);
await honest.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice });

after(async () => {
    await honest.terminate();
    honestConnection.reset();
    await front.stop();
    await server.stop();
});

const post = (more = {}) => headerBlock({ ':method': 'POST', ':scheme': 'https', ':authority': HOST,
                                          ':path': path, 'content-type': 'text/xml', ...more });
const number = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
};
let stream = 1;
const nextStream = () => { stream += 2; return stream; };
const times = (count, make) => Array.from({ length: count }, make);

const floods = {
    reset: () => times(50, () => {
        const id = nextStream();
        return Buffer.concat([frame(h2.HEADERS, END_HEADERS, id, post()),
                              frame(h2.RST_STREAM, 0, id, number(8))]);
    }),
    // Streams that we have to reset, because of what is done to them (CVE-2025-8671).
    'reset-by-fault': () => times(50, () => {
        const id = nextStream();
        return Buffer.concat([frame(h2.HEADERS, END_HEADERS, id, post()),
                              frame(h2.WINDOW_UPDATE, 0, id, number(0x7fffffff))]);
    }),
    settings: () => times(50, () => frame(h2.SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 255, 255]))),
    ping: () => times(50, () => frame(h2.PING, 0, 0, Buffer.alloc(8))),
    'empty-data': () => times(50, () => frame(h2.DATA, 0, 1)),
    priority: () => times(50, () => frame(h2.PRIORITY, 0, nextStream(), Buffer.from([0, 0, 0, 0, 7]))),
    'window-update': () => times(500, () => frame(h2.WINDOW_UPDATE, 0, 0, number(1))),
    'unknown-frames': () => times(50, () => frame(0xbe, 0, 0)),
    // Without END_HEADERS, for ever.
    'header-block': () => times(5, () => frame(h2.CONTINUATION, 0, 1)),
};

for (const [name, more] of Object.entries(floods)) {
    // Rows: H-096
    test(`a flood: ${name}`, async () => {
        stream = 1;
        const attacker = await Http2Frames.open(tlsPort, tls);
        if (name === 'empty-data') attacker.send(frame(h2.HEADERS, END_HEADERS, 1, post()));
        if (name === 'header-block') attacker.send(frame(h2.HEADERS, END_STREAM, 1, post()));
        const code = await attacker.flood(more);
        assert.equal(code, ENHANCE_YOUR_CALM);
        const answer = await honest.iq('get', `<ping xmlns='urn:xmpp:ping'/>`, DOMAIN);
        assert.equal(answer.getAttribute('type'), 'result');
    });
}
