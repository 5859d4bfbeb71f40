// The load kit itself: every scenario over every transport, through boshcm to the stub server and
// past it; and against a real server. What it counts must be right; how fast it goes is not asked.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createServer } from 'node:tls';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { UNLIMITED, load, startLoad, startStubServer } from '../support/load.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';

const SESSIONS = 6;

const authority = new Authority();
const NAME = 'front.example';
const certificate = authority.issue({ names: [NAME] });
const [tlsPort, clearPort, http1Port] = [await freePort(), await freePort(), await freePort()];
const front = (port, listeners = []) =>
    startBoshcm({ domains: { [DOMAIN]: port }, ...UNLIMITED, listeners });
const ways = (manager, server) => ({
    bosh: manager.boshUrl, websocket: manager.wsUrl, tcp: `tcp://127.0.0.1:${server.port}`,
});
// HTTP/2 in clear, by prior knowledge.
const http2Ways = { bosh: `http://127.0.0.1:${clearPort}/http-bind`,
                    websocket: `ws://127.0.0.1:${clearPort}/xmpp-websocket` };
const clients = ['--sessions', String(SESSIONS), '--warm-up', '200ms', '--patience', '100s'];
const COUNT = 40; // a run is over when so many have arrived, however long that takes
const counting = ['--count', String(COUNT), '--time', '1h'];

const stub = await startStubServer();
const own = { address: '127.0.0.1', tls: 'own', certificates: [certificate] };
const boshcm = await front(stub.port, [{ ...own, port: tlsPort }, { ...own, port: http1Port, http2: false },
                                       { address: '127.0.0.1', port: clearPort, http2: true }]);
let told = 0; // messages, by the reports
const FIRST = 7;
const accounts = Object.fromEntries(
    Array.from({ length: SESSIONS }, (_, number) => [`u${FIRST + number}`, 'secret']));
const prosody = await startServer({ accounts });
const realFront = await startBoshcm({ domains: { [DOMAIN]: prosody.port,
                                                 [prosody.guestDomain]: prosody.port } });

after(async () => {
    await Promise.all([boshcm.stop(), realFront.stop()]);
    await prosody.stop();
    const counts = await stub.stop();
    assert.equal(counts.bounced, 0);
    assert.ok(counts.messages >= told, `${counts.messages} of ${told}`);
});

function assertGood(report) {
    const words = JSON.stringify(report, null, 1);
    assert.deepEqual(report.errors, {}, words);
    assert.equal(report.missing, 0, words);
    assert.equal(report.ok, true, words);
    assert.equal(report.code, 0, words);
    assert.ok(report.latency_ms === null || report.latency_ms.p50 > 0, words);
    assert.ok(report.latency_ms === null || report.latency_ms.max >= report.latency_ms['p99.9'], words);
    return words;
}

// A storm is over by itself.
const ends = (scenario) =>
    ({ idle: ['--time', '400ms'], storm: ['--time', '1h'] })[scenario] ?? counting;

// What is true of each scenario's counts.
const SCENARIOS = {
    echo: (report) => {
        assert.equal(report.unit, 'messages');
        assert.ok(report.due > 0 && report.arrived >= COUNT);
        // One message goes with each request: the answer to the last one is what it waits for.
        if (report.transport === 'bosh') {
            assert.ok(Math.abs(report.http_requests - report.arrived) <= 2 * SESSIONS);
        }
    },
    rate: (report) => {
        assert.ok(Math.abs(report.due - 200 * report.seconds) <= 1, `${report.due}`);
        assert.ok(report.due > 0 && report.arrived >= COUNT);
    },
    'fan-out': (report) => {
        assert.ok(report.due > 0 && report.arrived >= COUNT);
        assert.equal(report.due % (SESSIONS - 1), 0);
    },
    idle: (report) => {
        assert.equal(report.arrived, 0);
        assert.equal(report.connections, 0);
    },
    churn: (report) => {
        assert.equal(report.unit, 'logins');
        assert.ok(report.due > 0 && report.arrived >= COUNT);
        assert.ok(report.connections > 0);
    },
    storm: (report) => {
        assert.equal(report.unit, 'logins');
        assert.equal(report.due, SESSIONS);
        assert.equal(report.latency_ms.count, SESSIONS);
    },
};

