// Servers that say how much they take (XEP-0478): clients are told, and what is more is not sent.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS, child } from '../support/xml.mjs';

const DOMAIN = 'limits.example';
const LIMIT = 20_000;
const LIMITS = `<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>${LIMIT}</max-bytes>` +
    '<idle-seconds>600</idle-seconds></limits>';

let then = async () => {};
const server = await ScriptedServer.start(async (stream) => {
    await stream.login(DOMAIN, { features: `${LIMITS}<sm xmlns='${NS.sm}'/>` });
    await stream.element(); // the initial presence
    await then(stream);
});
const front = await startBoshcm({ domains: { [DOMAIN]: server.port } });

after(async () => {
    await front.stop();
    await server.stop({ lenient: true });
});

async function login(next = async () => {}) {
    then = next;
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: 'x' });
    return { client, stream: server.streams.all.at(-1) };
}

// With a name on it, `bytes` long as it stands in the stream.
function message(id, bytes) {
    const around = `<message id='${id}' to='bob@x' xmlns='${NS.client}'><body></body></message>`;
    return around.replace('<body>', `<body>${'x'.repeat(bytes - around.length)}`);
}

// Rows: U-080, U-081, D-34
test('a stanza that is too large comes back, and the others go their way', async () => {
    const { client, stream } = await login();
    client.post(message('fits', LIMIT) + message('large', LIMIT + 1) + message('after', 200));
    assert.equal((await stream.element()).getAttribute('id'), 'fits');
    assert.equal((await stream.element()).getAttribute('id'), 'after');
    const back = await client.message('the error', (each) => each.getAttribute('id') === 'large');
    assert.equal(back.getAttribute('type'), 'error');
    assert.equal(back.getAttribute('from'), 'bob@x');
    assert.equal(back.namespaceURI, NS.client);
    const error = child(back, 'error');
    assert.equal(error.getAttribute('type'), 'modify');
    assert.equal(error.getAttribute('by'), null);
    assert.ok(child(error, 'policy-violation'));
    assert.equal(child(error, 'text').textContent, `the server takes at most ${LIMIT} bytes`);
    assert.doesNotMatch(stream.bytes, /large/);
    await client.terminate();
});

// Rows: U-080, S-043
test('the client is told of less than the server takes, so that what is added fits', async () => {
    then = async () => {};
    const client = new BoshClient(front.boshUrl);
    await client.create({ to: DOMAIN });
    await client.authenticatePlain('alice', 'x');
    const answer = await client.restart(DOMAIN);
    const features = await client.features(answer);
    const limits = child(features, 'limits');
    assert.equal(child(limits, 'max-bytes').textContent, String(LIMIT - 256));
    assert.equal(child(limits, 'idle-seconds'), undefined);
    await client.terminate();
});

// Rows: U-074, U-081
test('where stanzas are counted, the session ends', async () => {
    const { client, stream } = await login(async (each) => {
        await each.element(); // <enable/>
        each.write(`<enabled xmlns='${NS.sm}' id='some' resume='true'/>`);
    });
    client.post(`<enable xmlns='${NS.sm}' resume='true'/>`);
    await client.stanza('<enabled/>', (each) => each.localName === 'enabled');
    client.post(message('large', LIMIT + 1));
    const end = await client.ended;
    assert.equal(end.type, 'terminate');
    assert.equal(end.condition, 'policy-violation');
    await stream.closed;
    assert.doesNotMatch(stream.bytes, /large|<\/stream:stream>/); // U-070: it may be resumed
});

// Rows: U-081
test('what is no stanza ends the session too', async () => {
    const { client, stream } = await login();
    client.post(`<odd xmlns='urn:odd'>${'x'.repeat(LIMIT)}</odd>`);
    assert.equal((await client.ended).condition, 'policy-violation');
    await stream.close(); // in order: there is nothing to resume
    assert.doesNotMatch(stream.bytes, /<odd/);
});
