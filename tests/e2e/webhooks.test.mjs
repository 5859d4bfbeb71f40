// Webhooks: what happens to sessions, POSTed to a real receiver, whatever that one is up to.
// Rows: -
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { ask, readMetrics } from '../support/admin.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { startDns } from '../support/nsd.mjs';
import { WebhookReceiver, newSecret, secretFile } from '../support/webhook_receiver.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { CLOSE, WsClient } from '../support/ws_client.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
const MANUAL = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');
const server = await startServer();
after(() => server.stop());

const adminPort = await freePort();
const start = (webhooks, settings) => startBoshcm({
    domains: { [DOMAIN]: server.port }, admin: { port: adminPort }, webhooks, ...settings });

const login = (user, resource) => ({ domain: DOMAIN, user, password: server.accounts[user],
                                     resource });
async function bosh(front, resource = 'bosh', options = {}) {
    const client = new BoshClient(front.boshUrl);
    await client.login({ ...login('alice', resource), ...options });
    return client;
}
const websocket = async (front, resource = 'ws') =>
    (await WsClient.connect(front.wsUrl)).login(login('bob', resource));
async function leave(socket) {
    socket.send(CLOSE);
    await socket.expectClose(1000);
}
// A WebSocket without a login: a session that is opened and ends.
const visit = async (front) => {
    const socket = await WsClient.connect(front.wsUrl);
    socket.end();
    await socket.expectClosed();
};

// The documentation's own functions.
const snippet = (language) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(MANUAL)[1];
const folder = temporaryFolder('snippets');
writeFileSync(join(folder, 'verify.mjs'), snippet('js'));
writeFileSync(join(folder, 'verify.py'), `${snippet('python')}

import json
import sys

asked = json.load(sys.stdin)
print(json.dumps([verify(one["secret"], one["headers"], one["body"].encode()) for one in asked]))
`);
const { verify } = await import(join(folder, 'verify.mjs'));
const verifyInPython = (...asked) => JSON.parse(execFileSync(
    'python3', [join(folder, 'verify.py')], { input: JSON.stringify(asked) }));

const figures = async () => readMetrics((await ask(adminPort, '/metrics')).text).samples;
async function counted(name, labels, atLeast, webhook = '127.0.0.1') {
    const sample = `boshcm_webhook_${name}{webhook="${webhook}"${labels}}`;
    for (const end = Date.now() + 20_000; ;) {
        const value = (await figures()).get(sample);
        if (value >= atLeast) return value;
        assert.ok(Date.now() < end, `${sample} is ${value}, not ${atLeast}`);
    }
}
const events = (outcome, atLeast) => counted('events_total', `,outcome="${outcome}"`, atLeast);
const types = (list) => list.map(({ type }) => type);
const ofSession = (list, session) => list.filter((event) => event.session === session);
// Each once, and for each session in the order of life.
function assertLives(list, { unopened = false } = {}) {
    const ORDER = ['session.opened', 'session.authenticated', 'session.ended'];
    assert.equal(new Set(list.map(({ id }) => id)).size, list.length, 'each id once');
    for (const session of new Set(list.map((event) => event.session))) {
        const told = types(ofSession(list, session));
        assert.deepEqual(told, ORDER.filter((type) => told.includes(type)), session);
        if (!unopened) assert.equal(told[0], 'session.opened', session);
    }
}

