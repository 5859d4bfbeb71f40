// boshcm probe where all is well: each step is taken and told, with and without TLS and DNS.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { temporaryFolder } from '../support/children.mjs';
import { startDns } from '../support/nsd.mjs';
import { passwordFile, probe, report } from '../support/probe.mjs';
import { DOMAIN, GUEST_DOMAIN, startServer } from '../support/world.mjs';

const authority = new Authority();
const credentials = authority.issue({ names: [DOMAIN, GUEST_DOMAIN] });

const plain = await startServer();
const secure = await startServer({ credentials });
const dns = await startDns({
    [DOMAIN]: [
        `_xmpp-client._tcp 60 IN SRV 5 0 ${secure.port} xmpp`,
        `_xmpps-client._tcp 60 IN SRV 9 0 ${secure.directPort} xmpp`,
        'xmpp 60 IN A 127.0.0.1',
    ],
    [GUEST_DOMAIN]: [
        '_xmpp-client._tcp 60 IN SRV 1 0 1 nowhere',
        `_xmpps-client._tcp 60 IN SRV 2 0 ${secure.directPort} xmpp`,
        'xmpp 60 IN A 127.0.0.1',
    ],
});
const front = await startBoshcm({ domains: { [DOMAIN]: plain.port, [GUEST_DOMAIN]: plain.port } });
const secureFront = await startBoshcm({ domains: { [DOMAIN]: {
    servers: [{ port: secure.port, tls: 'required', 'ca-file': authority.file }] } } });
const password = passwordFile(plain.accounts.alice);
const alice = ['--account', `alice@${DOMAIN}`, '--password-file', password];

after(async () => {
    await secureFront.stop();
    await front.stop();
    await Promise.all([dns.stop(), secure.stop(), plain.stop()]);
});

const LOGIN = ['web url', 'web session', 'web features', 'web login', 'web message-to-native',
               'web message-to-web'];

// Rows: -
test('an account logs in on both ways and a message goes each way', async () => {
    const found = await report(['--config', front.configuration, ...alice]);
    assert.ok(found.ok, found.output);
    assert.deepEqual(found.names, ['native tcp', 'native features', 'native login', ...LOGIN]);
    assert.match(found.step('native', 'login').jid, new RegExp(`^alice@${DOMAIN}/.`));
    assert.match(found.step('web', 'login').jid, new RegExp(`^alice@${DOMAIN}/.`));
    assert.equal(found.step('web', 'login').mechanism, 'SCRAM-SHA-256');
    assert.ok(found.step('native', 'features').mechanisms.includes('SCRAM-SHA-1'));
    assert.equal(found.step('web', 'session').sid.length, 8);
    assert.equal(found.step('web', 'url').status, 200);
    assert.ok(found.steps.every((step) => Number.isInteger(step.ms) && step.ms >= 0));
    assert.equal(found.verdict, 'All steps succeeded.');
});

// Rows: -
test('a guest logs in with ANONYMOUS', async () => {
    const found = await report(['--config', front.configuration, GUEST_DOMAIN, '--anonymous']);
    assert.ok(found.ok, found.output);
    assert.equal(found.step('native', 'login').mechanism, 'ANONYMOUS');
    assert.equal(found.step('web', 'login').mechanism, 'ANONYMOUS');
    assert.ok(found.step('web', 'message-to-web').ok);
});

// Rows: -
test('the server is met by STARTTLS, and its certificate is shown', async () => {
    const found = await report(['--config', secureFront.configuration, ...alice]);
    assert.ok(found.ok, found.output);
    assert.deepEqual(found.names, ['native tcp', 'native starttls', 'native tls', 'native features',
                                   'native login', ...LOGIN]);
    const tls = found.step('native', 'tls');
    assert.equal(tls.version, 'TLSv1.3');
    assert.match(tls.names, new RegExp(DOMAIN));
    assert.match(tls.chain[0], /by CN=Test Authority until /);
    assert.ok(tls.days_left > 300, JSON.stringify(tls));
});

