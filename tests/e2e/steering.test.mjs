// A daemon is driven by its administrator: traced, drained, reloaded, and told how much to log; by the
// command line, over the admin socket.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { api, ask } from '../support/admin.mjs';
import { startBoshcm, WORKERS } from '../support/boshcm.mjs';
import { cli, startCli } from '../support/boshcm_cli.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { freePort, temporaryFolder, within } from '../support/children.mjs';
import { bodyOf, chat, steadyTalk } from '../support/steady_talk.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { WsClient } from '../support/ws_client.mjs';

const server = await startServer();
after(() => {
    StropheClient.resetAll();
    return server.stop();
});
const folder = temporaryFolder('steering');
let socket;
const at = [];
let started = 0;
async function start(settings) {
    socket = join(folder, `admin${++started}.sock`);
    at.splice(0, 2, '--socket', socket);
    const front = await startBoshcm({ domains: { [DOMAIN]: server.port }, admin: { path: socket },
                                      ...settings });
    after(() => front.child.process.kill('SIGKILL')); // of a test that has failed
    return front;
}
const strophe = (url, user, resource) =>
    new StropheClient(url).login(`${user}@${DOMAIN}/${resource}`, server.accounts[user]);
const account = (user, resource) => ({ domain: DOMAIN, user, password: server.accounts[user],
                                       resource });
const good = async (...args) => {
    const { status, out, err } = await cli(...args, ...at);
    assert.equal(status, 0, `${args}: ${err}${out}`);
    return out;
};

for (const workers of new Set([1, WORKERS])) {
    // Rows: -
    test(`the command line lists, tells and ends sessions, with ${workers} workers`, async () => {
        const front = await start({ workers });
        const alice = new BoshClient(front.boshUrl);
        await alice.login(account('alice', 'cli'));
        const bob = await (await WsClient.connect(front.wsUrl)).login(account('bob', 'cli'));
        const sid = alice.sid.slice(0, 8);
        const lines = (await good('sessions', '--sort', 'jid')).split('\n');
        assert.match(lines[0], /^SID +TRANSPORT +STATE +AGE +IDLE +HELD +QUEUE +ADDRESS +JID OR DOMAIN$/);
        assert.match(lines[1], new RegExp(`^${sid} +bosh +open .* 127\\.0\\.0\\.1 +${alice.jid}$`));
        assert.match(lines[2], new RegExp(`^ws-\\d+ +websocket +open .* ${bob.jid}$`));
        assert.equal(lines[3], '2 of 2 sessions');
        assert.match(await good('sessions', '--search', 'bob'), /1 of 1 found among 2 sessions\n$/);
        const listed = JSON.parse(await good('sessions', '--json', '--transport', 'websocket'));
        assert.equal(listed.sessions[0].jid, bob.jid);
        const told = await good('session', sid);
        assert.match(told, new RegExp(`^JID +${alice.jid}$`, 'm'));
        assert.match(told, new RegExp(`^server +127\\.0\\.0\\.1:${server.port}, in clear$`, 'm'));
        assert.match(told, /^wait +30$/m);
        assert.match(told, /^ +client +boshcm +server$/m);
        assert.match(told, /^ +-\d+\.\d\ds {4}\|<-+\|<-+\| {2}client\.logged-in$/m);
        assert.doesNotMatch(told, /^Likely/m);
        assert.equal(await good('kill', sid), `ended ${sid}\n`);
        assert.equal((await alice.ended).condition, 'policy-violation');
        const none = await cli('kill', sid, ...at);
        assert.deepEqual([none.status, none.err], [1, 'boshcm: there is no such session\n']);
        const status = await good('status');
        assert.match(status, /^standing +ready$/m);
        assert.match(status, /^WebSockets +1 of \d+$/m);
        await front.stop();
    });
}

// Rows: -
test('what keeps a command from the daemon is said in words', async () => {
    const nowhere = await cli('status', '--socket', join(folder, 'nowhere'));
    assert.equal(nowhere.status, 3);
    assert.match(nowhere.err, /there is no socket .*nowhere\.\nIs boshcm running/);
    assert.equal((await cli('log-level', 'loud', '--socket', join(folder, 'nowhere'))).status, 3);
    const wrong = await cli('sessions', '--sort', 'size');
    assert.equal(wrong.status, 2);
    assert.match(wrong.err, /Try 'boshcm sessions --help'/);
    const front = await start();
    const loud = await cli('log-level', 'loud', ...at);
    assert.deepEqual([loud.status, loud.err],
                     [1, 'boshcm: level is none of trace debug info warn error off\n']);
    if (process.getuid() !== 0) {
        chmodSync(socket, 0);
        const closed = await cli('status', ...at);
        assert.equal(closed.status, 3);
        assert.match(closed.err, /no permission for .*\nBe root/);
    }
    await front.stop();
    const gone = await cli('status', ...at);
    assert.equal(gone.status, 3);
    assert.match(gone.err, /Is boshcm running/);
});

