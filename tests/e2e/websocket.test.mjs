// XMPP over WebSocket, from web clients to a real server: strophe.js as pages use it, and a client
// of our own for what no library shows.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, GUEST_DOMAIN, startServer, worldOfThisFile } from '../support/world.mjs';
import { WireTap } from '../support/wire_tap.mjs';
import { CLOSE, OPCODE, WsClient, closePayload, frame } from '../support/ws_client.mjs';
import { NS, attributes, child, condition, escape } from '../support/xml.mjs';

// Our own client answers no ping, nor does one that has to wait for a processor: it has ten seconds.
const world = await worldOfThisFile({ websocket: { 'ping-interval': '2s', 'ping-timeout': '8s' } });
const { wsUrl } = world.front;
const bob = await world.peer('bob');
const strophe = (user = 'alice', resource = 'web', options = {}) =>
    new StropheClient(wsUrl, options).login(`${user}@${DOMAIN}/${resource}`, world.accounts[user]);
const login = async (resource, options) => (await WsClient.connect(wsUrl, options)).login({
    domain: DOMAIN, user: 'alice', password: world.accounts.alice, resource });

const chat = (to, body, more = {}) =>
    `<message${attributes({ xmlns: NS.client, type: 'chat', to, ...more })}>` +
    `<body>${escape(body)}</body></message>`;
const bodyOf = (message) => child(message, 'body').textContent;

// Rows: W-005, W-007, W-042, W-043, W-048, W-052, W-055, W-068, D-25, D-26
test('strophe.js logs in, and messages pass both ways', async () => {
    const alice = await strophe();
    for (const text of ['안녕하세요 👩‍👩‍👧‍👦', `<b>"R&D"</b> ]]> &amp;`, 'one\n\ttwo']) {
        alice.send(chat(bob.jid, text));
        const there = await bob.message('what alice wrote');
        assert.equal(bodyOf(there), text);
        assert.equal(there.getAttribute('from'), alice.jid);
        bob.send(chat(alice.jid, `${text} / ${text}`));
        assert.equal(bodyOf(await alice.message('what bob answered')), `${text} / ${text}`);
    }
    await alice.disconnect();
});

for (const mechanism of ['PLAIN', 'SCRAM-SHA-1']) {
    // Rows: W-042, W-052
    test(`strophe.js logs in with ${mechanism}`, async () => {
        const alice = await strophe('alice', mechanism, { mechanisms: [mechanism] });
        assert.equal(alice.mechanism, mechanism);
        await alice.disconnect();
    });
}

// Rows: W-042
test('strophe.js logs in anonymously', async () => {
    const guest = await new StropheClient(wsUrl).login(GUEST_DOMAIN, null);
    assert.match(guest.jid, new RegExp(`@${GUEST_DOMAIN}/`));
    await guest.disconnect();
});

// Rows: W-046, D-25
test('strophe.js hears that a domain is not served', async () => {
    const client = new StropheClient(wsUrl);
    client.connect('alice@nowhere.example/web', 'secret');
    await client.status('DISCONNECTED');
    assert.ok(client.statuses.all.some((each) => each.condition === 'host-unknown' ||
                                       each.name === 'CONNFAIL'));
});

// Rows: W-062, W-047, D-27
test('a conflict reaches who is replaced, and closes its WebSocket', async () => {
    const first = await login('same');
    const second = await login('same');
    const error = await first.element('error');
    assert.equal(error.namespaceURI, NS.stream);
    assert.equal(condition(error), 'conflict');
    await first.expectClose(1000);
    second.send(CLOSE);
    await second.expectClose(1000);
});

// Rows: W-060, W-030
test('who says <close/> hears <close/>, and then the WebSocket ends', async () => {
    const alice = await login('closes');
    alice.send(`<presence xmlns='${NS.client}'/>`);
    alice.send(chat(bob.jid, 'last words'));
    alice.send(CLOSE);
    assert.equal(bodyOf(await bob.message('the last words')), 'last words');
    await alice.expectClose(1000);
});

