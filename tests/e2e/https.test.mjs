// HTTPS by boshcm itself: real clients' TLS, certificates by name, a reload under a live session.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';

import { WORKERS, startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder, within } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { readProxyHeader } from '../support/proxy_header.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { CLOSE, WsClient } from '../support/ws_client.mjs';
import { XMLHttpRequest } from '../support/xml_http_request.mjs';

const HOST = 'chat.example';
const OTHER_HOST = 'other.example';

const authority = new Authority();
const ca = readFileSync(authority.file);
const server = await startServer();
const fronts = [];
XMLHttpRequest.trust(HOST, ca);

after(async () => {
    StropheClient.resetAll();
    await Promise.all(fronts.map((front) => front.stop()));
    await server.stop();
});

// boshcm with HTTPS on `tlsPort`, and plain HTTP beside it.
async function front(certificates, listener = {}, more = {}) {
    const tlsPort = await freePort();
    const started = await startBoshcm({
        domains: { [DOMAIN]: server.port },
        listeners: [{ address: '127.0.0.1', port: tlsPort, tls: 'own', certificates, ...listener }],
        ...more,
    });
    fronts.push(started);
    const secured = (url, scheme) => `${scheme}://127.0.0.1:${tlsPort}${new URL(url).pathname}`;
    return { ...started, tlsPort, httpsUrl: secured(started.boshUrl, 'https'),
             wssUrl: secured(started.wsUrl, 'wss') };
}

const main = authority.issue({ names: [HOST] });
const other = authority.issue({ names: [OTHER_HOST], cn: 'other' });
const usual = await front([main, authority.issue({ names: [HOST], rsa: true }), other]);

// The handshake of a client that verifies; resolves with its socket.
async function shakeHands(port, options = {}) {
    const socket = connectTls({ port, host: '127.0.0.1', servername: HOST, ca, ...options });
    await within(10, 'a handshake', new Promise((resolve, reject) => {
        socket.once('secureConnect', resolve);
        socket.once('error', reject);
    }));
    return socket;
}

// A connection on which anything may be said: what was heard, when it is over.
function rawConnection(port, localAddress) {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    const heard = [];
    socket.on('data', (bytes) => heard.push(bytes));
    socket.on('error', () => {}); // 'close' follows
    const closed = new Promise((resolve) => {
        socket.once('close', () => resolve(Buffer.concat(heard).toString('latin1')));
    });
    return { socket, end: (seconds = 10) => within(seconds, 'the end of the connection', closed) };
}

// With the test's own BOSH client, which can be made to show a certificate.
async function login(url, connect) {
    const client = new BoshClient(url, connect);
    await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice,
                         resource: 'https' });
    return client;
}

async function talkToItself(client, words) {
    client.post(`<message to='alice@${DOMAIN}/https' type='chat'><body>${words}</body></message>`);
    await client.message('its own message', (each) => each.textContent === words);
}

const strophe = (url, resource) =>
    new StropheClient(url).login(`alice@${DOMAIN}/${resource}`, server.accounts.alice);

// Rows: S-020
test('strophe.js, which verifies the certificate, talks over HTTPS', async () => {
    const alice = await strophe(usual.httpsUrl, 'verified');
    alice.send(`<message xmlns='jabber:client' to='${alice.jid}' type='chat'><body>über TLS</body></message>`);
    await alice.message('its own message', (each) => /über TLS/.test(each.textContent));
    await alice.disconnect();
});

// Rows: S-020, W-056
test('a WebSocket over TLS', async () => {
    const alice = await WsClient.connect(usual.wssUrl, { servername: HOST, ca });
    assert.equal(alice.socket.alpnProtocol, 'http/1.1');
    await alice.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice,
                        resource: 'socket' });
    alice.send(`<message xmlns='jabber:client' to='alice@${DOMAIN}/socket' type='chat'>` +
               '<body>über TLS</body></message>');
    await alice.text('its own message', (each) => /<body>über TLS<\/body>/.test(each));
    alice.send(CLOSE);
    await alice.expectClose(1000);
});

// Rows: S-020
test('the certificate is the one of the host that is asked for', async () => {
    const subjects = {};
    for (const servername of [HOST, OTHER_HOST, 'third.example']) {
        const socket = await shakeHands(usual.tlsPort, { servername, rejectUnauthorized: false });
        subjects[servername] = socket.getPeerCertificate().subjectaltname;
        socket.destroy();
    }
    assert.deepEqual(subjects, { [HOST]: `DNS:${HOST}`, [OTHER_HOST]: `DNS:${OTHER_HOST}`,
                                 'third.example': `DNS:${HOST}` });
});

// Rows: S-020
test('clients that can verify only one kind of key get a certificate of that kind', async () => {
    const kinds = {};
    for (const kind of ['ECDSA', 'RSA']) {
        const socket = await shakeHands(usual.tlsPort, { maxVersion: 'TLSv1.2',
                                                         ciphers: `ECDHE-${kind}-AES128-GCM-SHA256` });
        kinds[kind] = 'modulus' in socket.getPeerCertificate() ? 'RSA' : 'ECDSA';
        socket.destroy();
    }
    assert.deepEqual(kinds, { ECDSA: 'ECDSA', RSA: 'RSA' });
});

