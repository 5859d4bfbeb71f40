// WebSockets as streams of HTTP/2 (RFC 8441), with clients that are not ours: Node's HTTP/2 under
// npm's ws, and Chromium with strophe.js. That it was HTTP/2 is what boshcm says of each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, within } from '../support/children.mjs';
import { Http2Connection } from '../support/http2_connection.mjs';
import { Http2WebSocket } from '../support/http2_websocket.mjs';
import { Peer } from '../support/peer.mjs';
import { RELEASES, makePages, startPages } from '../support/strophe_page.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { CLOSE, WsClient } from '../support/ws_client.mjs';
import { NS, attributes, child, escape } from '../support/xml.mjs';

const ADDRESS = '127.0.0.1';
const SESSIONS = 24;
const authority = new Authority();
const certificate = authority.issue({ addresses: [ADDRESS] });
const tls = { ca: readFileSync(authority.file) };
const server = await startServer({ crowd: SESSIONS });
const start = async (more = {}) => {
    const tlsPort = await freePort();
    const front = await startBoshcm({
        domains: { [DOMAIN]: server.port },
        listener: { http2: true },
        listeners: [{ address: ADDRESS, port: tlsPort, tls: 'own', certificates: [certificate] }],
        log: { level: 'info' },
        ...more,
    });
    return { ...front, tlsPort, origin: `https://${ADDRESS}:${tlsPort}`,
             path: new URL(front.wsUrl).pathname };
};
const pagesFolder = makePages();
const front = await start({
    statics: [{ path: '/pages/', directory: pagesFolder }],
    websocket: { deflate: true },
});
const native = await Peer.login({ jid: `bob@${DOMAIN}/native`, password: server.accounts.bob,
                                  port: server.port });

after(async () => {
    await native.stop();
    await front.stop();
    await server.stop();
});

const account = (user, resource) =>
    ({ domain: DOMAIN, user, password: server.accounts[user], resource });
const chat = (to, body) => `<message${attributes({ xmlns: NS.client, type: 'chat', to })}>` +
    `<body>${escape(body)}</body></message>`;
const bodyOf = (message) => child(message, 'body').textContent;
const opened = (version) => front.child.output
    .match(new RegExp(` websocket\\.opened .*\\bhttp=${version}\\b.*`, 'g')) ?? [];

// alice and bob talk, and then alice leaves.
async function converse(alice, post = (xml) => alice.send(xml)) {
    for (const text of ['안녕하세요 👩‍👩‍👧‍👦', 'x'.repeat(100_000)]) {
        await post(chat(native.jid, text));
        assert.equal(bodyOf(await native.message('what alice wrote')), text);
        native.send(chat(alice.jid, `${text}!`));
        assert.equal(bodyOf(await alice.message('what bob answered')), `${text}!`);
    }
}

for (const [where, port, secured] of [['in clear', front.port], ['over TLS', front.tlsPort, tls]]) {
    // Rows: H-097, W-005, W-042, W-060
    test(`npm's ws in a stream of Node's HTTP/2, ${where}`, async () => {
        const before = opened('2').length;
        const connection = await Http2Connection.open(port, secured);
        const alice = await Http2WebSocket.open(connection, front.path);
        assert.equal(alice.fields['sec-websocket-protocol'], 'xmpp');
        assert.equal(alice.fields['content-length'], undefined);
        await alice.login(account('alice', 'h2'));
        await converse(alice);
        alice.ping('still there');
        await alice.pongs.next('a pong', (each) => each === 'still there');
        alice.send(CLOSE);
        await alice.text('<close/>', (each) => each === CLOSE);
        assert.equal(await alice.closeCode(), 1000);
        assert.equal(opened('2').length, before + 1);
        connection.session.close();
        await within(10, 'the end of the connection', connection.closed);
    });
}

