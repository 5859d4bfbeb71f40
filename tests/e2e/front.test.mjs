// What operators, people and clients that are still looking for us meet first: the log, the files
// of a crash, a Unix socket, discovery, the page in a browser, limits that show.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Answer } from '../support/bosh_client.mjs';
import { temporaryFolder } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { NS } from '../support/xml.mjs';

const socket = join(temporaryFolder('socket'), 'http.sock');
const world = await startWorld({
    log: { level: 'debug' },
    listeners: [{ path: socket, mode: '0660', tls: 'proxy' }],
    trusted: ['127.0.0.1', 'local'],
    discovery: { bosh: 'https://chat.example.org/http-bind',
                 websocket: 'wss://chat.example.org/xmpp-websocket' },
    origins: ['https://*.example.org'],
    limits: { 'address-misses': 20, 'address-creations': 30 },
});
after(() => world.stop());
const { port, child } = world.front;

// A web client of its own address, as the proxy on this host tells it.
async function ask(address, { headers, ...rest }) {
    const connection = await HttpConnection.open(port);
    const answer = await connection.request({
        headers: { 'X-Forwarded-For': address, ...headers }, ...rest });
    connection.close();
    return answer;
}

// Rows: S-002, S-032
test('the log of debug level has no password, no stanza and no sid in it', async () => {
    const secrets = ['a very secret sentence', world.accounts.alice,
                     Buffer.from(`\0alice\0${world.accounts.alice}`).toString('base64')];
    const sids = [];
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256']) {
        const alice = await world.strophe('alice', { mechanisms: [mechanism],
                                                     resource: `log-${mechanism}` });
        for (const sent of alice.sent) {
            sids.push(...[...sent.matchAll(/\bsid="([^"]+)"/g)].map(([, sid]) => sid));
            for (const [, text] of sent.matchAll(/<(?:auth|response)\b[^>]*>([^<]+)</g)) {
                secrets.push(text); // what proves the password, of each step
            }
        }
        const bob = await world.peer('bob', `log-${mechanism}`);
        alice.send(`<message xmlns='jabber:client' to='${bob.jid}'><body>${secrets[0]}</body></message>`);
        await bob.message('the secret', () => true);
        await alice.disconnect();
    }
    // And what is refused leaves no more.
    const client = await world.rawLogin('alice', 'log-raw');
    sids.push(client.sid);
    await client.send(`<message xmlns='jabber:client'><body>${secrets[0]}</body>`).catch(() => {});
    assert.ok(secrets.length > 7 && sids.length > 3, 'there was something to find');
    for (const sid of new Set(sids)) {
        await child.line(new RegExp(`sid=${sid.slice(0, 8)}`)); // the session is in the log
        assert.ok(!child.output.includes(sid.slice(0, 9)), 'more than the prefix of a sid');
    }
    for (const secret of secrets) assert.ok(!child.output.includes(secret), secret);
    assert.doesNotMatch(child.output, /<(message|auth|response|body|iq|presence)\b/);
});

// Rows: S-047
test('a crash would leave no core dump', () => {
    const limits = readFileSync(`/proc/${child.pid}/limits`, 'utf8');
    assert.match(limits, /^Max core file size\s+0\s+0\s/m);
});

// Rows: H-012
test('a proxy reaches us by a Unix socket, and says who the client is', async () => {
    assert.equal(statSync(socket).mode & 0o7777, 0o660);
    const answer = await new Promise((resolve, reject) => {
        const outgoing = request({ socketPath: socket, method: 'POST', path: '/http-bind',
                                   headers: { 'X-Forwarded-For': '198.51.100.7' } }, (incoming) => {
            let text = '';
            incoming.on('data', (part) => { text += part; });
            incoming.on('end', () => resolve(text));
        });
        outgoing.on('error', reject);
        outgoing.end(`<body rid='1' to='${DOMAIN}' wait='1' hold='1' ver='1.11' ` +
                     `xmlns='${NS.httpbind}'/>`);
    });
    assert.match(answer, /\bsid=/);
    await child.line(/session\.created .*peer=198\.51\.100\.7/);
});