// Rows: H-095
test('ALPN: h2 unless it is off, http/1.1, and nothing else', async () => {
    const old = await front([main], { http2: false });
    const both = ['http/1.1', 'h2'];
    for (const [port, ALPNProtocols, chosen] of [[usual.tlsPort, both, 'h2'],
                                                 [usual.tlsPort, ['http/1.1'], 'http/1.1'],
                                                 [old.tlsPort, both, 'http/1.1']]) {
        const socket = await shakeHands(port, { ALPNProtocols });
        assert.equal(socket.alpnProtocol, chosen);
        socket.destroy();
    }
    for (const [port, ALPNProtocols] of [[old.tlsPort, ['h2']], [usual.tlsPort, ['h3']]]) {
        await assert.rejects(shakeHands(port, { ALPNProtocols }), /no application protocol/);
    }
});

// Rows: S-020, D-07
test('TLS 1.1 is refused, and modern refuses 1.2', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await assert.rejects(shakeHands(usual.tlsPort, old), /protocol version/);
    const strict = await front([main], { profile: 'modern' });
    await assert.rejects(shakeHands(strict.tlsPort, { maxVersion: 'TLSv1.2' }), /protocol version/);
    const socket = await shakeHands(strict.tlsPort);
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    socket.destroy();
});

// Rows: S-020
test('plain HTTP to the port for HTTPS hears in HTTP what is wrong', async () => {
    const { socket, end } = rawConnection(usual.tlsPort);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(await end(), /^HTTP\/1\.1 400 Bad Request\r\n[^]*HTTPS/);
    await usual.child.line(/handshake\.failed .*http request/);
});

// Rows: S-020
test('whatever else comes ends its own connection only', async () => {
    const session = await strophe(usual.httpsUrl, 'undisturbed');
    const hello = await clientHello();
    const whole = { garbage: randomBytes(4096), 'SSH': 'SSH-2.0-OpenSSH_9.2\r\n',
                    'a record too long': Buffer.from([22, 3, 1, 0xff, 0xff, ...randomBytes(99)]),
                    'a hello twice': Buffer.concat([hello, hello]) };
    for (const [what, bytes] of Object.entries(whole)) {
        const { socket, end } = rawConnection(usual.tlsPort);
        socket.write(bytes);
        assert.doesNotMatch(await end(), /HTTP/, what);
        await usual.child.line(/handshake\.failed /);
    }
    for (const size of [1, 5, hello.length - 1]) {
        const { socket, end } = rawConnection(usual.tlsPort);
        socket.end(hello.subarray(0, size));
        await end();
        await usual.child.line(/handshake\.failed .*closed the connection in the handshake/);
    }
    // And when the handshake was good.
    const { socket, end } = rawConnection(usual.tlsPort);
    const secured = connectTls({ socket, servername: HOST, ca });
    secured.on('error', () => {});
    await within(10, 'a handshake', new Promise((resolve) => secured.once('secureConnect', resolve)));
    socket.write(Buffer.from([23, 3, 3, 0, 32, ...randomBytes(32)]));
    await end();
    await session.disconnect();
});

// What Node says first, as bytes.
async function clientHello() {
    const listener = createServer();
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const caught = new Promise((resolve) => listener.once('connection', (peer) => {
        peer.once('data', (bytes) => { resolve(bytes); peer.destroy(); });
    }));
    connectTls({ port: listener.address().port, host: '127.0.0.1', servername: HOST })
        .on('error', () => {});
    const hello = await within(10, 'a ClientHello', caught);
    listener.close();
    return hello;
}

// Rows: S-020
test('nothing is negotiated anew in a TLS connection', async () => {
    const socket = await shakeHands(usual.tlsPort, { maxVersion: 'TLSv1.2' });
    const refusal = await within(10, 'a refusal', new Promise((resolve) => {
        socket.on('error', resolve);
        socket.renegotiate({}, (error) => resolve(error ?? new Error('it was done')));
    }));
    assert.match(refusal.message, /no renegotiation/);
    socket.destroy();
});

// Rows: H-045, S-020, S-040, S-042
test('handshakes that do not go on are bounded in number and time', async () => {
    // One more than all workers together take of an address; which worker gets which is chance.
    const silent = await Promise.all(Array.from({ length: 128 * WORKERS + 1 }, () => (
        new Promise((resolve) => {
            const raw = rawConnection(usual.tlsPort);
            raw.socket.once('connect', () => resolve(raw));
        }))));
    const ends = silent.map((each) => each.end(20));
    const beyond = Promise.race(ends); // closed at once: it did not take ten seconds
    assert.equal(await within(9, 'one to be refused', beyond), '');
    const another = await shakeHands(usual.tlsPort, { localAddress: '127.0.0.9' });
    another.destroy();
    await Promise.all(ends);
    const later = await shakeHands(usual.tlsPort);
    later.destroy();
});

