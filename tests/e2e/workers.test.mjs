// Several workers: sessions on each of them, requests that come in on others, and one that stands
// still.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Child } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { threadOf } from '../support/threads.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { WsClient } from '../support/ws_client.mjs';
import { NS, child } from '../support/xml.mjs';

const WORKERS = 4;
const SESSIONS = 24;
const server = await startServer();

const start = (settings) =>
    startBoshcm({ domains: { [DOMAIN]: server.port }, workers: WORKERS, ...settings });

// The characters of a sid that say which worker has the session.
const placeOf = (sid) => sid.slice(0, 4);

const ping = (id) =>
    `<iq xmlns='${NS.client}' type='get' id='${id}'><ping xmlns='urn:xmpp:ping'/></iq>`;

async function sayTo(client, text) {
    client.post(`<message xmlns='${NS.client}' to='${client.jid}' type='chat'>` +
                `<body>${text}</body></message>`);
    const message = await client.message(`${text} to come back`);
    assert.equal(child(message, 'body').textContent, text);
}

// Rows: B-020, B-100, S-040
test('each worker has sessions, and each request finds its own', async () => {
    const front = await start();
    const clients = await Promise.all(Array.from({ length: SESSIONS }, async (_, number) => {
        const client = new BoshClient(front.boshUrl);
        await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice,
                             resource: `r${number}` });
        return client;
    }));
    // That all of them should be with one of the four is less likely than 1 in 10^13.
    const places = new Set(clients.map((client) => placeOf(client.sid)));
    assert.ok(places.size > 1, [...places].join());
    for (const place of places) assert.match(place, /^AAA[ABCD]$/);
    await Promise.all(clients.map(async (client, number) => {
        for (let turn = 0; turn < 20; ++turn) await sayTo(client, `${turn} of ${number}`);
    }));
    // All sessions' requests over one connection, as some proxies have them.
    const shared = await HttpConnection.open(front.port);
    for (const client of clients) {
        await client.pause();
        const answer = await client.send('', { connection: shared, extra: { type: 'terminate' } });
        assert.equal(answer.type, 'terminate');
        assert.equal(answer.condition, undefined);
    }
    shared.close();
    await front.stop();
});

// Rows: B-040
test('sessions of one connection are spread', async () => {
    const front = await start();
    const shared = await HttpConnection.open(front.port);
    const clients = [];
    for (let number = 0; number < 90; ++number) {
        const client = new BoshClient(front.boshUrl);
        const created = await client.send('', { connection: shared, extra: {
            to: DOMAIN, wait: 30, hold: 1, ver: '1.11', 'xmlns:xmpp': NS.xbosh,
            'xmpp:version': '1.0' } });
        client.sid = created.attribute('sid');
        clients.push(client);
    }
    const places = new Set(clients.map((client) => placeOf(client.sid)));
    assert.ok(places.size > 1, [...places].join());
    for (const client of clients) {
        const answer = await client.send('', { connection: shared, extra: { type: 'terminate' } });
        assert.equal(answer.condition, undefined);
    }
    shared.close();
    await front.stop();
});

// Rows: S-040
test('a worker that stands still holds nobody up who is with another', async () => {
    // Only a program that may be dumped can have a thread of it stopped.
    const front = await start({ memory: { 'core-dumps': true } });
    // That one worker has none of them, or all, is less likely than 1 in 10^5.
    const clients = await Promise.all(Array.from({ length: 2 * SESSIONS }, async (_, number) => (
        await WsClient.connect(front.wsUrl)).login({
        domain: DOMAIN, user: 'alice', password: server.accounts.alice, resource: `w${number}` })));
    const freezer = new Child('freezer', 'python3',
        [new URL('../support/frozen_thread.py', import.meta.url).pathname,
         threadOf(front.child.pid, 2)], { input: 'pipe' });
    await freezer.line(/^frozen$/);

    // Each is asked; those of the frozen worker will not answer until it thaws.
    let frozen = true;
    const answered = new Set();
    const asked = clients.map(async (client, number) => {
        client.send(ping(`first${number}`));
        await client.element('iq', (iq) => iq.getAttribute('id') === `first${number}`);
        if (frozen) answered.add(client);
    });
    await Promise.any(asked);
    for (let turn = 0; turn < 30; ++turn) {
        for (const client of [...answered]) {
            client.send(ping(`turn${turn}`));
            await client.element('iq', (iq) => iq.getAttribute('id') === `turn${turn}`);
        }
    }
    assert.ok(answered.size > 0 && answered.size < clients.length, `${answered.size} answered`);
    frozen = false;
    freezer.process.stdin.end();
    await Promise.all(asked); // nothing was lost
    await freezer.exited;
    await front.stop();
});

after(() => server.stop());