// Rows: H-097, B-020
test('many WebSockets and a request are streams of one connection', async () => {
    const connection = await Http2Connection.open(front.tlsPort, tls);
    const clients = await Promise.all(Array.from({ length: SESSIONS }, async (_, number) =>
        (await Http2WebSocket.open(connection, front.path))
            .login(account(`user${number}`, 'h2'))));
    for (const client of clients) client.send(`<presence xmlns='${NS.client}'/>`);
    await Promise.all(clients.map(async (client, number) => {
        const next = clients[(number + 1) % SESSIONS];
        client.send(chat(next.jid, `to ${number + 1}`));
        await next.message(`what ${number} wrote`, (each) => bodyOf(each) === `to ${number + 1}`);
    }));
    const gone = `<body rid='1' sid='none' xmlns='http://jabber.org/protocol/httpbind'/>`;
    const { text } = await connection.request({ path: '/http-bind', body: gone });
    assert.match(text, /condition='item-not-found'/);
    // One is cut off, one says goodbye, and with the connection all others go.
    clients[0].stream.close(8);
    clients[1].send(CLOSE);
    assert.equal(await clients[1].closeCode(), 1000);
    clients[2].send(chat(clients[3].jid, 'still here'));
    await clients[3].message('what is still said', (each) => bodyOf(each) === 'still here');
    const over = Promise.all(clients.map(({ closed }) => closed));
    connection.reset();
    await within(15, 'the end of all', over);
});

// Rows: H-002, H-097, W-003, W-006
test('what is no such WebSocket gets its status, and the connection goes on', async () => {
    const connection = await Http2Connection.open(front.port);
    const status = async (path, headers) => {
        const answer = await Http2WebSocket.request(connection, path, headers);
        answer.stream.close();
        return answer.status;
    };
    assert.equal(await status(front.path, { 'sec-websocket-protocol': 'chat' }), 400);
    assert.equal(await status(front.path, { 'sec-websocket-version': '8' }), 400);
    assert.equal(await status(front.path, { ':protocol': 'connect-udp' }), 501);
    assert.equal(await status('/http-bind'), 405);
    assert.equal(await status('/nowhere'), 404);
    const alice = await Http2WebSocket.open(connection, front.path);
    await alice.login(account('alice', 'after'));
    connection.reset();
});

// Rows: H-097, S-033
test('a page of an origin that is not listed is refused', async () => {
    const strict = await start({ websocketOrigins: ['https://chat.example'] });
    try {
        const connection = await Http2Connection.open(strict.tlsPort, tls);
        const from = async (origin) =>
            (await Http2WebSocket.request(connection, strict.path, { origin })).status;
        assert.equal(await from('https://evil.example'), 403);
        assert.equal(await from('https://chat.example'), 200);
        connection.reset();
    } finally {
        await strict.stop();
    }
});

// Rows: H-097, W-031
test('SIGTERM ends them in order', async () => {
    const other = await start();
    const connection = await Http2Connection.open(other.tlsPort, tls);
    const goaway = new Promise((resolve) => { connection.session.once('goaway', resolve); });
    const alice = await Http2WebSocket.open(connection, other.path);
    await alice.login(account('alice', 'term'));
    other.terminate();
    await alice.element('error');
    await alice.text('<close/>', (each) => each === CLOSE);
    assert.equal(await alice.closeCode(), 1001);
    assert.equal(await within(10, 'GOAWAY', goaway), 0);
    await within(10, 'the end of the connection', connection.closed);
    await other.stop();
});

// Rows: H-095, H-097
test('who speaks HTTP/1.1 has its WebSocket there', async () => {
    const before = opened('1.1').length;
    const alice = await WsClient.connect(front.wsUrl);
    await alice.login(account('alice', 'h1'));
    assert.equal(opened('1.1').length, before + 1);
    alice.end();
    await alice.expectClosed();
});

// Rows: H-095, H-097, W-032
test('strophe.js in Chromium, whose page came by HTTP/2', async (context) => {
    const pages = await startPages({ origin: `${front.origin}/pages`, trusted: [certificate.pin()] });
    try {
        for (const release of RELEASES) {
            await context.test(`strophe.js ${release}`, async () => {
                const [before, old] = [opened('2').length, opened('1.1').length];
                const alice = await pages.open(release, `wss://${ADDRESS}:${front.tlsPort}${front.path}`);
                await alice.login(`alice@${DOMAIN}/chromium`, server.accounts.alice);
                await converse(alice, (xml) => alice.post(xml));
                assert.equal(opened('2').length, before + 1);
                assert.equal(opened('1.1').length, old);
                assert.match(opened('2').at(-1), /\bdeflate=1\b/);
                await alice.terminate();
            });
        }
    } finally {
        await pages.stop();
    }
});