// Rows: S-021
test('a session begun encrypted is not to be had in clear, and goes on', async () => {
    const client = await login(usual.httpsUrl, { servername: HOST });
    const spy = await HttpConnection.open(usual.port);
    const said = spy.request({ body: client.wrap(client.rid + 1, {
        payload: '', extra: { type: 'terminate' } }) });
    await assert.rejects(said, /connection was closed/);
    await talkToItself(client, 'still here');
    await client.terminate();
});

// Certificate and key as files that can be replaced.
function installation(issued) {
    const folder = temporaryFolder('certificates');
    const [certificate, key] = ['cert.pem', 'cert.key'].map((name) => join(folder, name));
    const install = (files) => {
        copyFileSync(files.certificate, certificate);
        copyFileSync(files.key, key);
    };
    install(issued);
    return { certificate, key, install };
}

async function subjectShown(port) {
    const socket = await shakeHands(port);
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
}

const [first, second, third] = ['first', 'second', 'third']
    .map((cn) => authority.issue({ names: [HOST], cn }));

// Rows: S-020
test('new certificates come with SIGHUP, and a session does not notice', async () => {
    const { install, ...files } = installation(first);
    const running = await front([files]);
    const client = await login(running.httpsUrl, { servername: HOST });
    const connections = [...client.connections];
    assert.equal(await subjectShown(running.tlsPort), 'first');

    install(second);
    let logged = running.child.line(/certificates\.reloaded/);
    running.reload();
    await logged;
    assert.equal(await subjectShown(running.tlsPort), 'second');

    copyFileSync(first.key, files.key); // belongs to another certificate
    logged = running.child.line(/certificates\.reload-failed .*cert\.key: a key that does not/);
    running.reload();
    await logged;
    assert.equal(await subjectShown(running.tlsPort), 'second');

    await talkToItself(client, 'all along');
    assert.deepEqual(connections.filter((each) => each.broken), []);
    await client.terminate();
});

// Rows: S-020
test('changed files are found without a signal', async () => {
    const { install, ...files } = installation(first);
    const running = await front([files]);
    const client = await login(running.httpsUrl, { servername: HOST });
    install(third);
    await running.child.line(/certificates\.reloaded/);
    assert.equal(await subjectShown(running.tlsPort), 'third');
    await talkToItself(client, 'all along');
    await client.terminate();
    assert.doesNotMatch(running.child.output, /reload-failed/);
});

const shown = (issued) => ({ servername: HOST, tls: { cert: readFileSync(issued.certificate),
                                                      key: readFileSync(issued.key) } });

// Rows: S-022
test('a session begun with a client certificate goes on only with the same', async () => {
    const strict = await front([main], { 'client-ca': authority.file });
    const client = await login(strict.httpsUrl, shown(authority.issue({ cn: 'alice' })));
    const rid = client.rid + 1;
    for (const connect of [{ servername: HOST }, shown(authority.issue({ cn: 'mallory' }))]) {
        const thief = await HttpConnection.open(strict.tlsPort, connect);
        await assert.rejects(thief.request({ body: client.wrap(rid, {}) }), /connection was closed/);
    }
    await talkToItself(client, 'me again');
    await client.terminate();
});

// Rows: -
test('a session over HTTPS hears that the program stops', async () => {
    const stopping = await front([main]);
    const client = await login(stopping.httpsUrl, { servername: HOST });
    stopping.terminate();
    assert.equal((await client.ended).condition, 'system-shutdown');
});

// Rows: U-093, U-096
test('the server is told how the client came: PROXY v2-tls', async () => {
    const heard = [];
    const listener = createServer((socket) => {
        socket.once('data', (bytes) => { heard.push(readProxyHeader(bytes)); socket.destroy(); });
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const servers = [{ port: listener.address().port, tls: 'none', 'proxy-protocol': 'v2-tls' }];
    const { tlsPort, httpsUrl, boshUrl, wssUrl } = await front(
        [main], { 'client-ca': authority.file }, { domains: { [DOMAIN]: { servers } } });
    const ways = [[httpsUrl, shown(authority.issue({ cn: 'alice' }))],
                  [httpsUrl, { servername: HOST, tls: { maxVersion: 'TLSv1.2' } }], [boshUrl, {}]];
    for (const [url, connect] of ways) {
        const refused = await new BoshClient(url, connect).create({ to: DOMAIN });
        assert.equal(refused.condition, 'remote-connection-failed');
    }
    const socket = await WsClient.connect(wssUrl, { servername: HOST });
    socket.open({ to: DOMAIN });
    await socket.element('error');
    socket.socket.destroy();
    listener.close();
    const [withCertificate, without, inClear, byWebSocket] = heard;
    assert.equal(withCertificate.client, '127.0.0.1');
    assert.equal(withCertificate.reachedPort, tlsPort);
    assert.deepEqual(withCertificate.tlvs, {
        authority: HOST,
        ssl: { flags: 7, verify: 0, version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384',
               commonName: 'alice' } });
    assert.deepEqual(without.tlvs, {
        authority: HOST,
        ssl: { flags: 1, verify: 1, version: 'TLSv1.2', cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' } });
    assert.deepEqual(inClear.tlvs, {});
    assert.equal(byWebSocket.tlvs.ssl.version, 'TLSv1.3');
});
