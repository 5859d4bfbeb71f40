// Real servers that let nobody in without TLS, and a certificate from an authority of the test's own.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, GUEST_DOMAIN, startServer } from '../support/world.mjs';
import { CLOSE, WsClient } from '../support/ws_client.mjs';
import { NS, serialize } from '../support/xml.mjs';

const authority = new Authority();
const credentials = authority.issue({ names: [DOMAIN] });
const server = await startServer({ credentials });
const fronts = [];
const relays = [];

after(async () => {
    await Promise.all(fronts.map((front) => front.stop()));
    for (const relay of relays) relay.close();
    await server.stop();
});

// boshcm with that server, or servers, of the domain.
async function front(servers, more = {}) {
    const started = await startBoshcm({ ...more,
                                        domains: { [DOMAIN]: { servers }, ...more.domains } });
    fronts.push(started);
    return started;
}

async function login(url, user, resource = 'raw', connect = {}) {
    const client = new BoshClient(url, connect);
    await client.login({ domain: DOMAIN, user, password: server.accounts[user], resource });
    return client;
}

// Two users who talk to each other through it.
async function talk(url) {
    const [alice, bob] = [await login(url, 'alice'), await login(url, 'bob')];
    alice.post(`<message to='bob@${DOMAIN}/raw' type='chat'><body>안녕 bob</body></message>`);
    const heard = await bob.message('the message', (each) => /안녕/.test(each.textContent));
    assert.equal(heard.getAttribute('from'), `alice@${DOMAIN}/raw`);
    await Promise.all([alice.terminate(), bob.terminate()]);
}

async function refused(url, to) {
    const answer = await new BoshClient(url).create({ to });
    assert.equal(answer.attribute('sid'), undefined);
    assert.equal(answer.condition, 'remote-connection-failed');
    return answer.payload('text', NS.ours).textContent;
}

// The same URL, for a client at another address of loopback.
async function comingFrom(localAddress, url) {
    const { port } = new URL(url);
    const relay = createServer((client) => {
        const onward = connect({ port, host: '127.0.0.1', localAddress });
        client.pipe(onward).pipe(client);
        for (const end of [client, onward]) end.on('error', () => {});
        client.on('close', () => onward.destroy());
        onward.on('close', () => client.destroy());
    });
    await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
    relays.push(relay);
    return url.replace(port, relay.address().port);
}

// Rows: W-043, W-055
test('a WebSocket shows the stream behind STARTTLS, and nothing of the one before', async () => {
    const { wsUrl } = await front([{ port: server.port, 'ca-file': authority.file }]);
    const client = await WsClient.connect(wsUrl);
    await client.login({ domain: DOMAIN, user: 'alice', password: server.accounts.alice,
                         resource: 'socket' });
    const opened = client.messages.all.filter((each) => each.startsWith('<open '));
    assert.equal(opened.length, 2, 'one for each <open/> of the client');
    assert.ok(!client.messages.all.some((each) => each.includes('starttls')));
    client.send(CLOSE);
    await client.expectClose(1000);
});

// Rows: U-037, U-040, U-043, U-047, U-068, X-008, X-009, S-024, D-35, D-33
test('STARTTLS is what it takes, and nobody has to ask for it', async () => {
    const { boshUrl, child } = await front([{ port: server.port, 'ca-file': authority.file }]);
    const client = new BoshClient(boshUrl);
    await client.create({ to: DOMAIN });
    const features = await client.features();
    assert.equal(features.getElementsByTagNameNS(NS.tls, 'starttls').length, 0);
    const mechanisms = [...features.getElementsByTagNameNS(NS.sasl, 'mechanism')]
        .map((each) => each.textContent);
    assert.ok(mechanisms.includes('SCRAM-SHA-1'), mechanisms.join());
    // It offers channel binding to us, which no client behind us can have a part in.
    if (server.name === 'ejabberd') await child.line(/upstream\.channel-binding-stripped /);
    assert.ok(mechanisms.every((each) => !each.endsWith('-PLUS')), mechanisms.join());
    assert.equal(features.getElementsByTagName('sasl-channel-binding').length, 0);
    await client.terminate();
    await talk(boshUrl);
});