// Rows: W-040, W-048, U-083
test('100 kB in one stanza, both ways', async () => {
    const alice = await login('long');
    const long = '가나다라마바사아'.repeat(4267); // 102,408 bytes
    alice.send(chat(bob.jid, long));
    assert.equal(bodyOf(await bob.message('the long text')), long);
    bob.send(chat(alice.jid, long));
    const back = await alice.message('the long text back');
    assert.equal(back.namespaceURI, NS.client);
    assert.equal(bodyOf(back), long);
    alice.send(CLOSE);
    await alice.expectClose(1000);
});

// Rows: W-023, W-024, W-025, W-028, D-47
test('fragments with characters cut in two, and pings between them', async () => {
    const alice = await login('fragments');
    const bytes = Buffer.from(chat(bob.jid, '가👍🏽나'));
    for (const size of [1, 7]) {
        const pings = [];
        for (let at = 0; at < bytes.length; at += size) {
            alice.frame(at === 0 ? OPCODE.text : OPCODE.continuation, bytes.subarray(at, at + size),
                        { fin: at + size >= bytes.length });
            if (at % 70 === 0) alice.ping(pings[pings.push(`${size} at ${at}`) - 1]);
        }
        assert.equal(bodyOf(await bob.message('what came in fragments')), '가👍🏽나');
        for (const ping of pings) assert.equal((await alice.control('pong')).text, ping);
    }
    alice.send(CLOSE);
    await alice.expectClose(1000);
});

// Rows: W-028, W-035
test('a quiet client is asked whether it lives', async () => {
    const alice = await login('quiet');
    const { text } = await alice.control('ping');
    alice.frame(OPCODE.pong, text);
    await alice.control('ping');
    alice.frame(OPCODE.pong, '');
    bob.send(chat(alice.jid, 'still there'));
    await alice.message('what bob wrote');
    alice.send(CLOSE);
    await alice.expectClose(1000);
});

// Rows: W-035, W-064
test('a client that does not answer a ping is gone for everybody', async () => {
    const alice = await login('dead');
    alice.send(`<presence xmlns='${NS.client}' to='${bob.jid}'/>`);
    await alice.control('ping');
    await bob.stanza('that alice has gone', (each) => each.getAttribute('from') === alice.jid &&
        each.getAttribute('type') === 'unavailable');
    await alice.expectClosed();
});

// Rows: W-050, W-058, W-049, D-24
test('stanzas without a namespace, white space and XML declarations are no trouble', async () => {
    const alice = await login('lenient');
    alice.send(' \n');
    alice.send(`<message to='${bob.jid}'><body>no namespace</body></message>`);
    assert.equal(bodyOf(await bob.message('the bare message')), 'no namespace');
    alice.send("<message xmlns='urn:ietf:params:xml:ns:xmpp-framing' " +
               `to='${bob.jid}'><body>of the framing</body></message>`);
    assert.equal(bodyOf(await bob.message('the message of the framing')), 'of the framing');
    alice.send(`<?xml version='1.0'?>\n${chat(bob.jid, 'declared')}`);
    assert.equal(bodyOf(await bob.message('the declared message')), 'declared');
    alice.send(CLOSE);
    await alice.expectClose(1000);
});

// Rows: W-029, W-064
test('a WebSocket closed without <close/>: everybody sees the client go', async () => {
    for (const leave of [(each) => each.closeFrame(1001, 'page left'), (each) => each.end(),
                         (each) => each.reset()]) {
        const alice = await login('leaves');
        alice.send(`<presence xmlns='${NS.client}' to='${bob.jid}'/>`);
        await bob.stanza('that alice is there', (each) => each.getAttribute('from') === alice.jid);
        leave(alice);
        await bob.stanza('that alice has gone', (each) => each.getAttribute('from') === alice.jid &&
            each.getAttribute('type') === 'unavailable');
        await alice.expectClosed();
    }
});

