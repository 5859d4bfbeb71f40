// The log in each format, and the access log, of a program that serves.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { temporaryFolder } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const server = await startServer();
after(() => server.stop());

const start = (log, launcher) =>
    startBoshcm({ domains: { [DOMAIN]: server.port }, log: { level: 'info', ...log }, launcher });

async function login(front) {
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice });
    return client;
}

// A path that would like to be another field, with a token that is nobody's business.
const HOSTILE = '/%22,%22sid%22:%22x%5c%20status=200%ff%c3%a9?token=s3cret';
async function attack(front) {
    const connection = await HttpConnection.open(front.port);
    const answer = await connection.request({ method: 'GET', path: HOSTILE });
    assert.equal(answer.status, 404);
    connection.close();
}

// Once it is there; the log is written by a thread of its own.
async function linesWith(file, pattern) {
    for (;;) {
        const text = readFileSync(file, 'utf8');
        if (text.endsWith('\n') && pattern.test(text)) return text.trimEnd().split('\n');
        await setImmediate();
    }
}

// Rows: S-002, S-032
test('the access log goes to a file in JSON, and on in another when that is moved away', async () => {
    const folder = temporaryFolder('logs');
    const file = join(folder, 'access.log');
    const front = await start({ format: 'json', access: file }, ({ folder: own }) =>
        ['sh', '-c', 'umask 0; exec "$@"', own]);
    const client = await login(front);
    await attack(front);
    const lines = (await linesWith(file, /"status":404/)).map((line) => JSON.parse(line));
    for (const line of lines) {
        assert.deepEqual(Object.keys(line), ['time', 'level', 'event', 'address', 'method', 'path',
                                             'status', 'bytes', 'ms', 'sid']);
        assert.equal(line.event, 'http.request');
        assert.equal(line.address, '127.0.0.1');
    }
    const session = lines.filter((line) => line.sid !== '');
    assert.ok(session.length > 3);
    for (const line of session) {
        assert.equal(line.sid, client.sid.slice(0, 8));
        assert.deepEqual([line.method, line.path, line.status], ['POST', '/http-bind', 200]);
        assert.ok(line.bytes > 0);
    }
    // Perhaps not the last: a request of the client's is answered a moment later.
    assert.equal(lines.find(({ status }) => status === 404).path, '/","sid":"x\\ status=200\ufffd\u00e9');
    assert.equal(statSync(file).mode & 0o777, 0o640);
    const written = readFileSync(file, 'utf8');
    for (const secret of [client.sid, 's3cret', server.accounts.alice,
                          Buffer.from(server.accounts.alice).toString('base64')]) {
        assert.ok(!written.includes(secret), secret);
    }

    renameSync(file, `${file}.1`);
    front.reload();
    await front.child.line(/"event":"daemon\.reloaded"/);
    await attack(front);
    const later = (await linesWith(file, /"status":404/)).map((line) => JSON.parse(line));
    assert.ok(later.some(({ status }) => status === 404));
    await front.stop();
});

// Rows: -
test('without being asked for there is none, and in the log it is a line among others', async () => {
    const silent = await start({});
    await attack(silent);
    await login(silent);
    await silent.child.line(/ info session\.created /);
    assert.doesNotMatch(silent.child.output, /http\.request /);
    await silent.stop();

    const front = await start({ format: 'logfmt', access: 'log' });
    await attack(front);
    const line = await front.child.line(/ event=http\.request /);
    assert.match(line, /^time=\S+Z level=info event=http\.request address=127\.0\.0\.1 method=GET /);
    const written = String.raw`path="/\",\"sid\":\"x\\ status=200\ufffd\u00e9" status=404 bytes=`;
    assert.ok(line.includes(written), line);
    await front.stop();
});

// Rows: -
test('an access log that cannot be written keeps the program from starting', async () => {
    await assert.rejects(start({ access: '/nowhere/access.log' }),
                         /access log: \/nowhere\/access\.log: No such file or directory/);
});
