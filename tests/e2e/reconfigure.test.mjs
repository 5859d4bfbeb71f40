// A configuration that changes while people chat: what they were promised holds, what is new is for
// who comes, and nobody loses a word.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { bodyOf, chat, steadyTalk } from '../support/steady_talk.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, GUEST_DOMAIN, startServer } from '../support/world.mjs';

const server = await startServer();
after(() => server.stop());
const domains = { [DOMAIN]: server.port, [GUEST_DOMAIN]: server.port };
const start = async (settings) => {
    const front = await startBoshcm({ domains, ...settings });
    after(() => front.stop());
    return front;
};
const login = (url, user, resource) =>
    new StropheClient(url).login(`${user}@${DOMAIN}/${resource}`, server.accounts[user]);

async function refused(port, host = '127.0.0.1') {
    const socket = connect(port, host);
    const what = await once(socket, 'connect').then(() => 'connected', (error) => error.code);
    socket.destroy();
    return what === 'ECONNREFUSED';
}

// Rows: -
test('people chat on while domains, limits, paths and listeners come and go', async () => {
    const front = await start();
    const [alice, bob] = await Promise.all([login(front.boshUrl, 'alice', 'bosh'),
                                            login(front.wsUrl, 'bob', 'websocket')]);
    const [there, back] = [steadyTalk(alice, bob), steadyTalk(bob, alice)];
    const second = await freePort();
    const listeners = [{ address: '127.0.0.1', port: second }];
    const steps = [
        { domains: { [DOMAIN]: server.port }, listeners },
        { domains, listeners, limits: { 'address-sessions': 3 }, http: { 'max-pipelined': 2 } },
        { domains, websocket: { enabled: false }, bosh: { wait: '30s' } },
        { domains, log: { level: 'info' } },
        {},
    ];
    for (let round = 0; round < 4; ++round) {
        for (const step of steps) assert.ok(await front.configure(step), JSON.stringify(step));
    }
    assert.ok(await there.stop() > 0);
    assert.ok(await back.stop() > 0);
    await alice.disconnect();
    await bob.disconnect();
});

// Rows: -
test('a domain that is gone keeps its sessions, and takes no others', async () => {
    const front = await start();
    const guest = await new StropheClient(front.boshUrl).login(GUEST_DOMAIN, null);
    assert.ok(await front.configure({ domains: { [DOMAIN]: server.port } }));
    const late = new StropheClient(front.boshUrl);
    late.connect(GUEST_DOMAIN, null);
    await late.status('CONNFAIL');
    guest.send(chat(guest.jid, 'still here'));
    assert.equal(bodyOf(await guest.message('still here')), 'still here');
    assert.ok(await front.configure({}));
    const again = await new StropheClient(front.boshUrl).login(GUEST_DOMAIN, null);
    await again.disconnect();
    await guest.disconnect();
});

// Rows: -
test('a listener is added, becomes HTTPS, and is closed; who came by it stays', async () => {
    const front = await start();
    const second = await freePort();
    assert.ok(await refused(second));
    const plain = { address: '127.0.0.1', port: second };
    assert.ok(await front.configure({ listeners: [plain] }));
    const alice = await login(`ws://127.0.0.1:${second}/xmpp-websocket`, 'alice', 'by the second');

    const authority = new Authority();
    const certificates = [authority.issue({ names: ['chat.example'] })];
    assert.ok(await front.configure({ listeners: [{ ...plain, tls: 'own', certificates }] }));
    const answer = await fetch(`http://127.0.0.1:${second}/http-bind`).catch(() => null);
    assert.equal(answer?.status, 400, 'plain HTTP where HTTPS is spoken');

    assert.ok(await front.configure({}));
    assert.ok(await refused(second));
    alice.send(chat(alice.jid, 'inside'));
    assert.equal(bodyOf(await alice.message('inside')), 'inside');
    await alice.disconnect();
});

// Rows: -
test('a listener moves from one address to all of them, and back, at the same port', async () => {
    const front = await start();
    const second = await freePort();
    assert.ok(await front.configure({ listeners: [{ address: '127.0.0.1', port: second }] }));
    const alice = await login(`ws://127.0.0.1:${second}/xmpp-websocket`, 'alice', 'by the first');
    assert.ok(await refused(second, '127.0.0.2'));
    assert.ok(await front.configure({ listeners: [{ address: '0.0.0.0', port: second }] }));
    const bob = await login(`ws://127.0.0.2:${second}/xmpp-websocket`, 'bob', 'by another address');
    assert.ok(await front.configure({ listeners: [{ address: '127.0.0.1', port: second }] }));
    assert.ok(await refused(second, '127.0.0.2'));
    assert.ok(!await refused(second));
    alice.send(chat(bob.jid, 'both are here'));
    assert.equal(bodyOf(await bob.message('both are here')), 'both are here');
    await alice.disconnect();
    await bob.disconnect();
});

// Rows: -
test('a bad configuration changes nothing, and each mistake is in the log', async () => {
    const front = await start();
    const alice = await login(front.boshUrl, 'alice', 'through it');
    assert.equal(await front.configure({ domains: {}, bosh: { wait: '5 minutes' } }), false);
    assert.match(front.child.output, / config\.refused line=\d+ .*wait/);
    assert.equal(await front.configure('<boshcm'), false);
    assert.equal(await front.configure({
        domains: { [DOMAIN]: server.port },
        listeners: [{ address: '127.0.0.1', port: server.port }] }), false);
    assert.match(front.child.output, / daemon\.reload-failed .*cannot listen on 127\.0\.0\.1:\d+/);
    const guest = await new StropheClient(front.boshUrl).login(GUEST_DOMAIN, null);
    await guest.disconnect();
    alice.send(chat(alice.jid, 'unharmed'));
    assert.equal(bodyOf(await alice.message('unharmed')), 'unharmed');
    await alice.disconnect();
});

// Rows: -
test('what needs a restart is named', async () => {
    const front = await start();
    assert.ok(await front.configure({ memory: { budget: '64MiB' } }));
    assert.match(front.child.output, / config\.needs-restart key="<memory budget>"/);
});