// Rows: W-059, W-064, U-070, U-071, X-041
test('a session is resumed over another WebSocket, and nothing is lost or doubled', async () => {
    const first = await login('resumes');
    first.send(`<presence xmlns='${NS.client}'/>`);
    await first.element('presence');
    first.send(`<enable xmlns='${NS.sm}' resume='true'/>`);
    const enabled = await first.element('enabled');
    assert.match(enabled.getAttribute('resume'), /^(true|1)$/);
    bob.send(chat(first.jid, 'heard', { id: 'heard' }));
    await first.message('the first message', (each) => each.getAttribute('id') === 'heard');
    const counted = (text) => /^<(message|presence|iq)\b/.test(text);
    const texts = first.messages.all;
    const heard = texts.slice(texts.findIndex((each) => each.startsWith('<enabled'))).filter(counted);
    first.reset();
    await first.expectClosed();
    await world.front.child.line(/websocket\.ended .*cause=client-lost/);
    bob.send(chat(first.jid, 'for when you are back', { id: 'kept' }));

    const second = await WsClient.connect(wsUrl);
    await second.startStream(DOMAIN);
    await second.authenticate('alice', world.accounts.alice);
    await second.startStream(DOMAIN);
    second.send(`<resume xmlns='${NS.sm}' previd='${enabled.getAttribute('id')}' ` +
                `h='${heard.length}'/>`);
    await second.element('resumed');
    const kept = await second.message('the message', (each) => each.getAttribute('id') === 'kept');
    assert.equal(bodyOf(kept), 'for when you are back');
    second.send(`<iq xmlns='${NS.client}' type='get' id='r'><query xmlns='${NS.roster}'/></iq>`);
    await second.element('iq', (each) => each.getAttribute('id') === 'r');
    assert.equal(second.messages.all.filter((each) => each.includes('for when you are')).length, 1);
    assert.ok(!bob.stanzas.all.some((each) => each.getAttribute('id') === 'kept'), 'it was bounced');
    second.send(CLOSE);
    await second.expectClose(1000);
});

// Rows: W-011
test('what comes with the handshake is not lost', async () => {
    const open = `<open${attributes({ xmlns: 'urn:ietf:params:xml:ns:xmpp-framing', to: DOMAIN,
                                      version: '1.0' })}/>`;
    const client = await WsClient.connect(wsUrl, { behind: frame(OPCODE.text, open) });
    assert.equal((await client.element('open')).getAttribute('from'), DOMAIN);
    await client.element('features');
    client.frame(OPCODE.close, closePayload(1000));
    assert.equal((await client.control('close')).code, 1000);
    await client.expectClosed();
});

// Rows: W-047, W-062
test('the server shuts down, and the client hears of it', async () => {
    const server = await startServer();
    const tap = await WireTap.start(server.port);
    const front = await startBoshcm({ domains: { [DOMAIN]: tap.port } });
    after(() => { tap.stop(); return front.stop(); });
    const alice = await (await WsClient.connect(front.wsUrl)).login({
        domain: DOMAIN, user: 'alice', password: server.accounts.alice, resource: 'told' });
    // A server that stops with something unread resets the connection, and its last words are lost.
    alice.send(`<iq xmlns='jabber:client' type='get' id='read'><ping xmlns='urn:xmpp:ping'/></iq>`);
    await alice.element('iq', (iq) => iq.getAttribute('id') === 'read');
    const stopped = server.stop();
    const heard = condition(await alice.element('error'));
    // ejabberd ends some of its streams without a word.
    const said = server.name === 'prosody' || tap.said.includes('<system-shutdown');
    assert.equal(heard, said ? 'system-shutdown' : 'remote-connection-failed', tap.said);
    await alice.expectClose(1000);
    await stopped;
});

// Rows: W-031, W-063, W-065
test('the server is gone without a word', async () => {
    const server = await startServer();
    const front = await startBoshcm({ domains: { [DOMAIN]: server.port } });
    after(() => front.stop());
    const connect = async (resource) => (await WsClient.connect(front.wsUrl)).login({
        domain: DOMAIN, user: 'alice', password: server.accounts.alice, resource });
    const plain = await connect('plain');
    const managed = await connect('managed');
    managed.send(`<enable xmlns='${NS.sm}' resume='true'/>`);
    await managed.element('enabled');
    await server.kill();
    assert.equal(condition(await plain.element('error')), 'remote-connection-failed');
    await plain.expectClose(1000);
    await managed.expectClose(1011, { element: false });
    assert.ok(!managed.messages.all.includes(CLOSE), 'so that the client resumes');

    const late = await WsClient.connect(front.wsUrl);
    late.open({ to: DOMAIN });
    await late.element('open');
    assert.equal(condition(await late.element('error')), 'remote-connection-failed');
    await late.expectClose(1000);
});
