// The known floods of HTTP/2, as bytes of our own, while honest clients go on: over TLS, and by prior
// knowledge in clear.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { Http2Connection, Http2Frames } from '../support/http2_connection.mjs';
import { ENHANCE_YOUR_CALM, FLOODS, flood } from '../support/http2_floods.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const HOST = 'chat.example';
const authority = new Authority();
const tls = { ca: readFileSync(authority.file), servername: HOST };
const server = await startServer();
const tlsPort = await freePort();
const front = await startBoshcm({
    domains: { [DOMAIN]: server.port },
    log: { level: 'debug' },
    listener: { http2: true },
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

for (const [where, port, secured] of [['over TLS', tlsPort, tls], ['in clear', front.port]]) {
    for (const kind of FLOODS) {
        // Rows: H-096
        test(`a flood ${where}: ${kind}`, async () => {
            assert.equal(await flood(await Http2Frames.open(port, secured), kind), ENHANCE_YOUR_CALM);
            const answer = await honest.iq('get', `<ping xmlns='urn:xmpp:ping'/>`, DOMAIN);
            assert.equal(answer.getAttribute('type'), 'result');
        });
    }
}
