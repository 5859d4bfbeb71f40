// HTTP/2 with clients that are not ours: curl, h2load, and Node's with many sessions on one
// connection.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder, within } from '../support/children.mjs';
import { Http2Connection } from '../support/http2_connection.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const HOST = 'chat.example';
const SESSIONS = 24;
const run = promisify(execFile);
const authority = new Authority();
const tls = { ca: readFileSync(authority.file), servername: HOST };
const server = await startServer({ crowd: SESSIONS });
const tlsPort = await freePort();
const front = await startBoshcm({
    domains: { [DOMAIN]: server.port },
    listener: { http2: true },
    limits: { 'address-requests': 0, 'address-misses': 0 },
    listeners: [{ address: '127.0.0.1', port: tlsPort, tls: 'own',
                  certificates: [authority.issue({ names: [HOST] })] }],
});
const path = new URL(front.boshUrl).pathname;
const url = `https://${HOST}:${tlsPort}${path}`;

after(async () => {
    await front.stop();
    await server.stop();
});

const curl = (...more) => run('curl', ['--silent', '--show-error', '--cacert', authority.file,
                                       '--resolve', `${HOST}:${tlsPort}:127.0.0.1`, ...more]);

// Rows: H-002, H-095, H-096
test('curl speaks HTTP/2, and HTTP/1.1 if it wants to', async () => {
    const said = '%{http_version} %{http_code} %{content_type}';
    const plain = ['--output', '/dev/null', '--write-out', said];
    assert.equal((await curl('--http2', ...plain, url)).stdout, '2 200 text/html; charset=utf-8');
    assert.equal((await curl('--http1.1', ...plain, url)).stdout, '1.1 200 text/html; charset=utf-8');
    assert.equal((await curl('--http2', '--head', ...plain, url)).stdout,
                 '2 200 text/html; charset=utf-8');
    const gone = `<body rid='1' sid='none' xmlns='http://jabber.org/protocol/httpbind'/>`;
    const { stdout } = await curl('--http2', '--include', '--header', 'content-type: text/xml',
                                  '--data', gone, url);
    assert.match(stdout, /^HTTP\/2 (200|404) \r\n/);
    assert.match(stdout, /\r\naccess-control-allow-origin: \*\r\n/);
    // A body that curl asks about first, and that is too large.
    const file = join(temporaryFolder('curl'), 'large');
    writeFileSync(file, 'x'.repeat(2 * 1024 * 1024));
    const large = await curl('--http2', ...plain, '--header', 'content-type: text/xml',
                             '--data-binary', `@${file}`, url);
    assert.match(large.stdout, /^2 413 /);
});

// Rows: H-096
test('by prior knowledge in clear, beside HTTP/1.1', async () => {
    const plain = ['--output', '/dev/null', '--write-out', '%{http_version} %{http_code}'];
    const answered = async (how) => (await curl(how, ...plain, front.boshUrl)).stdout;
    assert.equal(await answered('--http2-prior-knowledge'), '2 200');
    assert.equal(await answered('--http1.1'), '1.1 200');
    assert.equal(await answered('--http2'), '1.1 200'); // by Upgrade: h2c, which is none of ours
    const connection = await Http2Connection.open(new URL(front.boshUrl).port);
    const client = new BoshClient(front.boshUrl, { open: () => connection });
    await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice });
    await client.terminate();
    connection.reset();
});

// Rows: H-096
test('h2load gets an answer for each of its requests', async () => {
    const body = join(temporaryFolder('h2load'), 'body');
    writeFileSync(body, `<body rid='1' sid='none' xmlns='http://jabber.org/protocol/httpbind'/>`);
    const { stdout } = await run('h2load', [
        '--requests=4000', '--clients=4', '--max-concurrent-streams=100', `--data=${body}`,
        '--header=content-type: text/xml', `--connect-to=127.0.0.1:${tlsPort}`, url]);
    assert.match(stdout, /Application protocol: h2\n/);
    assert.match(stdout, /requests: 4000 total, 4000 started, 4000 done, .* 0 errored, 0 timeout/);
    const [, two, , four] = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, 0 5xx/.exec(stdout);
    assert.equal(Number(two) + Number(four), 4000);
});

// Rows: H-096, B-020
test('many sessions live on one connection', async () => {
    const shared = await Http2Connection.open(tlsPort, tls);
    const clients = await Promise.all(Array.from({ length: SESSIONS }, async (_, number) => {
        const client = new BoshClient(`https://127.0.0.1:${tlsPort}${path}`,
                                      { open: () => shared });
        await client.login({ domain: DOMAIN, user: `user${number}`,
                             password: server.accounts[`user${number}`], resource: 'h2' });
        return client;
    }));
    // Each writes to the next; held polls of all others stand between.
    await Promise.all(clients.map(async (client, number) => {
        const next = clients[(number + 1) % SESSIONS];
        client.post(`<message xmlns='jabber:client' to='${next.jid}' type='chat'>` +
                    `<body>to ${number + 1}</body></message>`);
        await next.message(`what ${number} wrote`,
                           (each) => each.textContent === `to ${number + 1}`, 30);
    }));
    assert.equal(shared.session.closed, false);
    await Promise.all(clients.map((client) => client.terminate()));
    shared.session.close();
    await within(10, 'the end of the connection', shared.closed);
});
