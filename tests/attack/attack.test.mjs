// boshcm under attack while fifty honest sessions chat, and must notice nothing. What the attacks
// cost in memory and time is printed with each. docs/threat-model.md says which threat each stands for.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Authority } from '../support/certificates.mjs';
import { Child, freePort, temporaryFolder } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { PUBLIC_NAME, startProxy } from '../support/proxies.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { HonestCrowd } from './crowd.mjs';

const CROWD = 50;
// During an attack: half of the memory budget, which files that nobody reads may take, and as much
// again for what sanitizers keep aside.
const MOST_GROWTH_MIB = 600;
const WORST_MILLISECONDS = 10_000; // for a message, on a busy machine with two cores

// Larger than what the kernel takes of an answer that nobody reads.
const large = temporaryFolder('large');
writeFileSync(join(large, 'file.bin'), Buffer.alloc(15_000_000, 'x'));

const tlsPort = await freePort();
const certificate = new Authority().issue({ names: [DOMAIN] });
const world = await startWorld({
    crowd: CROWD,
    listener: { http2: true },
    listeners: [{ address: '127.0.0.1', port: tlsPort, tls: 'own', certificates: [certificate] }],
    websocketOrigins: ['https://chat.example'],
    statics: [{ path: '/large/', directory: large }],
    // Times that let an attack be over in seconds; the limits are the defaults.
    http: { 'head-timeout': '3s', 'body-timeout': '12s', 'write-timeout': '3s' },
    bosh: { compression: 'true' },
    trusted: ['127.0.0.1'], // the proxies; attackers have other addresses
    sanitizers: 'quarantine_size_mb=16', // or memory says what was freed, not what is used
});
const crowd = await HonestCrowd.start(world, CROWD);
const proxies = await Promise.all(['nginx', 'haproxy'].map((kind) => startProxy(kind, {
    to: world.front.port, changes: [],
    open: (port) => HttpConnection.open(port, { servername: PUBLIC_NAME }),
})));
after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await crowd.stop();
    await world.stop();
});

function residentMiB() {
    const pages = readFileSync(`/proc/${world.front.child.pid}/statm`, 'utf8').split(' ')[1];
    return Math.round(Number(pages) * 4096 / 2 ** 20);
}

const whole = [];
function report(what, memory, latency, outcome = '') {
    const line = `${what.padEnd(16)} memory ${memory.join(' -> ')} MiB, messages ` +
        `${latency.messages}, median ${latency.median} ms, p99 ${latency.p99} ms, ` +
        `worst ${latency.worst} ms ${outcome}`;
    whole.push(line);
    console.log(`# ${line}`);
}

async function undisturbed(what) {
    crowd.take();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    report(what, [residentMiB()], crowd.take());
}

async function attack(name) {
    crowd.take();
    const before = residentMiB();
    let highest = before;
    const watch = setInterval(() => { highest = Math.max(highest, residentMiB()); }, 50);
    const attacker = new Child(name, process.execPath,
        [fileURLToPath(new URL('attacker.mjs', import.meta.url)), name, JSON.stringify({
            port: world.front.port, tlsPort,
            proxies: proxies.map(({ port }) => ({ port, servername: PUBLIC_NAME })),
        })]);
    const tooLong = setTimeout(() => attacker.process.kill('SIGKILL'), 60_000);
    const { code } = await attacker.exited;
    clearTimeout(tooLong);
    clearInterval(watch);
    const latency = crowd.take();
    report(name, [before, highest, residentMiB()], latency, attacker.output.trim().slice(0, 200));
    assert.equal(code, 0, attacker.output);
    assert.ok(highest - before < MOST_GROWTH_MIB, `grew from ${before} to ${highest} MiB`);
    assert.ok(latency.messages === 0 || latency.worst < WORST_MILLISECONDS, 'the honest had to wait');
}

// Rows: S-042
test('before any attack the honest have it quiet', () => undisturbed('before'));

// Rows: H-026, H-027, H-028, H-029, H-030, H-033
test('request smuggling, directly and through nginx and HAProxy', () => attack('smuggling'));

// Rows: H-043, S-042
test('heads without an end', () => attack('headFlood'));

// Rows: H-030, H-031, H-044
test('chunks without an end', () => attack('chunkFlood'));

// Rows: S-040, S-042
test('thousands of requests in one write', () => attack('pipelining'));

// Rows: H-042
test('two hundred heads, a byte at a time', () => attack('slowHead'));

// Rows: H-042
test('two hundred bodies, a byte at a time', () => attack('slowBody'));

// Rows: H-042, S-040
test('clients that ask for much and read nothing', () => attack('slowReader'));

// Rows: H-042, H-045
test('two thousand connections that say nothing', () => attack('halfOpen'));

// Rows: S-010, S-011, S-013
test('entities, depth, names and compression that blow up', () => attack('bombs'));

// Rows: S-003, S-004
test('guessing sids', () => attack('sidGuessing'));

// Rows: B-061, S-041
test('one session after the other', () => attack('sessionFlood'));

// Rows: B-012, H-035, S-046
test('header fields by way of content and Origin', () => attack('contentInjection'));

// Rows: W-020, W-023, W-025, W-026, W-027, W-031, S-033, S-044
test('WebSocket frames that promise, send or repeat too much, and a page of another origin',
     () => attack('webSockets'));

// Rows: S-020, S-040
test('TLS records that are cut off, forged or endless, and another handshake',
     () => attack('tlsAbuse'));

// Rows: H-096, S-040
test('floods of HTTP/2, all kinds at a time, over TLS and in clear', () => attack('http2Floods'));

// Rows: H-042, H-097, W-034
test('WebSockets in HTTP/2 whose answers nobody lets through', () => attack('http2Tunnels'));

// Rows: S-040, S-042
test('afterwards all is as before', async () => {
    await undisturbed('after');
    console.log(whole.map((line) => `# ${line}`).join('\n'));
});
