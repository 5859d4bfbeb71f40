// Servers that go away and come back: who is on his way gets through, or is told in time.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { freePort } from '../support/children.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const DOMAIN = 'failover.example';
const [PACED, CROWDED] = ['paced.example', 'crowded.example'];
const UNBORN = 'unborn.example';

const admit = (stream) => stream.open().then(() => stream.closed);
const [firstPort, secondPort] = [await freePort(), await freePort()];
const plain = (port, priority) => ({ port, priority, tls: 'none' });
const PACE = { pace: 50, burst: 10 };
// Many from one host, of whom each has to wait.
const SHORT = { 'connect-timeout': '2s', 'tls-timeout': '2s' };
const startFront = (domains, upstream) => startBoshcm({
    workers: 1, // each learns by itself which servers are down
    domains, upstream: { ...PACE, ...upstream },
    limits: { 'address-unauthenticated': 1000, 'address-creations': 1000 },
});
const front = await startFront({
    [DOMAIN]: { servers: [plain(firstPort, 1), plain(secondPort, 2)] },
    [UNBORN]: { servers: [plain(await freePort(), 1)] },
}, { ...SHORT, 'total-timeout': '4s', 'first-pause': '300ms', 'longest-pause': '1s' });
after(() => front.stop());

async function session(to, url = front.boshUrl) {
    const client = new BoshClient(url);
    const answer = await client.create({ to });
    return { client, answer };
}

// Of the servers, which one the next session goes to.
async function served(...servers) {
    const { client, answer } = await session(DOMAIN);
    assert.ok(answer.attribute('sid'), String(answer));
    const counts = servers.map((server) => server.streams.all.length);
    await client.terminate();
    return counts;
}

// Rows: U-031, U-032, B-311
test('a domain goes on with its second server while the first is down, and back', async () => {
    let first = await ScriptedServer.start(admit, firstPort);
    const second = await ScriptedServer.start(admit, secondPort);
    assert.deepEqual(await served(first, second), [1, 0]);
    await first.stop({ lenient: true });
    assert.deepEqual(await served(second), [1]);
    await front.child.line(/upstream\.connect-failed .*stage=connect target=/);
    first = await ScriptedServer.start(admit, firstPort);
    // One session after the other, until one of them was the probe.
    const deadline = Date.now() + 10_000;
    while ((await served(first))[0] === 0) assert.ok(Date.now() < deadline, 'not back in time');
    assert.ok((await served(first, second))[0] >= 2);
    await second.stop({ lenient: true });
    assert.ok((await served(first))[0] >= 3);
    await first.stop({ lenient: true });
    const { answer } = await session(DOMAIN);
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.equal(answer.payload('text', NS.ours).textContent, 'the server refused the connection');
});

// Rows: U-030, B-084, B-311
test('a domain whose server never was', async () => {
    const { answer } = await session(UNBORN);
    assert.equal(answer.condition, 'remote-connection-failed');
    // And not that time was over.
    assert.equal(answer.payload('text', NS.ours).textContent, 'the server refused the connection');
});

// Rows: U-031, S-040
test('two hundred sessions at once come one after the other', async () => {
    const arrivals = [];
    const server = await ScriptedServer.start((stream) => {
        arrivals.push(Date.now());
        return admit(stream);
    });
    const paced = await startFront({ [PACED]: { servers: [plain(server.port, 1)] } },
                                   { 'total-timeout': '1m' });
    const begun = Date.now();
    const sessions = await Promise.all(
        Array.from({ length: 200 }, () => session(PACED, paced.boshUrl)));
    for (const { answer } of sessions) assert.ok(answer.attribute('sid'), String(answer));
    assert.equal(arrivals.length, 200);
    // 10 at once and 50 a second, from the begin on: whoever looks late sees them later.
    for (const [at, time] of arrivals.entries()) {
        const due = (at + 1 - PACE.burst) / PACE.pace * 1000;
        assert.ok(time - begun >= due - 100, `the ${at + 1}th after ${time - begun} ms`);
    }
    await Promise.all(sessions.map(({ client }) => client.terminate()));
    await paced.stop();
    await server.stop({ lenient: true });
});

// Rows: U-031, S-040, B-311
test('whoever finds no place in line within the time is told so', async () => {
    const server = await ScriptedServer.start(admit);
    const slow = await startFront({ [CROWDED]: { servers: [plain(server.port, 1)] } },
                                  { pace: 1, burst: 1, ...SHORT, 'total-timeout': '2s' });
    const sessions = await Promise.all(
        Array.from({ length: 60 }, () => session(CROWDED, slow.boshUrl)));
    const refused = sessions.filter(({ answer }) => !answer.attribute('sid'));
    for (const { answer } of refused) assert.equal(answer.condition, 'remote-connection-failed');
    // One had no line before it, two had their turn in time: or more, if all did not come at once.
    assert.ok(refused.some(({ answer }) => answer.payload('text', NS.ours).textContent ===
        'too many connections to the server are waiting'), `${refused.length} refused`);
    await Promise.all(sessions.filter(({ answer }) => answer.attribute('sid'))
        .map(({ client }) => client.terminate()));
    await slow.stop();
    await server.stop({ lenient: true });
});
