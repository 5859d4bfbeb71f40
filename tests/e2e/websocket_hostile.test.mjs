// WebSocket clients that break the rules, one rule each: handshakes, frames, framing.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { CLOSE, OPCODE, WsClient, closePayload, frame } from '../support/ws_client.mjs';
import { NS, condition } from '../support/xml.mjs';
import { FRAMING } from '../support/xmpp_websocket.mjs';

const DOMAIN = 'chat.example';
// Lets everyone in, and keeps what they send.
const server = await ScriptedServer.start(async (stream) => {
    await stream.open();
    await stream.close();
    stream.write('</stream:stream>');
    stream.end();
});
after(() => server.stop());
async function front(settings = {}) {
    const started = await startBoshcm({ domains: { [DOMAIN]: server.port },
                                        retired: ['old.example'], ...settings });
    after(() => started.stop());
    return started;
}
const { wsUrl, port } = await front({ websocket: { 'max-message': '8KiB' } });

const statusOf = async (headers) => (await new WsClient(wsUrl, { headers }).response).status;
async function opened(url = wsUrl) {
    const client = await WsClient.connect(url);
    await client.startStream(DOMAIN);
    return client;
}

// Rows: W-001, W-002, W-003, W-004, W-005, W-006, D-46
test('handshakes that are none', async () => {
    assert.equal(await statusOf({ Upgrade: null }), 426);
    assert.equal(await statusOf({ Upgrade: 'h2c' }), 426);
    assert.equal(await statusOf({ 'Sec-WebSocket-Version': '8' }), 426);
    for (const headers of [{ Connection: 'keep-alive' }, { 'Sec-WebSocket-Key': null },
                           { 'Sec-WebSocket-Key': 'short' }, { 'Sec-WebSocket-Version': null },
                           { 'Sec-WebSocket-Protocol': null }, { 'Sec-WebSocket-Protocol': 'chat' },
                           { 'Content-Length': '1' }, { 'Transfer-Encoding': 'chunked' }]) {
        assert.equal(await statusOf(headers), 400, JSON.stringify(headers));
    }
    const { fields } = await new WsClient(wsUrl, {
        headers: { 'Sec-WebSocket-Version': '7' } }).response;
    assert.equal(fields.get('sec-websocket-version'), '13');
});

// Rows: W-008, W-005
test('one subprotocol is chosen from the list, and no extension', async () => {
    const client = await WsClient.connect(wsUrl, { headers: {
        'Sec-WebSocket-Protocol': 'chat, xmpp', 'Sec-WebSocket-Extensions': 'permessage-deflate' } });
    assert.equal(client.fields.get('sec-websocket-extensions'), undefined);
    client.end();
});

// Rows: W-010, W-004
test('other methods and other paths', async () => {
    const http = await HttpConnection.open(port);
    const post = await http.request({ path: '/xmpp-websocket', body: 'x' });
    assert.equal(post.status, 405);
    assert.match(post.fields.get('allow'), /GET/);
    const other = await HttpConnection.open(port);
    assert.equal((await other.request({ method: 'GET', path: '/xmpp', headers: {
        'Content-Length': null, Upgrade: 'websocket', Connection: 'Upgrade' } })).status, 404);
    http.close();
    other.close();
});

// Rows: W-009, S-033
test('pages of origins that are not listed', async () => {
    const picky = await front({ websocketOrigins: ['https://chat.example'] });
    const from = async (Origin) =>
        (await new WsClient(picky.wsUrl, { headers: Origin ? { Origin } : {} }).response).status;
    assert.equal(await from('https://chat.example'), 101);
    assert.equal(await from(undefined), 101);
    assert.equal(await from('https://evil.example'), 403);
    assert.equal(await from('null'), 403);
});