// Rows: U-060, U-065, U-066, D-57
test('strophe.js logs in by SCRAM at a server that would bind channels', async () => {
    const { boshUrl } = await front([{ port: server.port, 'ca-file': authority.file }]);
    const alice = new StropheClient(boshUrl, { mechanisms: ['SCRAM-SHA-1'] });
    await alice.login(`alice@${DOMAIN}/web`, server.accounts.alice);
    assert.equal(alice.mechanism, 'SCRAM-SHA-1');
    await alice.disconnect();
    StropheClient.resetAll();
});

// Rows: S-036
test('whether an account exists cannot be told from how a session begins', async () => {
    const { boshUrl } = await front([{ port: server.port, 'ca-file': authority.file }]);
    const answers = [];
    for (const user of ['alice', 'nobody']) {
        const client = new BoshClient(boshUrl);
        await client.create({ to: DOMAIN, from: `${user}@${DOMAIN}` });
        answers.push([client.creation.condition, serialize(await client.features())]);
        await client.terminate();
    }
    assert.deepEqual(answers[0], answers[1]);
});

// Rows: U-023, U-041, U-042
test('direct TLS, by the name of the domain', async () => {
    const { boshUrl } = await front([{ port: server.directPort, tls: 'direct',
                                       'ca-file': authority.file }]);
    await talk(boshUrl);
});

// Rows: U-043, U-046, B-084, B-311
test('a certificate of another domain is none', async () => {
    const { boshUrl, child } = await front([{ port: server.port, 'ca-file': authority.file }],
        { domains: { [GUEST_DOMAIN]: { servers: [{ port: server.port,
                                                   'ca-file': authority.file }] } } });
    assert.equal(await refused(boshUrl, GUEST_DOMAIN),
                 'the certificate of the server is for another domain');
    await child.line(/upstream\.connect-failed .*domain=guest\.example stage=tls /);
    await talk(boshUrl);
});

// Rows: U-043, U-046, B-084, B-311
test('nobody whom the system trusts vouches for the server', async () => {
    const { boshUrl, child } = await front([{ port: server.port }]);
    assert.equal(await refused(boshUrl, DOMAIN),
                 'nobody trusted vouches for the certificate of the server');
    await child.line(/upstream\.connect-failed .*stage=tls target=127\.0\.0\.1:/);
});

// Rows: U-043
test('a pinned key needs nobody to vouch for it', async () => {
    const pin = credentials.pin();
    const { boshUrl } = await front([{ port: server.port, pin }]);
    await talk(boshUrl);
    const other = await front([{ port: server.port, pin: authority.issue({ names: [DOMAIN] }).pin() }]);
    assert.equal(await refused(other.boshUrl, DOMAIN), 'the server has another key than expected');
});

// Rows: U-031, U-032
test('the next server is used when the first is not there', async () => {
    const { boshUrl, child } = await front([
        { port: await freePort(), priority: 1, 'ca-file': authority.file },
        { port: server.directPort, priority: 2, 'ca-file': authority.file }, // it speaks TLS at once
        { port: server.port, priority: 3, 'ca-file': authority.file },
    ], {});
    await talk(boshUrl);
    await child.line(/upstream\.connect-failed .*stage=connect /);
});

if (server.name === 'ejabberd') {
    for (const version of ['v1', 'v2', 'v2-tls']) {
        // Rows: U-090, U-091, U-092, U-093, U-094, U-096, D-36
        test(`the server is told who the client is: PROXY ${version}`, async () => {
            const { boshUrl } = await front([{ port: server.proxyPort, 'ca-file': authority.file,
                                               'proxy-protocol': version }]);
            const elsewhere = await comingFrom('127.0.0.77', boshUrl);
            const alice = await login(elsewhere, 'alice');
            await server.loginFrom('127.0.0.77');
            await alice.terminate();
        });
    }

    // Rows: U-094, H-067
    test('the server is told what a proxy in front says of the client', async () => {
        const { boshUrl } = await front(
            [{ port: server.proxyPort, 'ca-file': authority.file, 'proxy-protocol': 'v2' }],
            { trusted: ['127.0.0.1'], http: { forwarded: 'x-forwarded-for' } });
        const alice = await login(boshUrl, 'alice', 'raw',
                                  { headers: { 'X-Forwarded-For': '198.51.100.7' } });
        await server.loginFrom('198.51.100.7');
        await alice.terminate();
    });
}