test('a life is told in order, over BOSH and over WebSocket, and signed', async () => {
    const receiver = await WebhookReceiver.start();
    const front = await start([receiver.hook()], { hooks: { node: 'front-1' } });
    const alice = await bosh(front);
    const bob = await websocket(front);
    alice.post(`<message xmlns='jabber:client' to='${bob.jid}' type='chat'><body>secret</body>` +
               '</message>');
    await bob.message('the message');
    await alice.terminate();
    await receiver.next('session.ended', ({ transport }) => transport === 'bosh');
    await leave(bob);
    await receiver.next('session.ended', ({ transport }) => transport === 'websocket');

    assertLives(receiver.events);
    assert.equal(receiver.events.length, 6);
    for (const transport of ['bosh', 'websocket']) {
        const [opened, authenticated, ended] =
            receiver.events.filter((event) => event.transport === transport);
        assert.equal(opened.domain, transport === 'bosh' ? DOMAIN : null);
        assert.equal(authenticated.domain, DOMAIN);
        assert.equal(ended.cause, transport === 'bosh' ? 'terminated' : 'client-closed');
        // By the name that the log has for it.
        const named = transport === 'bosh' ? 'session.ended' : 'websocket.ended';
        await front.child.line(new RegExp(` ${named} sid=${ended.session} `));
        for (const event of [opened, authenticated, ended]) {
            assert.equal(event.node, 'front-1');
            assert.equal(new Date(event.time).toISOString(), event.time);
            assert.ok(Math.abs(Date.now() - new Date(event.time)) < 60_000);
            const members = ['id', 'type', 'time', 'node', 'session', 'transport', 'domain',
                             ...event === ended ? ['cause'] : []];
            assert.deepEqual(Object.keys(event).filter((key) => key !== 'toString'), members);
        }
    }
    // No JID, no address, no content; and nothing of the secret anywhere.
    for (const { event } of receiver.requests) {
        assert.doesNotMatch(event.toString(), /alice|bob|secret|127\.0\.0|@/);
    }
    assert.ok(!front.child.output.includes(receiver.secret.slice(6, 20)));
    const asked = [];
    for (const { method, path, headers, body, event } of receiver.requests) {
        assert.deepEqual([method, path, headers['content-type']],
                         ['POST', '/hook', 'application/json']);
        assert.equal(headers['webhook-id'], event.id);
        assert.match(headers['user-agent'], /^boshcm\//);
        assert.ok(verify(receiver.secret, headers, body));
        asked.push({ secret: receiver.secret, headers, body: body.toString() });
    }
    // Both snippets take these, and nothing else.
    const [{ headers, body }] = receiver.requests;
    const changed = { ...headers, 'webhook-id': 'msg_other' };
    const old = { ...headers, 'webhook-timestamp': Number(headers['webhook-timestamp']) - 600 };
    const wrong = [[newSecret(), headers, body], [receiver.secret, changed, body],
                   [receiver.secret, old, body],
                   [receiver.secret, headers, Buffer.from(`${body} `)]];
    for (const each of wrong) assert.equal(verify(...each), false);
    assert.deepEqual(
        verifyInPython(...asked, ...wrong.map(([secret, fields, text]) => ({
            secret, headers: fields, body: text.toString() }))),
        [...asked.map(() => true), ...wrong.map(() => false)]);
    assert.equal(await events('delivered', 6), 6);
    await front.stop();
    await receiver.stop();
});

test('events and the address of a client are sent only where they are wanted', async () => {
    const ends = await WebhookReceiver.start();
    const all = await WebhookReceiver.start();
    const front = await start([ends.hook({ name: 'ends', events: 'session.ended' }),
                               all.hook({ name: 'all', 'client-address': true })]);
    await leave(await websocket(front));
    await ends.next('session.ended');
    await all.next('session.ended');
    assert.deepEqual(types(ends.events), ['session.ended']);
    assert.ok(all.events.every(({ client }) => client === '127.0.0.1'), String(all.events));
    assert.equal(ends.events[0].client, undefined);
    // The same event has the same id wherever it goes.
    assert.equal(ends.events[0].id, all.events.at(-1).id);
    await front.stop();
    await ends.stop();
    await all.stop();
});

test('each event arrives once the receiver is back, each once and in order', async () => {
    const port = await freePort();
    const secret = newSecret();
    const hook = { url: `http://127.0.0.1:${port}/hook`, 'allow-private': true, 'first-pause': '20ms',
                   'longest-pause': '300ms', 'secret-file': secretFile(secret) };
    const front = await start([hook]);
    const alice = await bosh(front);
    for (let i = 0; i < 10; ++i) await leave(await websocket(front, `ws${i}`));
    await front.child.line(/ webhook\.receiver-down\b/);
    await alice.terminate();
    await counted('waiting_events', '', 33);
    const receiver = await WebhookReceiver.start({ port, secret });
    await events('delivered', 33);
    await front.child.line(/ webhook\.receiver-back\b/);
    assert.equal(receiver.requests.length, 33);
    assertLives(receiver.events);
    assert.ok(receiver.requests.every(({ headers, body }) => verify(secret, headers, body)));
    assert.equal(await counted('waiting_events', '', 0), 0);
    await front.stop();
    await receiver.stop();
});

test('what was answered with "later" comes again, as soon as it may, with the same id', async () => {
    const receiver = await WebhookReceiver.start();
    const answers = [500, { status: 503, headers: { 'Retry-After': '1' } }, 429, 408, 425, 204];
    receiver.answer = (event) => event.type === 'session.opened' ? answers.shift() : 204;
    const front = await start([receiver.hook({ 'longest-pause': '2s' })]);
    await visit(front);
    await receiver.next('session.ended');
    const opened = receiver.requests.filter(({ event }) => event.type === 'session.opened');
    assert.equal(opened.length, 6);
    assert.equal(new Set(opened.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.ok(opened.every(({ headers, body }) => verify(receiver.secret, headers, body)));
    assert.ok(opened[2].at - opened[1].at >= 990, 'Retry-After');
    // The end of the session waited for it.
    assert.deepEqual(types(receiver.events), ['session.opened', 'session.ended']);
    assert.equal(await counted('failures_total', '', 5), 5);
    await front.stop();
    await receiver.stop();
});

test('an answer that is lost makes the event come again; one that arrived does not', async () => {
    const receiver = await WebhookReceiver.start();
    let cut = true;
    receiver.answer = (event) => {
        if (!cut) return 204;
        cut = false;
        for (const socket of receiver.sockets) socket.destroy();
        return 204;
    };
    const front = await start([receiver.hook()]);
    await visit(front);
    await events('delivered', 2);
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    assert.equal(ids.length, 3);
    assert.equal(ids[0], ids[1]);
    await front.stop();
    assert.equal(receiver.requests.length, 3);
    await receiver.stop();
});

test('no redirect is followed, and what will never be taken is not sent again', async () => {
    const receiver = await WebhookReceiver.start();
    const elsewhere = await WebhookReceiver.start();
    receiver.answer = (event) => event.type === 'session.opened'
        ? { status: 307, headers: { Location: `http://127.0.0.1:${elsewhere.port}/hook` } } : 410;
    const front = await start([receiver.hook()]);
    await visit(front);
    assert.equal(await events('refused', 2), 2);
    await front.child.line(/ webhook\.refused webhook=127\.0\.0\.1 .*status=307\b/);
    assert.equal(receiver.requests.length, 2);
    assert.equal(elsewhere.requests.length, 0);
    await front.stop();
    await receiver.stop();
    await elsewhere.stop();
});

test('no name leads to an address that is not public, unless that is allowed', async () => {
    const dns = await startDns({ 'hooks.example': ['inside 60 IN A 127.0.0.1',
                                                   'metadata 60 IN A 169.254.169.254'] });
    const authority = new Authority();
    const receiver = await WebhookReceiver.start({
        certificate: authority.issue({ names: ['inside.hooks.example', 'localhost'] }) });
    const hook = (host, settings) => receiver.hook({
        host, 'allow-private': false, 'ca-file': authority.file, ...settings });
    const front = await start(
        [hook('inside.hooks.example'), hook('metadata.hooks.example'), hook('localhost')],
        { upstream: { 'name-servers': dns.server } });
    await visit(front);
    for (const [host, why] of [['inside.hooks.example', 'loopback'], ['localhost', 'loopback'],
                               ['metadata.hooks.example', 'link-local']]) {
        await front.child.line(new RegExp(` webhook\\.failed webhook=${host} .*reason=".*${why} ` +
                                          'addresses are refused"'));
    }
    assert.equal(receiver.sockets.size, 0);
    // The same name and the same address, allowed.
    assert.ok(await front.configure({
        webhooks: [hook('inside.hooks.example', { 'allow-private': true })] }));
    assert.equal((await receiver.next('session.opened')).transport, 'websocket');
    assert.equal(receiver.requests[0].version, '2.0');
    assert.equal(receiver.requests[0].headers[':authority'],
                 `inside.hooks.example:${receiver.port}`);
    await front.stop();
    await receiver.stop();
    await dns.stop();
});

test('a certificate that nobody trusts, or of another name, gets nothing', async () => {
    const authority = new Authority();
    const good = await WebhookReceiver.start({
        certificate: authority.issue({ names: ['localhost'] }) });
    const other = await WebhookReceiver.start({
        certificate: authority.issue({ names: ['other.example'] }) });
    const trusted = { host: 'localhost', 'ca-file': authority.file };
    const front = await start([good.hook({ ...trusted, name: 'good' }),
                               good.hook({ host: 'localhost', name: 'untrusted' }),
                               other.hook({ ...trusted, name: 'other' })]);
    await visit(front);
    await good.next('session.ended');
    for (const name of ['untrusted', 'other']) {
        await front.child.line(
            new RegExp(` webhook\\.failed webhook=${name} .*reason="SSL[^"]*certificate`));
    }
    assert.equal(good.requests.length, 2);
    assert.equal(other.requests.length, 0);
    await front.stop();
    await good.stop();
    await other.stop();
});

test('a receiver that never answers does not slow anybody down', async () => {
    const receiver = await WebhookReceiver.start();
    let release;
    receiver.answer = () => new Promise((resolve) => { release = resolve; });
    const front = await start([receiver.hook({ timeout: '5m', connections: 1 })]);
    const alice = await bosh(front);
    const bob = await websocket(front);
    const began = Date.now();
    for (let i = 0; i < 50; ++i) {
        alice.post(`<message xmlns='jabber:client' to='${bob.jid}'><body>${i}</body></message>`);
        await bob.message(`message ${i}`);
    }
    assert.ok(Date.now() - began < 15_000, `50 messages took ${Date.now() - began} ms`);
    for (let i = 0; i < 20; ++i) await visit(front);
    await counted('waiting_events', '', 44);
    assert.equal(receiver.requests.length, 1);
    receiver.answer = () => 204;
    release(204);
    await events('delivered', 44);
    assertLives(receiver.events);
    await front.stop();
    await receiver.stop();
});

test('a full queue drops the oldest, and counts them', async () => {
    const port = await freePort();
    const secret = newSecret();
    const front = await start([{ url: `http://127.0.0.1:${port}/hook`, 'allow-private': true,
                                 'first-pause': '20ms', 'longest-pause': '200ms', queue: 10,
                                 'secret-file': secretFile(secret) }], { workers: 1 });
    for (let i = 0; i < 20; ++i) await visit(front);
    const dropped = await events('dropped', 30);
    assert.ok(dropped <= 40 - 10, String(dropped));
    await front.child.line(/ webhook\.lost webhook=127\.0\.0\.1 expired=0 dropped=\d+/);
    const receiver = await WebhookReceiver.start({ port, secret });
    assert.equal(await events('delivered', 10), 10);
    // The latest, but for those that were on their way when others had to go.
    assertLives(receiver.events, { unopened: true });
    const latest = receiver.events.filter((event) =>
        Number(event.session.slice(3)) > 15 && event.type === 'session.ended');
    assert.ok(latest.length >= 4, JSON.stringify(receiver.events.map(String)));
    await front.stop();
    await receiver.stop();
});

test('what is too old, or was tried too often, is given up', async () => {
    const receiver = await WebhookReceiver.start();
    receiver.answer = ({ type }) => type === 'session.opened' ? 500 : 204;
    const front = await start([receiver.hook({ 'max-attempts': 3 })]);
    await visit(front);
    await receiver.next('session.ended');
    assert.equal(await events('expired', 1), 1);
    assert.equal(receiver.requests.length, 4);
    receiver.answer = () => 500;
    assert.ok(await front.configure({ webhooks: [receiver.hook({ 'max-age': '1s' })] }));
    await visit(front);
    assert.equal(await events('expired', 3), 3);
    await front.stop();
    await receiver.stop();
});

test('webhooks come, change and go while the program runs', async () => {
    const first = await WebhookReceiver.start();
    const second = await WebhookReceiver.start();
    const front = await start([]);
    await visit(front);
    const one = first.hook({ name: 'one' });
    assert.ok(await front.configure({ webhooks: [one] }));
    await front.child.line(/ webhook\.added webhook=one\b/);
    await visit(front);
    await first.next('session.ended');
    assert.equal(first.requests.length, 2, 'nothing of what was before');

    // Two secrets: a receiver that knows either is content.
    const next = newSecret();
    writeFileSync(one['secret-file'], `# the new one\n${next}\n${first.secret}\n`);
    assert.ok(await front.configure({ webhooks: [one, second.hook({ name: 'two' })] }));
    await visit(front);
    await first.next('session.ended');
    await second.next('session.ended');
    for (const { headers, body } of first.requests.slice(2)) {
        assert.ok(verify(next, headers, body) && verify(first.secret, headers, body));
        assert.equal(verifyInPython({ secret: next, headers, body: body.toString() })[0], true);
    }
    writeFileSync(one['secret-file'], `${next}\n`);
    assert.ok(await front.configure({ webhooks: [one] }));
    await front.child.line(/ webhook\.removed webhook=two\b/);
    await visit(front);
    await first.next('session.ended');
    const { headers, body } = first.requests.at(-1);
    assert.ok(verify(next, headers, body) && !verify(first.secret, headers, body));
    assert.equal(second.requests.length, 2);

    // A file that is no good changes nothing.
    writeFileSync(one['secret-file'], 'whsec_short\n');
    assert.equal(await front.configure({ webhooks: [one] }), false);
    await visit(front);
    await first.next('session.ended');
    // What waits under a name goes where that name leads.
    writeFileSync(one['secret-file'], `${next}\n`);
    await first.stop();
    await visit(front);
    await counted('waiting_events', '', 2, 'one');
    assert.ok(await front.configure({ webhooks: [{ ...one, url: second.hook().url }] }));
    await second.next('session.ended', ({ session }) => session !== second.events[0].session);
    assert.equal(second.requests.length, 4);
    await front.stop();
    await second.stop();
});

test('what waits when the program ends gets its chance', async () => {
    const receiver = await WebhookReceiver.start();
    receiver.answer = () => 500;
    const front = await start([receiver.hook({ 'first-pause': '1h', 'longest-pause': '1h' })],
                              { shutdown: { grace: '30s' } });
    await bosh(front);
    await websocket(front);
    await counted('failures_total', '', 2);
    receiver.answer = () => 204;
    await front.stop();
    assertLives(receiver.events);
    assert.deepEqual(types(receiver.events).sort(), [
        'session.authenticated', 'session.authenticated', 'session.ended', 'session.ended',
        'session.opened', 'session.opened']);
    assert.deepEqual(receiver.events.filter(({ cause }) => cause).map(({ cause }) => cause).sort(),
                     ['shutdown', 'system-shutdown']);
    await receiver.stop();
});

test('the end waits for no receiver longer than the grace', async () => {
    const port = await freePort();
    const front = await start([{ url: `http://127.0.0.1:${port}/hook`, 'allow-private': true,
                                 'secret-file': secretFile(newSecret()) }],
                              { shutdown: { grace: '1s' } });
    await visit(front);
    const began = Date.now();
    await front.stop();
    assert.ok(Date.now() - began < 15_000);
    assert.match(front.child.output, / daemon\.grace-over sessions=0 webhook_events=2\b/);
});

test('a limit that is hit again and again is told once, and then as a number', async () => {
    const receiver = await WebhookReceiver.start();
    const front = await start([receiver.hook({ events: 'limit.hit' })],
                              { limits: { 'address-sessions': 1 },
                                hooks: { 'limit-interval': '2s' } });
    const holder = await websocket(front);
    const refused = async () => {
        const client = new BoshClient(front.boshUrl);
        assert.equal((await client.create({ to: DOMAIN })).condition, 'policy-violation');
    };
    await refused();
    const first = await receiver.next('limit.hit');
    assert.deepEqual([first.scope, first.limit, first.count], ['address', 'sessions', 1]);
    assert.equal(first.session, undefined);
    for (let i = 0; i < 5; ++i) await refused();
    let told = 0; // by one event, or by two on a machine that is slow
    while (told < 5) told += (await receiver.next('limit.hit')).count;
    assert.equal(told, 5);
    const [began, next] = receiver.events.map(({ time }) => new Date(time));
    assert.ok(next - began >= 1_900);
    await leave(holder);
    await front.stop();
    assert.ok(receiver.requests.length <= 3);
    await receiver.stop();
});
