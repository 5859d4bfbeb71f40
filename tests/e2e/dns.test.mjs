// Servers found by DNS: a real name server, and servers that are where it says, or only seem to be.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { startDns } from '../support/nsd.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const names = ['two.example', 'many.example', 'direct.example', 'none.example', 'foreign.example'];
const authority = new Authority();
const good = authority.issue({ names });
const startTls = (stream) => stream.startTls(good).then((inside) => inside.open());
const starttls = await ScriptedServer.start(startTls);
const backup = await ScriptedServer.start(startTls);
const direct = await ScriptedServer.start((stream) => stream.secure(good).open());
const SRV = '_xmpp-client._tcp 60 IN SRV';
const SRVS = '_xmpps-client._tcp 60 IN SRV';
const deadPort = await freePort();
const dns = await startDns({
    'two.example': [`${SRV} 1 0 ${starttls.port} a`, `${SRV} 2 0 ${backup.port} b`,
                    'a 60 IN A 127.0.0.1', 'b 60 IN A 127.0.0.1'],
    // Nobody listens there, but on the last.
    'many.example': [`${SRV} 1 0 ${starttls.port} a`, `${SRV} 2 0 ${backup.port} b`,
                     ...[9, 10, 11, 1].map((last) => `a 60 IN A 127.0.0.${last}`),
                     'b 60 IN A 127.0.0.1'],
    'dead.example': [`${SRV} 1 0 ${deadPort} a`, 'a 60 IN A 127.0.0.1'],
    'direct.example': [`${SRVS} 1 0 ${direct.port} a`, `${SRV} 2 0 ${starttls.port} a`,
                       'a 60 IN A 127.0.0.1'],
    'none.example': [`${SRV} 0 0 0 .`, '@ 60 IN A 127.0.0.1'],
    'bare.example': ['@ 60 IN A 127.0.0.1'],
    // What somebody would publish who wants to see what is behind us.
    'evil.example': ['@ 60 IN A 127.0.0.1',
                     `_xmpp-client._tcp.srv 60 IN SRV 0 0 ${starttls.port} localhost.`,
                     `_xmpp-client._tcp.name 60 IN SRV 0 0 ${starttls.port} target`,
                     `_xmpps-client._tcp.direct 60 IN SRV 0 0 ${direct.port} target`,
                     'target 60 IN A 127.0.0.1', 'v6 60 IN AAAA ::1', 'private 60 IN A 10.0.0.1',
                     'mapped 60 IN AAAA ::ffff:127.0.0.1', 'link 60 IN A 169.254.169.254',
                     'any 60 IN A 0.0.0.0', `_xmpp-client._tcp.any 60 IN SRV 0 0 ${starttls.port} any`,
                     `_xmpp-client._tcp.mapped 60 IN SRV 0 0 ${starttls.port} mapped`,
                     'nat64 60 IN AAAA 64:ff9b::7f00:1'],
});
const listed = ['two.example', 'many.example', 'dead.example', 'direct.example', 'none.example',
                'bare.example'];
const front = await startBoshcm({
    domains: { ...Object.fromEntries(listed.map((name) => [name, { 'ca-file': authority.file }])),
               '*': {} },
    origins: ['https://chat.example'],
    websocketOrigins: ['https://chat.example'],
    upstream: { 'name-servers': dns.server },
});
const servers = [starttls, backup, direct];

after(async () => {
    await front.stop();
    await Promise.all(servers.map((server) => server.stop({ lenient: true })));
    await dns.stop();
});

const connections = () => servers.map((server) => server.streams.all.length);

// How many connections each of the servers got for one session.
async function served(to) {
    const before = connections();
    const client = new BoshClient(front.boshUrl);
    const answer = await client.create({ to });
    assert.ok(answer.attribute('sid'), String(answer));
    await client.terminate();
    return connections().map((count, index) => count - before[index]);
}

async function refused(to, condition = 'remote-connection-failed') {
    const before = connections();
    const answer = await new BoshClient(front.boshUrl).create({ to });
    assert.equal(answer.condition, condition, to);
    assert.deepEqual(connections(), before, `${to} led to a server`);
    return answer.payload('text', NS.ours)?.textContent;
}

// Rows: U-020, U-024, U-037, U-043
test('the record of the lowest priority names the server, the domain its certificate', async () => {
    assert.deepEqual(await served('two.example'), [1, 0, 0]);
});

// Rows: U-028
test('all addresses of a host are tried before the next record', async () => {
    for (let time = 0; time < 4; ++time) { // the name server turns their order
        assert.deepEqual(await served('many.example'), [1, 0, 0]);
    }
});

// Rows: U-022, U-023
test('a record of direct TLS is used with direct TLS', async () => {
    assert.deepEqual(await served('direct.example'), [0, 0, 1]);
});

// Rows: U-025, B-311
test('a domain that says it has no service', async () => {
    assert.equal(await refused('none.example'), 'this domain has no service for clients');
    await front.child.line(/upstream\.connect-failed .*domain=none\.example stage=look-up /);
});

// Rows: U-027, U-030
test('a domain without records is tried at its own address', async () => {
    const text = await refused('bare.example'); // unless somebody has an XMPP server at port 5222
    assert.match(text, /the server /);
    await front.child.line(/upstream\.connect-failed .*domain=bare\.example stage=\S+ target=bare\.example:5222 /);
});

// Rows: B-311
test('a domain whose server is not there', async () => {
    assert.equal(await refused('dead.example'), 'the server refused the connection');
});

for (const name of ['evil.example', 'srv.evil.example', 'name.evil.example', 'direct.evil.example',
                    'v6.evil.example', 'private.evil.example', 'mapped.evil.example',
                    'link.evil.example', 'any.evil.example', 'nat64.evil.example']) {
    // Rows: S-030
    test(`${name} is no way into this network`, async () => {
        assert.equal(await refused(name), 'the server of this domain is not to be reached from here');
        await front.child.line(new RegExp(`upstream\\.connect-failed .*domain=${name} `));
    });
}

// Rows: S-030, U-021
test('an address, or a name without a dot, is no foreign domain', async () => {
    for (const to of ['127.0.0.1', '[::1]', '192.0.2.1', 'localhost', '2130706433', '0x7f000001']) {
        await refused(to, 'host-unknown');
    }
});

// Rows: S-030
test('route chooses nothing for a foreign domain', async () => {
    const before = connections();
    const answer = await new BoshClient(front.boshUrl).create({
        to: 'evil.example', route: `xmpp:127.0.0.1:${starttls.port}` });
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.deepEqual(connections(), before);
});

// Rows: U-031, U-032
test('the second record is used when the first server is gone', async () => {
    await starttls.stop({ lenient: true });
    assert.deepEqual(await served('two.example'), [0, 1, 0]);
});
