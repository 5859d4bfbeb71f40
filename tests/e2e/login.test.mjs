// Logging in through boshcm: every SASL mechanism passes untouched, failures too.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, GUEST_DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { NS, children, condition } from '../support/xml.mjs';

const world = await worldOfThisFile();

for (const mechanism of ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256']) {
    // Rows, U-060
    test(`strophe.js logs in with ${mechanism}`, async () => {
        const alice = await world.strophe('alice', { mechanisms: [mechanism] });
        assert.equal(alice.mechanism, mechanism);
        assert.equal(alice.jid, `alice@${DOMAIN}/web`);
        await alice.disconnect();
    });
}

// Rows: X-022, U-060
test('strophe.js logs in as a guest with ANONYMOUS', async () => {
    const guest = new StropheClient(world.url, { mechanisms: ['ANONYMOUS'] });
    await guest.login(GUEST_DOMAIN, null);
    assert.equal(guest.mechanism, 'ANONYMOUS');
    assert.match(guest.jid, new RegExp(`^[^@]+@${GUEST_DOMAIN}/`));
    await guest.disconnect();
});

// Rows: B-070, B-071, B-072, B-073, B-076, B-082, X-005, X-006
test('the creation response brings the session and the features', async () => {
    const client = world.raw();
    const created = await client.create({ to: DOMAIN, wait: 20, hold: 1 });
    assert.match(created.attribute('sid'), /^[\w-]{22,}$/);
    assert.equal(created.attribute('wait'), '20');
    assert.equal(created.attribute('hold'), '1');
    assert.equal(created.attribute('requests'), '2');
    assert.equal(created.attribute('ver'), '1.11');
    assert.equal(created.attribute('from'), DOMAIN);
    assert.equal(created.attribute('version', NS.xbosh), '1.0');
    assert.equal(created.attribute('restartlogic', NS.xbosh), 'true');
    const features = await client.features();
    const mechanisms = children(children(features).find((each) => each.namespaceURI === NS.sasl));
    assert.ok(mechanisms.some((each) => each.textContent === 'SCRAM-SHA-1'));
    await client.terminate();
});

// Rows: X-018
test('a restart that names another domain stays with its own, and that is logged', async () => {
    const client = world.raw();
    await client.create({ to: DOMAIN });
    await client.features();
    await client.authenticatePlain('alice', world.accounts.alice);
    const restarted = await client.restart('other.example');
    await client.features(restarted);
    await world.front.child.line(/ restart\.domain-kept .*asked=other\.example/);
    await client.terminate();
});

// Rows: X-022, B-317
test('a wrong password is a SASL failure, and the same session may try again', async () => {
    const client = world.raw();
    await client.create({ to: DOMAIN });
    await client.features();
    const failure = await client.authenticatePlain('alice', 'wrong');
    assert.equal(failure.localName, 'failure');
    assert.equal(failure.namespaceURI, NS.sasl);
    assert.equal(condition(failure), 'not-authorized');
    const success = await client.authenticatePlain('alice', world.accounts.alice);
    assert.equal(success.localName, 'success');
    await client.terminate();
});

// Rows: X-022
test('strophe.js is told about a wrong password', async () => {
    const alice = new StropheClient(world.url, { mechanisms: ['SCRAM-SHA-256'] });
    alice.connect(`alice@${DOMAIN}/web`, 'wrong');
    await alice.status('AUTHFAIL');
});

// Rows: B-220, B-221, B-223, B-225
test('after its terminate the session is no more', async () => {
    const client = await world.rawLogin('alice', 'leaving');
    client.poll = () => {};
    const last = await client.terminate("<presence xmlns='jabber:client' type='unavailable'/>");
    assert.ok([undefined, 'terminate'].includes(last.type));
    const later = await client.send();
    assert.equal(later.type, 'terminate');
    assert.equal(later.condition, 'item-not-found');
});

// Rows: X-030, B-312
test('the session whose resource is taken over gets the stream error conflict', async () => {
    const first = await world.rawLogin('alice', 'contested');
    const second = await world.rawLogin('alice', 'contested');
    const end = await first.ended;
    assert.equal(end.type, 'terminate');
    assert.equal(end.condition, 'remote-stream-error');
    const error = end.payload('error', NS.stream);
    assert.equal(condition(error), 'conflict');
    assert.equal(children(error)[0].namespaceURI, NS.streams);
    await second.terminate();
});