// Rows: -
test('by TCP the command line bears the token of the configuration', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'a-token-of-many-letters\n', { mode: 0o600 });
    const port = await freePort();
    const front = await start({ admin: { port, 'token-file': file } });
    const status = await cli('status', '-c', front.configuration, '--json');
    assert.equal(status.status, 0, status.err);
    assert.equal(JSON.parse(status.out).standing, 'ready');
    writeFileSync(file, 'another-token-of-letters\n');
    const wrong = await cli('status', '-c', front.configuration);
    assert.deepEqual([wrong.status, wrong.err.startsWith('boshcm: the token is missing or wrong')],
                     [1, true]);
    for (const [method, path] of [['GET', 'sessions'], ['DELETE', 'sessions/x'], ['POST', 'drain'],
                                  ['POST', 'traces'], ['POST', 'reload'], ['POST', 'log-level']]) {
        assert.equal((await api(port, `/api/${path}`, { method })).status, 401, path);
        const foreign = await api(port, `/api/${path}`, { method, headers: {
            Authorization: 'Bearer a-token-of-many-letters', Origin: 'http://evil.example' } });
        assert.equal(foreign.status, 403, path);
    }
    await front.stop();
});

// Rows: -
test('a reload is told: what is new, what needs a restart, what is wrong', async () => {
    const front = await start();
    assert.match(await good('reload'), /^reloaded\n {2}nothing has changed\n$/);
    await front.child.line(/ daemon\.reloaded\b/);
    assert.ok(await front.configure({ admin: { path: socket }, bosh: { wait: '30s' } }));
    assert.match(JSON.stringify((await api(socket, '/api/status')).json.reload.last.changed),
                 /<bosh wait>: 30s, was 60s/);
    assert.equal(await front.configure('<boshcm xmlns="urn:boshcm:config:1">\n  <bosh wait="x"/>\n' +
                                       '</boshcm>\n'), false);
    const bad = await cli('reload', ...at);
    assert.equal(bad.status, 1);
    assert.match(bad.err, new RegExp(`^${front.configuration}:2: <bosh wait="x">: found "x"`, 'm'));
    assert.match(bad.err, /all goes on as it was\n$/);
    await front.child.line(/ daemon\.reload-failed\b/);
    const { last } = (await api(socket, '/api/status')).json.reload;
    assert.equal(last.ok, false);
    assert.ok(last.problems.some(({ line }) => line === 2), JSON.stringify(last));
    assert.ok(await front.configure({ admin: { path: socket }, workers: WORKERS + 1 }));
    assert.match(await good('reload'), /^reloaded\n/);
    await front.stop();
});

// Rows: -
test('the log says more when it is told to', async () => {
    const front = await start({ log: { level: 'info' } });
    assert.match(await good('log-level', 'debug'), /^log level debug, was info;/);
    await front.child.line(/ log\.level-set level=debug before=info/);
    const refused = new BoshClient(front.boshUrl);
    await refused.create({ to: 'nobody.example' });
    await front.child.line(/ request\.refused /);
    await front.stop();
});

// Rows: B-059, W-012
test('a drain lets nobody new in, and those that are there lose nothing', async () => {
    const front = await start();
    const [alice, bob] = await Promise.all([strophe(front.boshUrl, 'alice', 'drained'),
                                            strophe(front.wsUrl, 'bob', 'drained')]);
    const talks = [steadyTalk(alice, bob), steadyTalk(bob, alice)];
    assert.match(await good('drain'), /^draining: nobody new is let in/);
    await front.child.line(/ daemon\.draining sessions=2/);
    assert.equal((await ask(socket, '/readyz')).text, 'draining\n');
    const late = await new BoshClient(front.boshUrl).create({ to: DOMAIN });
    assert.deepEqual([late.type, late.condition], ['terminate', 'system-shutdown']);
    const lateSocket = new WsClient(front.wsUrl);
    assert.equal((await lateSocket.response).status, 503);
    assert.match(await good('drain', '--cancel'), /let in again/);
    assert.equal((await ask(socket, '/readyz')).text, 'ready\n');
    const again = new BoshClient(front.boshUrl);
    await again.login(account('alice', 'again'));
    assert.equal((await cli('drain', '--cancel', ...at)).err, 'boshcm: it is not draining\n');
    await good('drain');
    for (let turn = 0; turn < 20; ++turn) {
        assert.match(await good('status'), /^standing +draining$/m);
    }
    for (const talk of talks) assert.ok(await talk.stop() > 0);
    await again.terminate();
    await alice.disconnect();
    await bob.disconnect();
    const end = await within(30, 'the end of the drain', front.child.exited);
    assert.deepEqual(end, { code: 0, signal: null });
    assert.match(front.child.output, / daemon\.drained sessions=0 deadline=no/);
    assert.match(front.child.output, / daemon\.stopped /);
});

