// Clients of every age and habit: libraries of the last ten years in a real browser, and those who
// have one connection, HTTP/1.0, no patience for held requests, or send ahead of the answers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { ReplayingClient } from '../support/replaying_client.mjs';
import { RELEASES, startPages } from '../support/strophe_page.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

const MESSAGES = 5; // each way

const world = await startWorld({ bosh: { hold: 2, polling: '1s' } });
const pages = await startPages();
const bob = await world.peer('bob');
after(async () => {
    await pages.stop();
    await world.stop();
});

const text = (to, body) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${body}</body></message>`;

// Habits with HTTP. All need one connection; only one sort must have one for each request.
const HABITS = {
    'one connection, one request at a time': { most: 1, wait: 1 },
    'HTTP/1.0, a connection for each request': { most: 1, wait: 1, http: { version: '1.0' },
                                                 reconnects: true },
    'HTTP/1.0, one connection kept': { most: 1, wait: 1, http: { version: '1.0',
                                       headers: { Connection: 'keep-alive' } } },
    'no held requests, hold=0': { hold: 0 },
    'no held requests, wait=0': { most: 1, wait: 0 },
    'pipelining, hold=1': { pipelines: true },
    'pipelining, hold=2': { pipelines: true, hold: 2 },
};

async function inBrowser(release, url = world.url) {
    const client = await pages.open(release, url);
    await client.login(`alice@${DOMAIN}/strophe ${release}`, world.accounts.alice);
    return client;
}

async function ofHabit(habit) {
    const { wait = 10, hold, ...habits } = HABITS[habit];
    const client = new ReplayingClient(world.url, { batch: 1, ...habits });
    await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                         resource: habit, wait, hold });
    return client;
}

const numbers = Array.from({ length: MESSAGES }, (_, number) => String(number));

// What either writes the other reads, once and in order.
async function converse(client) {
    const from = (other) => (message) => message.getAttribute('from') === other.jid;
    for (const number of numbers) await client.post(text(bob.jid, number));
    for (const number of numbers) {
        const there = await bob.message(`message ${number}`, from(client));
        assert.equal(child(there, 'body').textContent, number);
        bob.send(text(client.jid, number));
    }
    for (const number of numbers) {
        const back = await client.message(`message ${number} back`, from(bob));
        assert.equal(child(back, 'body').textContent, number);
    }
}

// Its session ends because it said so.
async function leave(client) {
    await client.terminate();
    const end = await world.front.child.line(/ (session|websocket)\.ended /);
    assert.match(end, / cause=(terminated|client-closed)$/);
}

for (const release of RELEASES) {
    // Rows: W-005, W-040, W-042, W-052, W-060, W-068, D-25, D-26
    test(`strophe.js ${release} does the same over a WebSocket of the browser`, async () => {
        const client = await inBrowser(release, world.front.wsUrl);
        await converse(client);
        await leave(client);
    });

    // Rows: B-020, B-220, H-070, H-071, D-56
    test(`strophe.js ${release} logs in, writes, reads and leaves`, async () => {
        const client = await inBrowser(release);
        await converse(client);
        await leave(client);
    });
}

for (const [habit, { reconnects }] of Object.entries(HABITS)) {
    // Rows: B-020, B-021, B-022, B-132, B-137, B-220, D-30
    test(`${habit}: logs in, writes, reads and leaves`, async () => {
        const client = await ofHabit(habit);
        await converse(client);
        await leave(client);
        assert.equal(client.opened, reconnects ? client.sent : 1);
        assert.equal(client.repeats, 0);
    });
}

// Rows: B-020, B-070
test('all of them at the same time', async () => {
    const clients = await Promise.all([...RELEASES.map((release) => inBrowser(release)),
                                       ...Object.keys(HABITS).map(ofHabit)]);
    await Promise.all(clients.map(converse));
    await Promise.all(clients.map(leave));
});