const EACH_WAY = [...Object.entries(ways(boshcm, stub)).map((way) => [...way, []]),
                  ...Object.entries(http2Ways).map((way) => [...way, ['--http2']])];

for (const [scenario, check] of Object.entries(SCENARIOS)) {
    for (const [transport, url, http2] of EACH_WAY) {
        // Rows: -
        test(`${scenario} over ${transport}${http2.length ? ' in HTTP/2' : ''}`, async () => {
            const report = await load([scenario, url, ...http2, ...clients, ...ends(scenario), '--domain', DOMAIN,
                                       '--rate', '200', '--watch', `boshcm=${boshcm.child.pid}`]);
            const words = assertGood(report);
            assert.equal(report.http_version, transport === 'tcp' ? null : http2.length ? '2' : '1.1');
            assert.equal(report.scenario, scenario);
            assert.equal(report.transport, transport);
            assert.equal(report.sessions, SESSIONS);
            if (scenario !== 'churn') assert.equal(report.online, SESSIONS, words);
            check(report);
            if (report.unit === 'messages') told += report.arrived;
            const [generator, manager] = report.processes;
            assert.equal(generator.name, 'generator');
            assert.equal(manager.pid, boshcm.child.pid);
            for (const process of [generator, manager]) {
                assert.ok(process.pss_bytes_steady > 0 && process.cpu_seconds >= 0, words);
            }
            if (transport !== 'tcp' && scenario !== 'idle') assert.ok(manager.cpu_seconds > 0, words);
        });
    }
}

const SECURED = { bosh: `https://127.0.0.1:${tlsPort}/http-bind`, websocket: `wss://127.0.0.1:${tlsPort}/xmpp-websocket` };
const trusting = ['--ca', authority.file, '--server-name', NAME];

// Rows: -
test('every client has its TLS connections, full ones and resumed ones', async () => {
    for (const [transport, url] of Object.entries(SECURED)) {
        const echo = await load(['echo', url, ...clients, ...counting, '--domain', DOMAIN, ...trusting]);
        assertGood(echo);
        assert.equal(echo.transport, transport);
        told += echo.arrived;
        for (const resume of [false, true]) {
            const report = await load(['churn', url, ...clients, ...counting, '--domain', DOMAIN, ...trusting,
                                       ...(resume ? ['--resume'] : [])]);
            const words = assertGood(report);
            assert.ok(report.tls_handshakes >= COUNT - SESSIONS, words); // some began before it
            // Not all may know of a session when they begin.
            assert.ok(resume ? report.tls_resumed > 0 : report.tls_resumed === 0, words);
        }
        for (const resume of [[], ['--resume']]) {
            const report = await load(['handshakes', url, ...clients, ...counting, ...trusting, ...resume]);
            const words = assertGood(report);
            assert.equal(report.unit, 'handshakes');
            assert.ok(report.arrived >= COUNT, words);
            // Who has begun within the time may end behind it.
            assert.ok(Math.abs(report.tls_handshakes - report.arrived) <= SESSIONS, words);
            // The first has nothing to resume, and may be late.
            const full = report.tls_handshakes - report.tls_resumed;
            assert.ok(resume.length ? full <= 1 : report.tls_resumed === 0, words);
        }
        const storm = await load(['storm', url, ...clients, ...ends('storm'), '--domain', DOMAIN, ...trusting]);
        assert.ok(storm.tls_handshakes >= SESSIONS, assertGood(storm));
    }
});

