// How a session begins where the configuration says more than which server a domain has.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { BoshClient } from '../support/bosh_client.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const ROUTED = 'routed.example';
const PLAIN = 'plain.example';

const start = () => ScriptedServer.start((stream) => stream.open({ id: 'scripted' }));
const own = await start();
const other = await start();
const stranger = await start(); // on no list
const front = await startBoshcm({
    domains: { [ROUTED]: own.port, [PLAIN]: own.port }, routes: { [ROUTED]: [other.port] },
});

after(async () => {
    await front.stop();
    await Promise.all([own, other, stranger].map((server) => server.stop({ lenient: true })));
});

// The stream header that the server got.
async function created(server, attributes) {
    const client = new BoshClient(front.boshUrl);
    const [answer, stream] = await Promise.all([client.create(attributes), server.stream()]);
    assert.ok(answer.attribute('sid'), String(answer));
    await client.terminate();
    return stream.bytes;
}

async function refused(attributes) {
    const answer = await new BoshClient(front.boshUrl).create(attributes);
    assert.equal(answer.attribute('sid'), undefined);
    return answer.condition;
}

// Rows: B-051, B-052, U-004
test('route chooses among the servers of the domain, and to names the domain all the same', async () => {
    assert.match(await created(own, { to: ROUTED }), / to=["']routed\.example["']/);
    assert.match(await created(other, { to: ROUTED, route: `xmpp:127.0.0.1:${other.port}` }),
                 / to=["']routed\.example["']/);
});

// Rows: B-052, S-030
test('route leads to no server that is not listed for the domain', async () => {
    for (const route of [`xmpp:127.0.0.1:${stranger.port}`, `xmpp:localhost:${other.port}`,
                         `xmpp:[::1]:${other.port}`, 'xmpp:example.com:5222']) {
        assert.equal(await refused({ to: ROUTED, route }), 'host-unknown', route);
    }
    for (const route of [`127.0.0.1:${other.port}`, `xmpp://127.0.0.1:${other.port}`, 'xmpp:127.0.0.1',
                         `http:127.0.0.1:${other.port}`, 'xmpp:::1:5222']) {
        assert.equal(await refused({ to: ROUTED, route }), 'bad-request', route);
    }
    assert.equal(stranger.streams.all.length, 0);
});

// Rows: B-051, S-030
test('route means nothing for a domain that lists none', async () => {
    for (const route of [`xmpp:127.0.0.1:${stranger.port}`, 'what is this']) {
        await created(own, { to: PLAIN, route });
    }
    assert.equal(stranger.streams.all.length, 0);
});

// Rows: B-060, H-009, S-023
test('who comes without encryption is sent to the URI for that, and nowhere by HTTP', async () => {
    const uri = 'https://chat.example.org/http-bind?from=plain&to=tls';
    const secure = await startBoshcm({ domains: { [PLAIN]: stranger.port },
                                       bosh: { 'see-other-uri': uri } });
    const answer = await new BoshClient(secure.boshUrl).create({ to: PLAIN });
    assert.equal(answer.status, 200);
    assert.equal(answer.condition, 'see-other-uri');
    assert.equal(answer.fields.get('location'), undefined);
    assert.deepEqual(answer.payloads.map((each) => [each.namespaceURI, each.localName, each.textContent]),
                     [[NS.httpbind, 'uri', uri]]);
    assert.equal(stranger.streams.all.length, 0);
    await secure.stop();
});
