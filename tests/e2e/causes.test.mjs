// Faults as they happen, and what the log says of their cause: each is named rightly, and what looks
// alike and is something else, or nothing, does not get its name (docs/causes.md).
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { BoshClient } from '../support/bosh_client.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { cli } from '../support/boshcm_cli.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { IdleProxy } from '../support/idle_proxy.mjs';
import { KeySequence } from '../support/key_sequence.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { DOMAIN, startServer, startWorld } from '../support/world.mjs';
import { WsClient } from '../support/ws_client.mjs';

const SCRIPTED = 'scripted.example';
const REFUSED = 'refused.example';
const UNTRUSTED = 'untrusted.example';
const UNKNOWN = 'unknown.example';
const NOWHERE = 'nowhere.example';

// A name server that knows no name.
const dns = createSocket('udp4');
dns.on('message', (question, from) => {
    question[2] |= 0x80; // an answer
    question[3] = 0x83; // recursion available, no such name
    dns.send(question, from.port, from.address);
});
await new Promise((resolve) => dns.bind(0, '127.0.0.1', resolve));

let script = (stream) => stream.login(SCRIPTED);
const scripted = await ScriptedServer.start((stream) => script(stream));
const stranger = new Authority().issue({ names: [UNTRUSTED] });
const secured = await ScriptedServer.start((stream) => stream.startTls(stranger));
const unknownTo = await startServer(); // a server of other domains
const adminSocket = join(temporaryFolder('causes'), 'admin.sock');
const world = await startWorld({
    domains: {
        [SCRIPTED]: scripted.port, [REFUSED]: await freePort(), [UNKNOWN]: unknownTo.port,
        [UNTRUSTED]: { servers: [{ port: secured.port, tls: 'required' }] }, [NOWHERE]: {},
    },
    // A client that has to wait for a processor keeps its session for a while yet.
    bosh: { 'inactivity': '6s', 'polling': '3s', 'outbox-limit': '64KiB', 'outbox-high': '32KiB',
            'outbox-low': '16KiB' },
    websocket: { 'ping-interval': '30s' },
    upstream: { 'features-timeout': '4s', 'name-servers': `127.0.0.1:${dns.address().port}` },
    trusted: ['127.0.0.1'],
    admin: { path: adminSocket },
    workers: 1,
});
const { front } = world;

after(async () => {
    await world.stop();
    await Promise.all([scripted, secured].map((each) => each.stop({ lenient: true })));
    await unknownTo.stop();
    dns.close();
});

const fields = (line) => ({
    line, cause: /cause=(\S+)/.exec(line)?.[1], see: /see=(\S+)/.exec(line)?.[1],
    likely: /likely="([^"]*)"/.exec(line)?.[1],
});
const lineOf = async (pattern) => fields(await front.child.line(pattern));
const endOf = ({ sid }) => lineOf(new RegExp(` session\\.ended sid=${sid.slice(0, 8)} `));
// For sessions whose client learns of none.
const endAt = (domain) => lineOf(new RegExp(` session\\.ended .*domain=${domain} `));

async function alice({ url = world.url, resource, headers, ...creation } = {}) {
    const client = new BoshClient(url, { headers });
    await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                         resource: resource ?? `r${++alice.count}`, quiet: true, ...creation });
    return client;
}
alice.count = 0;

// ------------------------------------------------------------------------ between

// Rows: -
test('a proxy that closes held requests is named with its seconds', async () => {
    const proxy = await IdleProxy.start({ port: front.port, seconds: 3 });
    const client = await alice({ url: proxy.through(world.url) });
    for (let time = 0; time < 3; ++time) await assert.rejects(client.send());
    const { cause, likely } = await endOf(client);
    assert.equal(cause, 'inactivity');
    assert.match(likely, /^a proxy between us and the client closes held requests after [3-9](\.\d)? s \(wait is 30 s\); set wait of <bosh> below it, or the proxy's timeout above wait$/);
    await proxy.stop();
});

// Rows: -
test('a page that is closed while a request is held is no proxy', async () => {
    const client = await alice();
    const first = client.send();
    // The first one is answered, and this one held: nobody says anything to such a stanza.
    const held = client.send(`<iq xmlns='jabber:client' type='result' id='none' to='${DOMAIN}'/>`)
        .catch(() => {});
    await first;
    client.vanish();
    assert.equal((await endOf(client)).see, 'page-closed');
    await held;
});

// Rows: -
test('who terminates the session leaves nothing to explain', async () => {
    const client = await alice();
    await client.terminate();
    const { cause, likely } = await endOf(client);
    assert.deepEqual({ cause, likely }, { cause: 'terminated', likely: undefined });
});

// Rows: -
test('a WebSocket that a proxy closes for its silence is named with the seconds', async () => {
    const proxy = await IdleProxy.start({ port: front.port, seconds: 5 });
    const client = await WsClient.connect(proxy.through(front.wsUrl));
    await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice, resource: 'ws' });
    const { cause, see, likely } = await lineOf(/ websocket\.ended /);
    assert.equal(cause, 'client-lost');
    assert.equal(see, 'proxy-closes-idle-websocket');
    assert.match(likely, /after [5-9](\.\d)? s of silence, as proxies end it \(ping-interval is 30 s\)/);
    await proxy.stop();
});