const BAD_FRAMES = {
    'not masked': [frame(OPCODE.text, '<presence/>', { masked: false }), 1002],
    'a reserved bit': [frame(OPCODE.text, '<presence/>', { rsv: 4 }), 1002],
    'a reserved opcode': [frame(3, 'x'), 1002],
    'a length in 64 bits where 7 would do': [frame(OPCODE.text, 'x', { form: 64 }), 1002],
    'a ping in fragments': [frame(OPCODE.ping, 'x', { fin: false }), 1002],
    'a ping of 126 bytes': [frame(OPCODE.ping, 'x'.repeat(126)), 1002],
    'a continuation of nothing': [frame(OPCODE.continuation, 'x'), 1002],
    'a message inside another': [Buffer.concat([frame(OPCODE.text, '<a', { fin: false }),
                                                frame(OPCODE.text, '/>')]), 1002],
    'binary': [frame(OPCODE.binary, '<presence/>'), 1003],
    'not UTF-8': [frame(OPCODE.text, Buffer.from([0x3c, 0xc3, 0x28])), 1007],
    'half a character': [frame(OPCODE.text, Buffer.from([0xe2, 0x82])), 1007],
    'half a close code': [frame(OPCODE.close, Buffer.from([3])), 1002],
    'a close code that nobody sends': [frame(OPCODE.close, closePayload(1005)), 1002],
    'a close reason that is not UTF-8': [
        frame(OPCODE.close, Buffer.concat([closePayload(1000), Buffer.from([0xff])])), 1007],
};
for (const [what, [bytes, code]] of Object.entries(BAD_FRAMES)) {
    // Rows: W-020, W-021, W-022, W-023, W-024, W-025, W-026, W-029, W-031, S-044, D-47
    test(`a frame at fault: ${what}`, async () => {
        const client = await opened();
        client.bytes(bytes);
        assert.equal((await client.control('close')).code, code);
        await client.expectClosed();
    });
}

// Rows: W-027
test('a message that is too big, in one frame or in many', async () => {
    for (const parts of [[frame(OPCODE.text, 'x'.repeat(8193)).subarray(0, 8)],
                         Array.from({ length: 9 }, (_, index) => frame(
                             index === 0 ? OPCODE.text : OPCODE.continuation, 'x'.repeat(1000),
                             { fin: false }))]) {
        const client = await opened();
        for (const part of parts) client.bytes(part);
        const error = await client.element('error');
        assert.equal(condition(error), 'policy-violation');
        assert.equal(await client.text('<close/>', (each) => each === CLOSE), CLOSE);
        assert.equal((await client.control('close')).code, 1009);
        await client.expectClosed();
    }
});

const FIRST = {
    '<presence/>': 'bad-format',
    [CLOSE]: 'bad-format',
    '<open to="chat.example"/>': 'invalid-namespace',
    [`<open xmlns='${FRAMING}'>`]: 'not-well-formed',
    "<stream:stream to='chat.example' xmlns:stream='http://etherx.jabber.org/streams'>":
        'not-well-formed',
    [`<open xmlns='${FRAMING}' version='1.0'/>`]: 'improper-addressing',
    [`<open xmlns='${FRAMING}' to='nowhere.example' version='1.0'/>`]: 'host-unknown',
    [`<open xmlns='${FRAMING}' to='old.example' version='1.0'/>`]: 'host-gone',
    [`<open xmlns='${FRAMING}' to='chat.example' version='2.0'/>`]: 'unsupported-version',
    [`<!-- x --><open xmlns='${FRAMING}' to='chat.example'/>`]: 'restricted-xml',
    [`<!DOCTYPE open><open xmlns='${FRAMING}'/>`]: 'restricted-xml',
};
for (const [message, expected] of Object.entries(FIRST)) {
    // Rows: W-044, W-045, W-046, W-047, W-051, W-068
    test(`the first message ${message.slice(0, 60)}: ${expected}`, async () => {
        const client = await WsClient.connect(wsUrl);
        client.send(message);
        const open = await client.element('open');
        assert.equal(open.getAttribute('from'), DOMAIN);
        assert.match(open.getAttribute('id'), /^[\w-]{20}$/);
        const error = await client.element('error');
        assert.equal(error.prefix, 'stream');
        assert.equal(condition(error), expected);
        assert.equal(error.firstChild.namespaceURI, NS.streams);
        assert.ok(client.messages.all[0].startsWith('<open '), 'as strophe.js looks for it');
        await client.expectClose(1000);
    });
}

const LATER = {
    '<a></b>': 'not-well-formed',
    '<presence/><presence/>': 'not-well-formed',
    'text': 'not-well-formed',
    '<a><?pi x?></a>': 'restricted-xml',
    '<a>&foo;</a>': 'restricted-xml',
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>": 'unsupported-stanza-type',
    "<close xmlns='jabber:client'/>": 'invalid-namespace',
};
for (const [message, expected] of Object.entries(LATER)) {
    // Rows: W-040, W-044, W-051, W-055
    test(`in mid-stream ${message}: ${expected}`, async () => {
        const client = await opened();
        client.send(message);
        assert.equal(condition(await client.element('error')), expected);
        await client.expectClose(1000);
    });
}