// Rows: H-085, H-086, H-087, H-088, H-089, H-090, H-078
test('a client that knows only the domain finds both ways, over HTTPS only', async () => {
    const look = (path, headers) => ask('198.51.100.8', {
        method: 'GET', path, headers: { Host: DOMAIN, 'Content-Length': null, ...headers } });
    const https = { 'X-Forwarded-Proto': 'https', Origin: 'https://elsewhere.example' };
    const xrd = await look('/.well-known/host-meta', https);
    assert.equal(xrd.fields.get('content-type'), 'application/xrd+xml');
    assert.match(xrd.text, /rel='urn:xmpp:alt-connections:xbosh' href='https:\/\/chat\.example\.org\/http-bind'/);
    const jrd = await look('/.well-known/host-meta.json', https);
    assert.equal(jrd.fields.get('content-type'), 'application/json');
    const found = new Map(JSON.parse(jrd.text).links.map(({ rel, href }) => [rel, href]));
    assert.equal(found.get('urn:xmpp:alt-connections:websocket'),
                 'wss://chat.example.org/xmpp-websocket');
    assert.equal(jrd.fields.get('access-control-allow-origin'), '*');
    for (const refused of [await look('/.well-known/host-meta', {}),
                           await look('/.well-known/host-meta', { ...https, Host: 'other.example' })]) {
        assert.equal(refused.status, 404);
    }
});

// Rows: H-002, H-003, H-009, D-14, D-48
test('who opens the path in a browser sees what it is, and is sent nowhere', async () => {
    const page = await ask('198.51.100.9', { method: 'GET', headers: { 'Content-Length': null } });
    assert.equal(page.status, 200);
    assert.equal(page.fields.get('content-type'), 'text/html; charset=utf-8');
    assert.match(page.text, /<title>XMPP over BOSH<\/title>/);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'POST']) {
        for (const path of ['/http-bind', '/http-bind/', '/http-bind?x', '/./http-bind']) {
            const { status } = await ask('198.51.100.9', { method, path });
            assert.ok(status < 300 || status >= 400, `${method} ${path}: ${status}`);
        }
    }
    const connection = await HttpConnection.open(port);
    connection.send('HEAD /http-bind HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await connection.expectClosed(10);
    assert.equal(connection.responses.all.length, 0, 'a body that the length promised never came');
});

// Rows: H-072, H-074, H-075
test('pages of the listed sites may come in, also with what is refused, and no others', async () => {
    for (const [origin, allowed] of [['https://app.example.org', 'https://app.example.org'],
                                     ['https://example.org', undefined],
                                     ['https://evil.example', undefined]]) {
        for (const body of ['no xml', `<body sid='none' rid='1' xmlns='${NS.httpbind}'/>`]) {
            const answer = await ask('198.51.100.10', { headers: { Origin: origin }, body });
            assert.equal(answer.fields.get('access-control-allow-origin'), allowed);
            assert.equal(answer.fields.get('vary'), 'Origin');
        }
    }
});

// Rows: S-004, H-067, H-072
test('who guesses sids is slowed down, and no one else', async () => {
    const guess = (address) => ask(address, {
        headers: { Origin: 'https://app.example.org' },
        body: `<body sid='${'A'.repeat(27)}' rid='1' xmlns='${NS.httpbind}'/>` });
    let slowed;
    for (let tries = 0; tries < 40 && slowed?.status !== 429; ++tries) {
        slowed = await guess('203.0.113.66');
    }
    assert.equal(slowed.status, 429);
    assert.ok(Number(slowed.fields.get('retry-after')) >= 1);
    assert.equal(slowed.fields.get('access-control-allow-origin'), 'https://app.example.org');
    assert.equal(new Answer(await guess('203.0.113.67')).condition, 'item-not-found');
    const alice = await world.strophe('alice', { resource: 'beside-the-guesser' });
    await alice.disconnect();
});

// Rows: B-061, H-067, S-041
test('a client that begins one session after the other is refused, and no one else', async () => {
    const create = (address) => ask(address, {
        body: `<body rid='1' to='${DOMAIN}' wait='1' hold='1' ver='1.11' xmlns='${NS.httpbind}'/>` });
    let refused;
    for (let tries = 0; tries < 60 && refused?.type !== 'terminate'; ++tries) {
        refused = new Answer(await create('203.0.113.88'));
    }
    assert.equal(refused.condition, 'policy-violation');
    assert.ok(new Answer(await create('203.0.113.89')).attribute('sid'));
    StropheClient.resetAll();
});