// Rows: -
test('a WebSocket that is cut in the middle of things is no idle one', async () => {
    const client = await WsClient.connect(front.wsUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice, resource: 'ws' });
    client.socket.resetAndDestroy();
    assert.equal((await lineOf(/ websocket\.ended /)).see, 'websocket-cut');
});

// ------------------------------------------------------------------------ clients

// Rows: -
test('a client that asks for nothing any more has vanished, and comes back too late', async () => {
    const client = await alice({ wait: 1 });
    await client.send();
    const { cause, see } = await endOf(client);
    assert.deepEqual({ cause, see }, { cause: 'inactivity', see: 'client-vanished' });
    const answer = await client.send();
    assert.equal(answer.condition, 'item-not-found');
    const late = await lineOf(/ session\.not-found /);
    assert.equal(late.see, 'returned-too-late');
    assert.ok(late.line.includes(`sid=${client.sid.slice(0, 8)}`));
});

// Rows: -
test('a sid of an earlier run is told from one that somebody made up', async () => {
    const stranger = new BoshClient(world.url);
    stranger.sid = 'made-up';
    assert.equal((await stranger.send()).condition, 'item-not-found');
    const before = await startBoshcm({ domains: { [SCRIPTED]: scripted.port }, workers: 1 });
    script = (stream) => stream.login(SCRIPTED);
    const client = new BoshClient(before.boshUrl);
    await client.login({ domain: SCRIPTED, user: 'alice', password: 'x', quiet: true });
    await before.stop();
    const again = new BoshClient(world.url);
    Object.assign(again, { sid: client.sid, rid: client.rid });
    assert.equal((await again.send()).condition, 'item-not-found');
    const { line, see } = await lineOf(/ session\.not-found /);
    assert.equal(see, 'session-from-before-start');
    assert.ok(line.includes(`sid=${client.sid.slice(0, 8)}`));
});

// Rows: -
test('a change of network before the silence is noticed', async () => {
    const client = await alice({ wait: 1, headers: { 'X-Forwarded-For': '192.0.2.1' } });
    client.connect.headers['X-Forwarded-For'] = '198.51.100.7';
    await client.send();
    assert.equal((await endOf(client)).see, 'network-changed');
});

// Rows: -
test('two tabs with one sid are told from a client that lost count', async () => {
    const first = await alice();
    const second = new BoshClient(world.url); // a copy of the tab
    Object.assign(second, { sid: first.sid, rid: first.rid });
    const held = first.send();
    const same = second.send();
    await Promise.race([held, same]); // given up for the other's, which has the same rid
    first.rid += 7;
    assert.equal((await first.send()).condition, 'item-not-found');
    assert.equal((await endOf(first)).see, 'sid-shared');
    await Promise.all([held, same]);

    const hasty = await alice();
    hasty.rid += 7;
    assert.equal((await hasty.send()).condition, 'item-not-found');
    const { see, likely } = await endOf(hasty);
    assert.equal(see, 'rid-ran-ahead');
    assert.match(likely, /is 6 beyond/);

    const stale = await alice();
    stale.rid -= 6;
    assert.equal((await stale.send()).condition, 'item-not-found');
    assert.equal((await endOf(stale)).see, 'rid-fell-behind');
});