// Rows: B-059, B-230
test('a drain ends at its deadline as by SIGTERM', async () => {
    const front = await start();
    const alice = new BoshClient(front.boshUrl);
    await alice.login(account('alice', 'overdue'));
    assert.match(await good('drain', '--deadline', '1s'), /or in 1s\n/);
    const end = await alice.ended;
    assert.deepEqual([end.type, end.condition], ['terminate', 'system-shutdown']);
    assert.deepEqual(await front.child.exited, { code: 0, signal: null });
    assert.match(front.child.output, / daemon\.drained sessions=1 deadline=over/);
});

// Rows: -
test('SIGTERM ends a drain, as it ends what is not drained', async () => {
    const front = await start();
    const alice = new BoshClient(front.boshUrl);
    await alice.login(account('alice', 'signalled'));
    await good('drain');
    front.terminate();
    assert.equal((await alice.ended).condition, 'system-shutdown');
    await front.child.exited;
    assert.doesNotMatch(front.child.output, / daemon\.hurried/);
});

for (const transport of ['bosh', 'websocket']) {
    const url = (front) => transport === 'bosh' ? front.boshUrl : front.wsUrl;

    // Rows: -
    test(`a trace shows a login by ${transport} without what proves it`, async () => {
        const front = await start();
        const traced = startCli('trace', `alice@${DOMAIN}`, '--bodies', ...at);
        await front.child.line(/ trace\.started trace=1 /);
        const first = await strophe(url(front), 'alice', 'first');
        // By JID from the moment on that it is bound; before it nobody knows whose it is.
        await traced.line(/<iq .*type=["']result["']/);
        const [{ sid }] = (await api(socket, '/api/sessions')).json.sessions;
        const all = startCli('trace', sid, ...at);
        await front.child.line(new RegExp(` trace\\.started trace=2 sid=${sid} .*bodies=no`));
        const shown = startCli('trace', sid, '--bodies', ...at);
        await front.child.line(new RegExp(` trace\\.started trace=3 sid=${sid} .*bodies=yes`));
        first.send(chat(first.jid, 'the walrus'));
        await first.message('its own message');
        await shown.line(/ -> S .*<body>the walrus<\/body>/);
        await shown.line(/ <- S .*<body>the walrus<\/body>/);
        await shown.line(/ C <- .*<body>the walrus<\/body>/);
        const masked = await all.line(/ -> S .*<message/);
        assert.match(masked, /to=['"]…@chat\.example\/…['"]/);
        await first.disconnect();
        await shown.line(/session\.ended/);
        assert.equal((await shown.exited).code, 0);
        assert.equal((await all.exited).code, 0);
        assert.doesNotMatch(all.output, /walrus/);
        traced.process.kill('SIGINT');
        assert.equal((await traced.exited).code, 0);
        await front.child.line(/ trace\.ended trace=1 cause=stopped/);
        await front.stop();
    });
}

// By sid from the very first word on: a session that waits for its server.
// Rows: -
test('a trace never shows SASL, even with bodies', async () => {
    const front = await start();
    for (const begin of [
        async () => {
            const client = new BoshClient(front.boshUrl);
            await client.features(await client.create({ to: DOMAIN }));
            return { client, sid: client.sid.slice(0, 8),
                     say: (xml) => client.send(xml) };
        },
        async () => {
            const client = await WsClient.connect(front.wsUrl);
            client.open({ to: DOMAIN });
            await client.element('features');
            const { sessions } = (await api(socket, '/api/sessions?transport=websocket')).json;
            return { client, sid: sessions[0].sid, say: (xml) => client.send(xml) };
        },
    ]) {
        const { sid, say } = await begin();
        const traced = startCli('trace', sid, '--bodies', ...at);
        await front.child.line(new RegExp(` trace\\.started .*sid=${sid} `));
        const secret = Buffer.from('\0alice\0a-wrong-password').toString('base64');
        say(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${secret}</auth>`);
        await traced.line(/ -> S .*<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/);
        await traced.line(/ <- S .*<failure/);
        traced.process.kill('SIGINT');
        await traced.exited;
        assert.ok(!traced.output.includes(secret), traced.output);
        assert.ok(!traced.output.includes(secret.slice(0, 12)), traced.output);
    }
    await front.stop();
});
