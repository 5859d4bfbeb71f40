// A network that cuts, delays and crumbles everything, and clients that repeat what was lost: every
// stanza arrives once and in its place, both ways.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { WORKERS, startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { seedOfThisRun } from '../support/chance.mjs';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { ReplayingClient } from '../support/replaying_client.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

// Every sort of session, twice.
const SORTS = Object.entries({
    'hold=1': { hold: 1 },
    'hold=1 with acknowledgements': { hold: 1, ack: 1 },
    'hold=1, wait=1': { hold: 1, wait: 1 },
    'hold=1 with key sequences': { hold: 1, keys: 30 },
    'hold=1, one request at a time': { hold: 1, wait: 1, most: 1 },
    'hold=2': { hold: 2 },
    'hold=2 with acknowledgements': { hold: 2, ack: 1 },
    'hold=2 with acknowledgements and key sequences': { hold: 2, ack: 1, keys: 30 },
    'hold=2, pipelining on one connection': { hold: 2, pipelines: true },
    'polling': { hold: 0, wait: 0 },
});
const CROWD = 2 * SORTS.length;
const STANZAS = 500; // each way, of each session
const LEAST_CUTS = 300;
const PATIENCE = 120; // seconds for all of it, on a busy machine

const seed = seedOfThisRun();
const world = await startWorld({ crowd: CROWD, bosh: { hold: 2, polling: '1s' } });
const port = Number(new URL(world.url).port);
// Several workers read what comes over several connections in no order. A request that its client has
// repeated elsewhere, and long had answered, may be read after that; it ends the session by rule
// (B-109) if its connection still stands. So it does not stand there.
const late = WORKERS === 1;
const proxy = await FaultProxy.start({ port, seed, late });
const bob = await world.peer('bob');
after(async () => {
    await proxy.stop();
    await world.stop();
});