// Rows: -
test('a client that polls too fast is told from one that polls as it may', async () => {
    const [fast, fair] = await Promise.all([1, 2].map(async () => {
        const client = new BoshClient(world.url);
        await client.create({ to: DOMAIN, hold: 0 });
        await client.features();
        await client.send();
        return client;
    }));
    assert.equal((await fast.send()).condition, 'policy-violation');
    assert.equal((await endOf(fast)).see, 'polls-too-fast');
    await delay(3000);
    assert.equal((await fair.send()).type, undefined);
    await fair.terminate();
    assert.equal((await endOf(fair)).see, undefined);
});

// Rows: -
test('a key that is not the next one is named', async () => {
    const keys = new KeySequence(8);
    const client = new BoshClient(world.url);
    await client.create({ to: DOMAIN, ...keys.first() });
    const answer = await client.send('', { extra: { key: 'guessed' } });
    assert.equal(answer.condition, 'item-not-found');
    assert.equal((await endOf(client)).see, 'key-sequence-broken');
});

// Rows: -
test('a login that is never finished is told from a client that left before it', async () => {
    // All others have the time that it takes.
    const strict = await startBoshcm({ domains: { [DOMAIN]: world.server.port }, workers: 1,
                                       bosh: { 'pre-authentication': '3s' } });
    const ended = async ({ sid }) => fields(await strict.child.line(
        new RegExp(` session\\.ended sid=${sid.slice(0, 8)} `)));
    const tries = new BoshClient(strict.boshUrl);
    await tries.create({ to: DOMAIN, wait: 2 });
    await tries.features();
    await tries.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj1hLHI9YQ==</auth>");
    for (let end; end !== 'terminate';) end = (await tries.send()).type;
    const { cause, likely } = await ended(tries);
    assert.equal(cause, 'not-authenticated');
    assert.match(likely, /^the client began to log in and never got through; /);

    const waits = new BoshClient(strict.boshUrl);
    await waits.create({ to: DOMAIN, wait: 2 });
    await waits.features();
    for (let end; end !== 'terminate';) end = (await waits.send()).type;
    assert.match((await ended(waits)).likely, /never began to log in; /);
    await strict.stop();

    const leaves = new BoshClient(world.url);
    await leaves.create({ to: DOMAIN, wait: 1 });
    await leaves.features();
    await leaves.send('', { extra: { pause: 1 } });
    assert.equal((await endOf(leaves)).see, 'pause-ran-out');
});

// Rows: -
test('requests that no client should send are told from each other', async () => {
    const patient = await alice();
    await patient.send('', { extra: { pause: 9999 } });
    assert.equal((await endOf(patient)).see, 'pause-too-long');

    const broken = await alice();
    await broken.send('', { rid: 'one' });
    assert.equal((await endOf(broken)).see, 'request-malformed');
});

const SOCKETS = {
    'that begins with a stanza': ['websocket-never-opened', (client) => client.send('<message/>')],
    'whose frames are not masked': ['websocket-frames-broken',
                                    (client) => client.bytes(Buffer.from([0x81, 1, 0x20]))],
    'that sends more than it may': ['message-too-big', (client) => client.send(
        `<message xmlns='jabber:client'><body>${'x'.repeat(300_000)}</body></message>`), true],
    'that sends what is no element': ['client-sent-bad-xml', (client) => client.send('<a><b></a>'),
                                      true],
};
for (const [what, [name, act, loggedIn]] of Object.entries(SOCKETS)) {
    // Rows: -
    test(`a WebSocket ${what}`, async () => {
        const client = await WsClient.connect(front.wsUrl);
        if (loggedIn) {
            await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                                 resource: 'ws' });
        }
        act(client);
        const { see } = await lineOf(/ websocket\.ended /);
        client.socket.destroy();
        assert.equal(see, name);
    });
}

// ------------------------------------------------------------------------ boshcm

// Rows: -
test('a session that an administrator ends', async () => {
    const client = await alice();
    const held = client.send();
    const { status, err } = await cli('kill', client.sid.slice(0, 8), '--socket', adminSocket);
    assert.equal(status, 0, err);
    assert.equal((await held).type, 'terminate');
    assert.equal((await endOf(client)).see, 'ended-by-administrator');
});

// ------------------------------------------------------------------------ servers

async function refused(domain, see, cause = 'connect-failed') {
    const answer = await new BoshClient(world.url).create({ to: domain });
    assert.equal(answer.type, 'terminate', String(answer));
    const end = await endAt(domain.replaceAll('.', '\\.'));
    assert.deepEqual({ cause: end.cause, see: end.see }, { cause, see });
    return end;
}

