// Under a service manager: what it is told, and the sockets that it has opened.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { BoshClient } from '../support/bosh_client.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { Child, freePort, temporaryFolder } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const script = (name) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

const server = await startServer();
after(() => server.stop());

// `options` of service_manager.py, given port and folder.
const start = (options, settings = {}) => startBoshcm({
    domains: { [DOMAIN]: server.port },
    launcher: ({ port, folder }) =>
        ['python3', script('service_manager.py'), '--folder', folder,
            ...options({ port, folder })],
    ...settings,
});
const told = (front, pattern) =>
    front.child.line(pattern instanceof RegExp ? pattern : new RegExp(`^notify ${pattern}$`));
const workerThread = (pid, number) => readdirSync(`/proc/${pid}/task`).find((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8') === `worker-${number}\n`);

async function login(front, resource = 'web') {
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice, resource });
    return client;
}

// As soon as somebody listens there, whether or not anybody answers yet.
async function connected(port) {
    for (;;) {
        try {
            return await HttpConnection.open(port());
        } catch (error) {
            if (error.code !== 'ECONNREFUSED') throw error;
            await setImmediate();
        }
    }
}

const statusOf = (options) => new Promise((resolve, reject) =>
    get(options, (response) => resolve(response.resume().statusCode)).on('error', reject));

// Rows: -
test('the service manager hears of start, sessions, reload and end', async () => {
    const front = await start(() => ['--watchdog', '4']);
    await told(front, 'READY=1');
    await told(front, 'STATUS=Sessions: 0');
    await login(front);
    await told(front, 'STATUS=Sessions: 1');
    const before = process.hrtime.bigint() / 1000n;
    front.reload();
    await told(front, 'RELOADING=1');
    const line = await told(front, /^notify MONOTONIC_USEC=\d+$/);
    const when = BigInt(line.split('=')[1]);
    assert.ok(when >= before && when <= process.hrtime.bigint() / 1000n, line);
    await told(front, 'READY=1');
    front.terminate();
    await told(front, 'STOPPING=1');
    await told(front, 'EXTEND_TIMEOUT_USEC=10000000'); // grace and what comes after it
    await told(front, 'STATUS=Stopping, sessions: 1');
    await front.stop();
});

// Rows: -
test('one worker that is stuck ends the watchdog of all', async () => {
    const front = await start(() => ['--watchdog', '4'], { workers: 3 });
    for (let times = 0; times < 3; ++times) await told(front, 'WATCHDOG=1');
    const { groups } = await front.child.line(/^pid \d+$/).then((line) => line.match(/(?<pid>\d+)/));
    const freezer = new Child('freezer', 'python3',
                              [script('frozen_thread.py'), workerThread(groups.pid, 1)],
                              { input: 'pipe' });
    await freezer.line(/^frozen$/);
    await front.child.line(/ worker\.stuck worker=1 workers=1\b/);
    await front.child.line(/^watchdog timeout$/);
    freezer.process.stdin.end();
    assert.equal((await front.child.exited).code, 137);
});

// Rows: -
test('a worker that was stuck for less than that is forgiven', async () => {
    const front = await start(() => ['--watchdog', '4', '--lenient'], { workers: 2 });
    const { groups } = await front.child.line(/^pid \d+$/).then((line) => line.match(/(?<pid>\d+)/));
    const freezer = new Child('freezer', 'python3',
                              [script('frozen_thread.py'), workerThread(groups.pid, 0)],
                              { input: 'pipe' });
    await freezer.line(/^frozen$/);
    await front.child.line(/ worker\.stuck worker=0 /);
    freezer.process.stdin.end();
    await front.child.line(/ worker\.recovered$/);
    await told(front, 'WATCHDOG=1');
    await front.stop();
});

// Rows: -
test('a client that connects before the program is there is served when it is', async () => {
    let port = await freePort();
    const path = join(temporaryFolder('sockets'), 'http.sock');
    const starting = start((chosen) => {
        port = chosen.port;
        return ['--on-demand', '--listen', `web=127.0.0.1:${port}`, '--listen', `local=${path}`];
    }, { workers: 3, listeners: [{ path, tls: 'proxy' }] });
    const early = await connected(() => port);
    early.send('GET /http-bind HTTP/1.1\r\nHost: x\r\n\r\n');
    const front = await starting;
    assert.equal((await early.response()).status, 200);
    await front.child.line(/ listener\.opened address=127\.0\.0\.1:\d+ .*inherited=yes/);
    await front.child.line(/ listener\.opened address=\/.* inherited=yes/);
    const clients = await Promise.all(Array.from({ length: 12 }, (_, number) => login(front, `web${number}`)));
    assert.equal(new Set(clients.map((client) => client.sid)).size, 12);
    assert.equal(await statusOf({ socketPath: path, path: '/http-bind' }), 200);
    await front.stop();
    assert.ok(existsSync(path), 'its file is not ours');
});

// Rows: -
test('a socket where no listener is keeps the program from starting', async () => {
    const other = await freePort();
    await assert.rejects(start(() => ['--listen', `web=127.0.0.1:${other}`]), (error) => {
        assert.match(error.message, /ended \(exit 1\)/);
        assert.match(error.message,
                     new RegExp(`notify STATUS=.* as web, on 127\\.0\\.0\\.1:${other}, and no`));
        return true;
    });
});