const text = (to, body) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${body}</body></message>`;
function textOf(message) {
    assert.equal(message.getAttribute('type'), 'chat', String(message));
    return child(message, 'body').textContent;
}
const numberOf = (message) => Number(textOf(message));
const inOrder = Array.from({ length: STANZAS }, (_, number) => number);

// Answers each stanza with one that has a number of the peer's own.
async function correspond(peer, sessions) {
    const next = new Map(sessions.map(({ jid }) => [jid, 0]));
    for (let missing = sessions.length * STANZAS; missing > 0; --missing) {
        const from = (await peer.message('the next stanza', undefined, PATIENCE)).getAttribute('from');
        peer.send(text(from, next.get(from)));
        next.set(from, next.get(from) + 1);
    }
}

// The numbers of all messages that arrived, those of one sender.
function heard(stanzas, from) {
    return stanzas.all.filter((stanza) => stanza.localName === 'message' &&
                                          stanza.getAttribute('from') === from).map(numberOf);
}

// Rows: B-020, B-022, B-102, B-105, B-107, B-108, B-112, B-116, B-140, B-141, B-142, B-163, B-165, B-243, B-244, B-245, B-226, D-17, D-30
test('no stanza is lost, doubled or out of order in a faulty network', async (t) => {
    t.diagnostic(`E2E_SEED=${seed}`);
    const url = proxy.through(world.url);
    const sessions = await Promise.all(Array.from({ length: CROWD }, async (_, number) => {
        const [sort, { hold, wait = 10, ack, ...habits }] = SORTS[number % SORTS.length];
        const client = new ReplayingClient(url, { refuge: world.url, ...habits });
        await client.login({ domain: DOMAIN, user: `user${number}`, resource: 'far away',
                             password: world.accounts[`user${number}`], hold, wait, ack });
        return Object.assign(client, { sort });
    }));

    for (const session of sessions) {
        for (const number of inOrder) session.post(text(bob.jid, number));
    }
    await Promise.all([correspond(bob, sessions), ...sessions.map((session) =>
        session.message(`the last stanza with ${session.sort}`,
                        (message) => numberOf(message) === STANZAS - 1, PATIENCE))]);
    await Promise.all(sessions.map(async (session) => {
        const end = await session.terminate(); // its answer may be lost like any other
        assert.equal(end.condition, undefined, `${session.sort}: ${end}`);
    }));
    for (const { jid, sort, stanzas } of sessions) {
        assert.deepEqual(heard(bob.stanzas, jid), inOrder, `to bob, ${sort}`);
        assert.deepEqual(heard(stanzas, bob.jid), inOrder, `from bob, ${sort}`);
    }

    const sum = (what) => sessions.reduce((total, session) => total + session[what], 0);
    t.diagnostic(`survived ${proxy.summary}`);
    t.diagnostic(`${sum('repeats')} repeats, ${sum('recoveries')} of them after R, ` +
                 `${sum('reports')} after a report, ${sum('refuges')} past the proxy`);
    assert.ok(proxy.cuts() >= LEAST_CUTS, proxy.summary);
    const marks = ['request', 'held', 'response', 'close', 'reset', 'stall'];
    for (const mark of late ? [...marks, 'late'] : marks) {
        assert.ok(proxy.cuts(mark) > 0, `${mark}: ${proxy.summary}`);
    }
});

// A session of alice in a network that strikes once: the exchange that a request with this text
// begins.
async function struck(words, cut, { url = world.url, ...terms }) {
    let strikes = 1;
    const network = await FaultProxy.start({ port: Number(new URL(url).port),
        decide: (bytes) => bytes.includes(words) && strikes-- > 0 ? cut : undefined });
    after(() => network.stop());
    const client = new ReplayingClient(network.through(url), { batch: 1 });
    await client.login({ domain: DOMAIN, user: 'alice', resource: 'unlucky',
                         password: world.accounts.alice, ...terms });
    return { client, network };
}

// Rows: B-105, B-106, B-315, D-23
test('what waits above a gap is asked for again, and the gap is filled', async () => {
    const cut = { where: 'request', how: 'stall', stall: 60_000 };
    const { client, network } = await struck('the gap', cut, { wait: 1 }); // the gap timeout too
    client.post(text(bob.jid, 'the gap'));
    client.post(text(bob.jid, 'above it'));
    assert.equal(textOf(await bob.message('the gap')), 'the gap');
    assert.equal(textOf(await bob.message('what was above it')), 'above it');
    assert.equal(client.recoveries, 1);
    assert.equal(network.cuts(), 1);
    await client.terminate();
});

// Rows: B-107, B-112, B-164, B-167
test('an answer that is long on its way is reported, and sent again', async () => {
    // With a delay, a quick answer would take the older request, which nothing strikes.
    const front = await startBoshcm({ domains: { [DOMAIN]: world.server.port },
                                      bosh: { 'release-delay': '0ms' } });
    after(() => front.stop());
    const cut = { where: 'response', how: 'stall', stall: 60_000 };
    const { client, network } = await struck('answer me', cut,
                                             { url: front.boshUrl, wait: 30, ack: 1 });
    client.post(text(bob.jid, 'answer me'));
    await bob.message('the question');
    bob.send(text(client.jid, 'my answer'));
    await network.struck;
    await setTimeout(1100); // younger ones are not taken for lost
    client.post(text(bob.jid, 'where is it?'));
    assert.equal(textOf(await client.message('the answer')), 'my answer');
    assert.equal(client.reports, 1);
    assert.equal(client.repeats, 1);
    await client.terminate();
});

// Rows: B-226
test('an end whose answer is lost is told again', async () => {
    const cut = { where: 'response', how: 'reset' };
    const { client, network } = await struck('last words', cut, { hold: 0, wait: 0 });
    const end = await client.terminate(text(bob.jid, 'last words'));
    assert.equal(end.type, 'terminate', String(end));
    assert.equal(end.condition, undefined, String(end));
    assert.equal(client.repeats, 1);
    assert.equal(network.cuts(), 1);
    await bob.message('the last words', (message) => textOf(message) === 'last words');
});

// Rows: B-140, B-141
test('what comes for a client that has just left waits for its next request', async () => {
    // Of one worker: what two find at the same time has no order, and an answer may just be on its
    // way to the connection that is gone; it is for the repeat of that request then (B-107).
    const front = await startBoshcm({ domains: { [DOMAIN]: world.server.port }, workers: 1 });
    after(() => front.stop());
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                         resource: 'leaving', quiet: true, wait: 5 });
    const connection = await HttpConnection.open(front.port);
    const held = [client.send('', { connection }),
                  client.send(text(bob.jid, 'I am here'), { connection })];
    await bob.message('that the client is there');
    assert.equal((await held[0]).payloads.length, 0); // the second is held now
    // The end of the connection and then the stanza: boshcm finds both at the same time.
    const { process } = front.child;
    process.kill('SIGSTOP');
    connection.reset();
    await assert.rejects(held[1]);
    bob.send(text(client.jid, 'where are you?'));
    bob.send(text(bob.jid, 'the server has sent it'));
    await bob.message('that the server has sent it');
    process.kill('SIGCONT');
    const answer = await client.send();
    assert.deepEqual(answer.payloads.map(textOf), ['where are you?']);
    await client.terminate();
});
