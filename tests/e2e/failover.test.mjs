// Servers that go away and come back: who is on his way gets through, or is told in time.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { freePort } from '../support/children.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const DOMAIN = 'failover.example';
const PACED = 'paced.example';
const UNBORN = 'unborn.example';

const admit = (stream) => stream.open().then(() => stream.closed);
const [firstPort, secondPort, pacedPort] = [await freePort(), await freePort(), await freePort()];
const plain = (port, priority) => ({ port, priority, tls: 'none' });
const front = await startBoshcm({
    workers: 1, // each learns by itself which servers are down
    domains: {
        [DOMAIN]: { servers: [plain(firstPort, 1), plain(secondPort, 2)] },
        [PACED]: { servers: [plain(pacedPort, 1)] },
        [UNBORN]: { servers: [plain(await freePort(), 1)] },
    },
    limits: { 'address-unauthenticated': 1000, 'address-creations': 1000 }, // all from one host
    // Whoever finds no place in line within the time is told so.
    upstream: { pace: 50, burst: 10, 'connect-timeout': '2s', 'tls-timeout': '2s',
                'total-timeout': '4s', 'first-pause': '300ms', 'longest-pause': '1s' },
});
after(() => front.stop());

async function session(to) {
    const client = new BoshClient(front.boshUrl);
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
    const start = Date.now();
    const { answer } = await session(UNBORN);
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.ok(Date.now() - start < 4000);
});

// Rows: U-031, S-040
test('two hundred sessions at once come one after the other', async () => {
    const arrivals = [];
    const server = await ScriptedServer.start((stream) => {
        arrivals.push(Date.now());
        return admit(stream);
    }, pacedPort);
    const sessions = await Promise.all(Array.from({ length: 200 }, () => session(PACED)));
    const accepted = sessions.filter(({ answer }) => answer.attribute('sid'));
    const refused = sessions.filter(({ answer }) => !answer.attribute('sid'));
    // 10 at once and 50 a second for at most 4 seconds: nobody is lost, nobody waits longer.
    assert.ok(accepted.length >= 180, `${accepted.length} got through`);
    for (const { answer } of refused) {
        assert.equal(answer.condition, 'remote-connection-failed');
        assert.equal(answer.payload('text', NS.ours).textContent,
                     'too many connections to the server are waiting');
    }
    for (let at = 0; at + 110 < arrivals.length; ++at) { // two seconds' worth and the burst
        assert.ok(arrivals[at + 110] - arrivals[at] >= 1500, `faster than the pace at ${at}`);
    }
    await Promise.all(accepted.map(({ client }) => client.terminate()));
    await server.stop({ lenient: true });
});