// Rows: W-030
test('a client that never answers our Close is cut off', async () => {
    const strict = await front({ websocket: { 'close-timeout': '1s' } });
    const client = await opened(strict.wsUrl);
    client.send('<a></b>');
    await client.control('close');
    await client.expectClosed(10);
});

// Rows: W-066, S-045
test('who comes without encryption is sent to the URI for that', async () => {
    const elsewhere = await front({ websocket: { 'see-other-uri': 'wss://chat.example/ws?a&b' } });
    const client = await WsClient.connect(elsewhere.wsUrl);
    client.open({ to: DOMAIN });
    await client.element('open');
    const close = await client.element('close');
    assert.equal(close.getAttribute('see-other-uri'), 'wss://chat.example/ws?a&b');
    assert.equal((await client.control('close')).code, 1000);
    client.closeFrame(1000);
    await client.expectClosed();
});

// Rows: W-032, S-013
test('deflate, where it is switched on', async () => {
    const coding = await front({ websocket: { deflate: true, 'max-message': '8KiB' } });
    const connect = () => WsClient.connect(coding.wsUrl, {
        headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } });
    const client = await connect();
    assert.equal(client.fields.get('sec-websocket-extensions'),
                 'permessage-deflate; server_no_context_takeover; client_no_context_takeover');
    client.deflate(`<open xmlns='${FRAMING}' to='chat.example' version='1.0'/>`);
    await client.element('features');
    client.deflate(`<a xmlns='urn:a'>${' '.repeat(100_000)}</a>`);
    assert.equal(condition(await client.element('error')), 'policy-violation');
    assert.equal((await client.control('close')).code, 1009);
    await client.expectClosed();
});

// Rows: B-061, S-040, S-041
test('more WebSockets than an address may have', async () => {
    const tight = await front({ limits: { 'address-sessions': 2, 'address-unauthenticated': 1 } });
    const first = await opened(tight.wsUrl);
    const refused = await new WsClient(tight.wsUrl).response;
    assert.equal(refused.status, 429);
    assert.match(refused.fields.get('retry-after'), /^\d+$/);
    first.closeFrame(1000);
    await first.expectClosed();
    await tight.child.line(/websocket\.ended /); // is said before its place is free
    const another = async () => (await new WsClient(tight.wsUrl).response).status;
    let status = await another();
    for (const end = Date.now() + 20_000; status === 429 && Date.now() < end;) {
        status = await another();
    }
    assert.equal(status, 101);
});

// Rows: S-042
test('a flood is slowed down, and nothing of it is lost', async () => {
    const slow = await front({ limits: { 'address-requests': 20 } }); // 100 at once
    const flooder = await opened(slow.wsUrl);
    const begun = Date.now();
    flooder.bytes(Buffer.concat(Array.from({ length: 150 }, (_, n) => frame(OPCODE.ping, `${n}`))));
    await flooder.frames.next('the last pong', (each) => each.text === '149', 20);
    // Fifty too many; whoever looks late sees it take longer.
    assert.ok(Date.now() - begun >= 2000, 'it was not held back');
    assert.equal(flooder.frames.all.filter((each) => each.name === 'pong').length, 150);
    flooder.closeFrame(1000);
    await flooder.expectClosed();
});

// Rows: H-050, W-012, W-031
test('at shutdown everyone is told, and nobody let in', async () => {
    const stopping = await startBoshcm({ domains: { [DOMAIN]: server.port },
                                         shutdown: { grace: '10s' } });
    const client = await opened(stopping.wsUrl);
    const waiting = await HttpConnection.open(stopping.port);
    stopping.terminate();
    assert.equal(condition(await client.element('error')), 'system-shutdown');
    assert.equal(await client.text('<close/>', (each) => each === CLOSE), CLOSE);
    assert.equal((await client.control('close')).code, 1001);
    const refused = await waiting.request({ method: 'GET', path: '/xmpp-websocket', headers: {
        'Content-Length': null, Connection: 'Upgrade', Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Protocol': 'xmpp' } });
    assert.equal(refused.status, 503);
    client.closeFrame(1001);
    await client.expectClosed();
    await stopping.stop();
});
