// The XMPP server goes away, politely or not: what its clients are told.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { freePort } from '../support/children.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { NS, condition } from '../support/xml.mjs';

const world = await startWorld();
after(() => world.stop());

// Rows: X-030, B-312, B-318, U-053
test('the server shuts down: its stream error reaches every client', async () => {
    const other = await startWorld();
    const raw = await other.rawLogin('alice', 'raw');
    const strophe = await other.strophe('bob');
    await other.server.stop();
    const end = await raw.ended;
    assert.equal(end.type, 'terminate');
    assert.equal(end.condition, 'remote-stream-error');
    const error = end.payload('error', NS.stream);
    assert.equal(condition(error), 'system-shutdown');
    await strophe.status('DISCONNECTED');
    await other.stop();
});

// Rows: X-033, B-311, U-057
test('the server is killed in mid-session: remote-connection-failed', async () => {
    const raw = await world.rawLogin('alice', 'raw');
    const strophe = await world.strophe('bob');
    await world.server.kill();
    const end = await raw.ended;
    assert.equal(end.status, 200);
    assert.equal(end.type, 'terminate');
    assert.equal(end.condition, 'remote-connection-failed');
    await strophe.status('DISCONNECTED');
    const later = await raw.send();
    assert.equal(later.condition, 'item-not-found');
});

// Rows: B-084, B-311
test('the server is not there at creation: remote-connection-failed, and no sid', async () => {
    const client = world.raw();
    const answer = await client.create({ to: DOMAIN });
    assert.equal(answer.status, 200);
    assert.equal(answer.type, 'terminate');
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.equal(answer.attribute('sid'), undefined);
});

// Rows: B-084, B-311
test('a server that never was: the same', async () => {
    const front = await startBoshcm({ domains: { [DOMAIN]: await freePort() } });
    const answer = await new BoshClient(front.boshUrl).create({ to: DOMAIN });
    assert.equal(answer.condition, 'remote-connection-failed');
    await front.stop();
});