// Rows: -
test('where libstrophe cannot go, the report says so, and all else is looked at', async () => {
    const socket = join(temporaryFolder('socket'), 'c2s');
    const relay = createServer((client) => {
        const onward = connect({ port: plain.port, host: '127.0.0.1' });
        client.pipe(onward).pipe(client);
        for (const end of [client, onward]) end.on('error', () => {});
    });
    await new Promise((resolve) => relay.listen(socket, resolve));
    // Prosody has no port for the PROXY protocol.
    const ways = [[{ host: socket, tls: 'none' }, /knows no Unix sockets$/]];
    if (secure.proxyPort) {
        ways.push([{ port: secure.proxyPort, 'ca-file': authority.file, 'proxy-protocol': 'v2' },
                   /does not know the PROXY protocol$/]);
    }
    for (const [way, why] of ways) {
        const through = await startBoshcm({ domains: { [DOMAIN]: { servers: [way] } } });
        const found = await report(['--config', through.configuration, ...alice]);
        assert.ok(found.ok, found.output);
        assert.match(found.step('native', 'features').login, why);
        assert.match(found.step('native', 'features').login, /^not tried natively: /);
        assert.equal(found.step('native', 'login'), undefined);
        assert.ok(found.step('web', 'login').ok);
        await through.stop();
    }
    relay.close();
});

// Rows: -
test('DNS names the server', async () => {
    const found = await report([DOMAIN, '--dns', dns.server, '--ca-file', authority.file,
                                '--native-only', ...alice]);
    assert.ok(found.ok, found.output);
    assert.deepEqual(found.names, ['native srv', 'native address', 'native tcp', 'native starttls',
                                   'native tls', 'native features', 'native login',
                                   'native message']);
    assert.deepEqual(found.step('native', 'srv').records,
                     [`5 0 xmpp.${DOMAIN}:${secure.port}`,
                      `direct 9 0 xmpp.${DOMAIN}:${secure.directPort}`]);
    assert.deepEqual(found.step('native', 'address').addresses, ['127.0.0.1']);
});

// Rows: -
test('of several servers the first that answers is taken, by direct TLS', async () => {
    const found = await report([GUEST_DOMAIN, '--dns', dns.server, '--ca-file', authority.file,
                                '--anonymous', '--native-only']);
    assert.ok(found.ok, found.output);
    assert.deepEqual(found.step('native', 'tcp').failed_before,
                     [`DNS knows no nowhere.${GUEST_DOMAIN}.`]);
    assert.ok(found.step('native', 'tls').ok);
    assert.equal(found.step('native', 'starttls'), undefined);
});

// Rows: -
test('without an account all is looked at but the login', async () => {
    const { code, output } = await probe(['--config', secureFront.configuration]);
    assert.equal(code, 0, output);
    assert.match(output, /^ok +native tls +\d+ ms .*days_left=\d+/m);
    assert.match(output, /^ok +web +features +\d+ ms /m);
    assert.match(output, /^All steps succeeded; without an account .* no login was tried\.$/m);
    assert.doesNotMatch(output, /login +\d+ ms/);
});

// Rows: -
test('the web alone: a session that writes to itself, its password from standard input', async () => {
    const found = await report(['--url', front.boshUrl, '--web-only', '--account', `alice@${DOMAIN}`,
                                '--password-file', '-'], { input: `${plain.accounts.alice}\n` });
    assert.ok(found.ok, found.output);
    assert.deepEqual(found.names, ['web url', 'web session', 'web features', 'web login',
                                   'web message']);
});

// Rows: -
test('no password is in the output, whatever it is', async () => {
    const secret = plain.accounts.alice;
    const encoded = Buffer.from(`\0alice\0${secret}`).toString('base64');
    for (const extra of [[], ['--json']]) {
        const { output } = await probe(['--config', front.configuration, ...alice, ...extra]);
        assert.ok(!output.includes(secret) && !output.includes(encoded));
    }
});

// Rows: -
test('the command line and the configuration are judged first', async () => {
    for (const args of [[], ['--account', 'alice'], [DOMAIN, '--timeout', 'soon'],
                        [DOMAIN, '--web-only'], ['--config', '/nonexistent/cm.xml'],
                        ['other.example', ...alice], [DOMAIN, '--dns', 'ns.example'],
                        ['--config', front.configuration]]) {
        const { code, output } = await probe(args);
        assert.equal(code, 2, `${args}: ${output}`);
        assert.match(output, /boshcm: |expected/, `${args}`);
    }
});
