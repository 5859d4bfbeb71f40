// How servers are reached where the operator has more to say of it: with a certificate of our own,
// and from addresses of our own.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { WORKERS, startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { Child } from '../support/children.mjs';
import { startDns } from '../support/nsd.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS, child } from '../support/xml.mjs';

const [STARTTLS, DIRECT, FOUND, UNKNOWN, SPREAD, NOT_OURS, RETURNED] =
    ['starttls', 'direct', 'found', 'unknown', 'spread', 'not-ours', 'returned']
        .map((name) => `${name}.example`);
const SOURCES = ['127.0.0.21', '127.0.0.22', '127.0.0.23'];
const SASL2 = "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>EXTERNAL</mechanism>" +
    '<mechanism>SCRAM-SHA-1</mechanism></authentication>';

const authority = new Authority();
const good = authority.issue({ names: [STARTTLS, DIRECT, FOUND, UNKNOWN] });
const ours = authority.issue({ cn: 'boshcm' });
const shown = { 'client-chain': ours.certificate, 'client-key': ours.key };

// Whoever shows no certificate of that authority gets no further than the handshake.
const wanted = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.file) };
const inside = [];
async function demanding(stream) {
    inside.push(stream);
    await stream.open({ features: `<mechanisms xmlns='${NS.sasl}'><mechanism>EXTERNAL</mechanism>` +
        `<mechanism>PLAIN</mechanism></mechanisms>${SASL2}` });
}
const starttls = await ScriptedServer.start(async (stream) =>
    demanding(await stream.startTls(good, wanted)));
const direct = await ScriptedServer.start((stream) => demanding(stream.secure(good, wanted)));
const plain = await ScriptedServer.start((stream) => stream.open());
const dns = await startDns({
    [FOUND]: [`_xmpps-client._tcp 60 IN SRV 1 0 ${direct.port} a`, 'a 60 IN A 127.0.0.1'],
});

const tls = { 'ca-file': authority.file };
const front = await startBoshcm({
    domains: {
        [STARTTLS]: { servers: [{ port: starttls.port, ...tls, ...shown }] },
        [DIRECT]: { servers: [{ port: direct.port, tls: 'direct', ...tls, ...shown }] },
        [FOUND]: { ...tls, ...shown, source: SOURCES[2] },
        [UNKNOWN]: { servers: [{ port: starttls.port, ...tls }] },
        [SPREAD]: { servers: [{ port: plain.port, tls: 'none', source: SOURCES.join(' ') }] },
        [NOT_OURS]: { servers: [{ port: plain.port, tls: 'none', source: '203.0.113.7' }] },
        [RETURNED]: { servers: [{ port: plain.port, tls: 'none',
                                  source: `203.0.113.7 ${SOURCES[0]}` }] },
    },
    upstream: { 'name-servers': dns.server },
});

after(async () => {
    await front.stop();
    await Promise.all([starttls, direct, plain].map((each) => each.stop({ lenient: true })));
    await dns.stop();
});

for (const [what, domain] of [['STARTTLS', STARTTLS], ['direct TLS', DIRECT],
                              ['direct TLS where DNS says', FOUND]]) {
    // Rows: U-048, S-034
    test(`a server that wants a certificate gets ours: ${what}`, async () => {
        const client = new BoshClient(front.boshUrl);
        await client.create({ to: domain });
        assert.equal(inside.at(-1).socket.getPeerCertificate().subject.CN, 'boshcm');
        // ... which vouches for nobody behind us.
        const features = await client.features();
        const named = (namespace) => [...features.getElementsByTagNameNS(namespace, 'mechanism')]
            .map((each) => each.textContent);
        assert.deepEqual(named(NS.sasl), ['PLAIN']);
        assert.deepEqual(named('urn:xmpp:sasl:2'), ['SCRAM-SHA-1']);
        const answer = await client.send(`<auth xmlns='${NS.sasl}' mechanism='EXTERNAL'>=</auth>`);
        const failure = answer.payload('failure', NS.sasl);
        assert.ok(failure && child(failure, 'invalid-mechanism'), String(answer));
        client.post(`<auth xmlns='${NS.sasl}' mechanism='PLAIN'>AGEAYg==</auth>`);
        assert.equal((await inside.at(-1).element()).getAttribute('mechanism'), 'PLAIN');
        await client.terminate();
    });
}

// Rows: U-048, B-084, B-311
test('a server that wants a certificate, and there is none to show', async () => {
    const answer = await new BoshClient(front.boshUrl).create({ to: UNKNOWN });
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.equal(answer.attribute('sid'), undefined);
    assert.equal(answer.payload('text', NS.ours).textContent,
                 'the server lets only some hosts connect');
    await front.child.line(/connect-failed .*=unknown\.example .*"the peer wants a certificate of ours"/);
});

// Rows: -
test('a key of another certificate is told by boshcm check', async () => {
    const other = authority.issue({ cn: 'other' });
    const config = front.configuration.replace(/cm\.xml$/, 'broken.xml');
    writeFileSync(config, readFileSync(front.configuration, 'utf8')
        .replaceAll(ours.key, other.key));
    const check = new Child('check', process.env.BOSHCM, ['check', '--config', config]);
    const { code } = await check.exited;
    assert.equal(code, 2, check.output);
    assert.match(check.output, new RegExp(`broken\\.xml:\\d+: <server client-chain=.*: found ` +
        `${other.key}: a key that does not belong to the certificate`));
});

async function sessions(domain, count) {
    const clients = Array.from({ length: count }, () => new BoshClient(front.boshUrl));
    await Promise.all(clients.map((client) => client.create({ to: domain })));
    return clients;
}

// Rows: -
test('many sessions leave from all the addresses that are given', async () => {
    const before = plain.streams.all.length;
    const clients = await sessions(SPREAD, 30);
    const from = plain.streams.all.slice(before).map((each) => each.socket.remoteAddress);
    assert.equal(from.length, 30);
    for (const source of SOURCES) {
        // Each worker takes them in turn.
        const unevenness = from.filter((each) => each === source).length - 10;
        assert.ok(Math.abs(unevenness) < WORKERS, from.join(' '));
    }
    await Promise.all(clients.map((client) => client.terminate()));
});

// Rows: -
test('those of servers that DNS names leave from the address of the domain', async () => {
    const [client] = await sessions(FOUND, 1);
    assert.equal(direct.streams.all.at(-1).socket.remoteAddress, SOURCES[2]);
    await client.terminate();
});

// Rows: B-084, B-311
test('an address that is not of this host', async () => {
    const answer = await new BoshClient(front.boshUrl).create({ to: NOT_OURS });
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.equal(answer.payload('text', NS.ours).textContent, 'the server could not be reached');
    await front.child.line(/upstream\.connect-failed .*domain=not-ours\.example .*a source address is not one of this host/);

    const [client] = await sessions(RETURNED, 1); // the others are used
    assert.equal(plain.streams.all.at(-1).socket.remoteAddress, SOURCES[0]);
    await client.terminate();
});
