// What administrators see of sessions, and do with them, by the API; over both transports and with
// one worker and several.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { api, ask } from '../support/admin.mjs';
import { startBoshcm, WORKERS } from '../support/boshcm.mjs';
import { cli } from '../support/boshcm_cli.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { Child, freePort, temporaryFolder } from '../support/children.mjs';
import { threadOf } from '../support/threads.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { WsClient } from '../support/ws_client.mjs';

const server = await startServer();
after(() => server.stop());
const port = await freePort();
const start = (settings) => startBoshcm({ domains: { [DOMAIN]: server.port }, admin: { port },
                                          ...settings });
const account = (user, resource) => ({ domain: DOMAIN, user, password: server.accounts[user],
                                       resource });
async function bosh(front, resource, user = 'alice') {
    const client = new BoshClient(front.boshUrl);
    await client.login(account(user, resource));
    return client;
}
const websocket = async (front, resource, user = 'bob') =>
    (await WsClient.connect(front.wsUrl)).login(account(user, resource));
const list = async (query = '') => {
    const { status, json } = await api(port, `/api/sessions${query}`);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
};

for (const workers of new Set([1, WORKERS])) {
    // Rows: -
    test(`sessions are listed, told and ended, with ${workers} workers`, async () => {
        const front = await start({ workers });
        const people = [await bosh(front, 'one'), await bosh(front, 'two')];
        const sockets = [await websocket(front, 'three'), await websocket(front, 'four')];
        const all = await list('?sort=age&order=desc');
        assert.equal(all.total, 4);
        assert.equal(all.matched, 4);
        assert.deepEqual(all.unanswered, []);
        assert.deepEqual(all.sessions.map(({ transport }) => transport),
                         ['bosh', 'bosh', 'websocket', 'websocket']);
        const jids = new Set([...people, ...sockets].map(({ jid }) => jid));
        assert.equal(jids.size, 4);
        for (const session of all.sessions) {
            assert.equal(session.domain, DOMAIN);
            assert.ok(jids.delete(session.jid), session.jid);
            assert.equal(session.address, '127.0.0.1');
            assert.equal(session.state, 'open');
            assert.equal(session.secure, false);
            assert.equal(session.authenticated, true);
            assert.ok(session.worker < workers);
            assert.ok(session.age_s >= 0 && session.age_s < 60, `${session.age_s}`);
            assert.ok(session.idle_s <= session.age_s);
        }
        assert.deepEqual(new Set(all.sessions.slice(0, 2).map(({ sid }) => sid)),
                         new Set(people.map(({ sid }) => sid.slice(0, 8))));
        assert.equal((await list('?transport=websocket')).matched, 2);
        assert.deepEqual((await list('?search=BOB@')).sessions.map(({ jid }) => jid).sort(),
                         sockets.map(({ jid }) => jid).sort());
        assert.equal((await list('?search=nobody')).matched, 0);
        const pages = await Promise.all([0, 1, 2, 3].map((offset) =>
            list(`?limit=1&offset=${offset}`)));
        assert.deepEqual(pages.map(({ sessions }) => sessions[0].sid).sort(),
                         all.sessions.map(({ sid }) => sid).sort());

        const sid = people[0].sid.slice(0, 8);
        const one = await api(port, `/api/sessions/${sid}`);
        assert.equal(one.status, 200);
        assert.equal(one.json.sid, sid);
        assert.equal(one.json.settings.wait, 30);
        assert.deepEqual(one.json.server, { address: `127.0.0.1:${server.port}`, tls: null });
        const [{ sid: socket }] = (await list('?transport=websocket&sort=age&order=desc')).sessions;
        assert.equal((await api(port, `/api/sessions/${socket}`)).json.settings.ping_interval, 30);

        const gone = await api(port, `/api/sessions/${sid}`, { method: 'DELETE' });
        assert.deepEqual([gone.status, gone.json], [200, { ended: sid }]);
        const end = await people[0].ended;
        assert.deepEqual([end.type, end.condition], ['terminate', 'policy-violation']);
        assert.equal((await api(port, `/api/sessions/${socket}`, { method: 'DELETE' })).status, 200);
        await sockets[0].expectClose(1008);
        await front.child.line(/ session\.ended .*cause=ended-by-admin/);
        await front.child.line(/ websocket\.ended .*cause=ended-by-admin/);
        assert.equal((await api(port, `/api/sessions/${sid}`)).status, 404);
        assert.equal((await list()).total, 2);
        await front.stop();
    });
}

// Rows: -
test('a session tells the connection to its server as it is', async () => {
    const authority = new Authority();
    const secured = await startServer({ credentials: authority.issue({ names: [DOMAIN] }) });
    const socket = join(temporaryFolder('admin'), 'admin.sock');
    const front = await start({
        domains: { [DOMAIN]: { servers: [{ port: secured.port, 'ca-file': authority.file }] } },
        admin: { port, path: socket } });
    const { accounts } = secured;
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: accounts.alice, resource: 'tls' });
    await (await WsClient.connect(front.wsUrl))
        .login({ domain: DOMAIN, user: 'bob', password: accounts.bob, resource: 'tls' });
    for (const { sid } of (await list()).sessions) {
        const { json: { server: end } } = await api(port, `/api/sessions/${sid}`);
        assert.equal(end.address, `127.0.0.1:${secured.port}`);
        assert.match(end.tls.version, /^TLSv1\.[23]$/);
        assert.match(end.tls.cipher, /^[A-Z0-9_-]{10,}$/);
        const told = await cli('session', sid, '--socket', socket);
        assert.match(told.out, new RegExp(`^server +${end.address}, ${end.tls.version}, ` +
                                          `${end.tls.cipher}$`, 'm'));
        const json = JSON.parse((await cli('session', sid, '--socket', socket, '--json')).out);
        assert.deepEqual(json.server, end);
    }
    await front.stop();
    await secured.stop();
});

// Rows: -
test('the status is that of the daemon', async () => {
    const front = await start();
    const alice = await bosh(front, 'status');
    const { json } = await api(port, '/api/status');
    assert.equal(json.standing, 'ready');
    assert.equal(json.workers, WORKERS);
    assert.deepEqual(json.sessions, { bosh: 1, websocket: 0 });
    assert.ok(json.most.bosh > 0 && json.most.websocket > 0);
    assert.equal(json.log_level, 'debug');
    assert.deepEqual(json.domains, [DOMAIN]);
    assert.deepEqual(json.reload, { count: 0, last: null });
    assert.ok(Math.abs(Date.parse(json.started) - Date.now()) < 60_000, json.started);
    await alice.terminate();
    await front.stop();
});

// Rows: -
test('a worker that is stuck is named, and the others answer', async () => {
    // Only a program that may be dumped can have a thread of it stopped.
    const front = await start({ workers: 2, memory: { 'core-dumps': true } });
    const people = [];
    for (let number = 0; number < 4; ++number) people.push(await bosh(front, `stuck${number}`));
    const freezer = new Child('freezer', 'python3',
        [new URL('../support/frozen_thread.py', import.meta.url).pathname,
         threadOf(front.child.pid, 1)], { input: 'pipe' });
    await freezer.line(/^frozen$/);
    const { total, unanswered } = await list();
    assert.deepEqual(unanswered, [1]);
    assert.ok(total <= 4);
    const missing = await api(port, '/api/sessions/AAAAxxxx');
    assert.deepEqual([missing.status, missing.json.error], [504, 'no answer in time of worker 1']);
    freezer.process.stdin.end();
    await freezer.exited;
    const { total: all, unanswered: none } = await list();
    assert.deepEqual([all, none], [4, []]);
    await front.stop();
});