// Rows: -
test('by TLS HTTP/2 is what both agree on, or nothing', async () => {
    const deaf = createServer({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) });
    deaf.on('tlsClientError', () => {}).on('connection', (socket) => socket.on('error', () => {}));
    await once(deaf.listen(0, '127.0.0.1'), 'listening'); // it answers no ALPN
    for (const [transport, url] of Object.entries(SECURED)) {
        const args = (scenario) => [scenario, url, '--http2', ...clients, ...ends(scenario), '--domain', DOMAIN,
                                    ...trusting];
        const echo = await load(args('echo'));
        assertGood(echo);
        told += echo.arrived;
        // Nobody has a second connection.
        const storm = await load(args('storm'));
        assert.equal(storm.connections, SESSIONS, assertGood(storm));
        assert.equal(storm.tls_handshakes, SESSIONS);
        assert.equal(storm.transport, transport);
        const [, to] = args('idle');
        for (const [port, words] of [[http1Port, 'no application protocol (ALPN) in common with the peer'],
                                     [deaf.address().port, 'no HTTP/2']]) {
            const without = await load(['idle', to.replace(tlsPort, port), ...args('idle').slice(2)]);
            assert.deepEqual(without.errors, { [`connect-failed: ${words}`]: SESSIONS });
        }
    }
    deaf.close();
});

// Rows: -
test('a server is taken for what it shows only where that is asked for', async () => {
    for (const url of Object.values(SECURED)) {
        const taken = await load(['idle', url, ...clients, ...ends('idle'), '--domain', DOMAIN, '--insecure']);
        assert.equal(taken.online, SESSIONS, assertGood(taken));
        for (const other of [[], ['--ca', authority.file]]) { // an unknown authority, another name
            const refused = await load(['idle', url, ...clients, ...ends('idle'), '--domain', DOMAIN, ...other]);
            assert.equal(refused.online, 0);
            assert.match(Object.keys(refused.errors).join(), /^connect-failed: .*certificate/);
            assert.equal(refused.code, 1);
        }
    }
});

// Rows: -
test('echo against a real server, with accounts and as guests', async () => {
    const account = ['--user', 'u%d', '--password', 'secret', '--first', String(FIRST)];
    for (const [transport, url] of Object.entries(ways(realFront, prosody))) {
        const report = await load(['echo', url, ...clients, ...counting, '--domain', DOMAIN, ...account]);
        const words = assertGood(report);
        assert.equal(report.transport, transport);
        assert.equal(report.online, SESSIONS, words);
        assert.ok(report.arrived >= COUNT, words);
    }
    const guests = await load(['echo', realFront.boshUrl, ...clients, ...counting, '--domain',
                               prosody.guestDomain]);
    assert.ok(guests.arrived >= COUNT, assertGood(guests));
});

// Rows: -
test('who is refused by the server says so', async () => {
    const refused = await load(['echo', realFront.boshUrl, ...clients, '--domain', DOMAIN, '--user', 'u%d',
                                '--password', 'wrong', '--first', String(FIRST)]);
    assert.deepEqual(refused.errors, { 'login-refused not-authorized': SESSIONS });
    assert.equal(refused.online, 0);
    assert.equal(refused.code, 1);
});

// Rows: -
test('where nobody listens, every client says so', async () => {
    const report = await load(['idle', `http://127.0.0.1:${await freePort()}/`, ...clients]);
    assert.deepEqual(report.errors, { 'connect-failed: Connection refused': SESSIONS });
    assert.equal(report.code, 1);
});

// Rows: -
test('a manager that ends in the middle is an error of every client', async () => {
    for (const transport of ['bosh', 'websocket']) {
        const ending = await front(stub.port);
        const { child, report } = startLoad(['idle', ways(ending, stub)[transport], '--domain', DOMAIN,
                                             '--sessions', String(SESSIONS), '--time', '1h']);
        await child.line(/^boshcm-load: measuring, /);
        await ending.stop();
        child.process.kill('SIGTERM');
        const { code, errors } = await report;
        const counts = Object.values(errors);
        assert.ok(counts.reduce((sum, count) => sum + count, 0) >= SESSIONS, JSON.stringify(errors));
        assert.equal(code, 1);
    }
});