// Rows: -
test('servers that cannot be had are told from each other', async () => {
    await refused(REFUSED, 'server-refuses-connections');
    await refused(UNTRUSTED, 'certificate-not-trusted');
    await refused(UNKNOWN, 'host-unknown', 'remote-stream-error');
    await refused(NOWHERE, 'server-not-found');
    script = () => {}; // takes the connection and says nothing
    const { likely } = await refused(SCRIPTED, 'server-does-not-answer');
    assert.match(likely, /^the server took the connection and did not open its stream in time; /);
    script = (stream) => stream.end();
    await refused(SCRIPTED, 'server-hung-up');
    script = (stream) => stream.write('220 mail.example ESMTP\r\n');
    await refused(SCRIPTED, 'server-speaks-no-xmpp', 'upstream-sent-no-xmpp');
});

const LAST_WORDS = {
    'is shut down': ["<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
                     '</stream:error></stream:stream>', 'server-shut-down'],
    'finds its client idle': ["<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
                              '</stream:error></stream:stream>', 'server-found-client-idle'],
    'closes the stream': ['</stream:stream>', 'server-closed-stream'],
    'sends what is not well-formed': ['<message><body>x</message></body>', 'server-speaks-no-xmpp'],
    'says nothing and resets': [null, 'server-connection-lost'],
};
for (const [what, [words, see]] of Object.entries(LAST_WORDS)) {
    // Rows: -
    test(`a server that ${what}`, async () => {
        let stream;
        script = async (each) => { stream = each; await each.login(SCRIPTED); };
        const client = new BoshClient(world.url);
        await client.login({ domain: SCRIPTED, user: 'alice', password: 'x', quiet: true });
        const held = client.send();
        if (words) stream.write(words);
        else stream.reset();
        assert.equal((await held).type, 'terminate');
        assert.equal((await endOf(client)).see, see);
    });
}

// Rows: -
test('the same resource elsewhere is told, and another resource is none', async () => {
    const first = await alice({ resource: 'same' });
    const other = await alice({ resource: 'other' });
    const held = first.send();
    const second = await alice({ resource: 'same' });
    await held;
    const { cause, see } = await endOf(first);
    assert.deepEqual({ cause, see }, { cause: 'remote-stream-error', see: 'same-resource-elsewhere' });
    for (const client of [other, second]) {
        await client.terminate();
        assert.equal((await endOf(client)).see, undefined);
    }
});

// Rows: -
test('a client that takes nothing of a flood is named', async () => {
    let stream;
    script = async (each) => { stream = each; await each.login(SCRIPTED); };
    const client = new BoshClient(world.url);
    await client.login({ domain: SCRIPTED, user: 'alice', password: 'x', quiet: true, wait: 1 });
    await client.send();
    stream.write(`<message><body>${'x'.repeat(100_000)}</body></message>`);
    const { cause, see } = await endOf(client);
    assert.deepEqual({ cause, see }, { cause: 'outbox-full', see: 'client-not-reading' });
});

// Rows: -
test('a WebSocket whose client leaves pings unanswered is told from one that answers', async () => {
    const quick = await startBoshcm({ domains: { [SCRIPTED]: scripted.port }, workers: 1,
                                      websocket: { 'ping-interval': '3s', 'ping-timeout': '3s' } });
    script = (stream) => stream.login(SCRIPTED);
    const client = await WsClient.connect(quick.wsUrl);
    await client.login({ domain: SCRIPTED, user: 'alice', password: 'x', resource: 'ws' });
    const { cause, see } = fields(await quick.child.line(/ websocket\.ended /));
    assert.deepEqual({ cause, see }, { cause: 'ping-timeout', see: 'ping-unanswered' });

    const record = await quick.child.line(/ session\.recorded /);
    assert.match(record, /client\.logged-in/);
    assert.match(record, /ping\.sent, -\d+\.\ds ping\.timed-out after=\d\.\ds/);
    assert.ok(!record.includes('alice'));

    const stays = new BoshClient(quick.boshUrl);
    await stays.login({ domain: SCRIPTED, user: 'alice', password: 'x', quiet: true });
    const held = stays.send();
    quick.terminate();
    await held;
    const end = fields(await quick.child.line(/ session\.ended /));
    assert.deepEqual({ cause: end.cause, see: end.see }, { cause: 'system-shutdown', see: 'daemon-stopped' });
    await quick.stop();
});
