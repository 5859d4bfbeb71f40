// Servers whose TLS is wrong in every way that a client may meet: none gets a word of a session.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createSecureContext } from 'node:tls';

import { WORKERS, startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { FEATURES, ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const DOMAIN = 'tls.example';
const DIRECT = 'direct.example';
const OPTIONAL = 'optional.example';
const RESUMED = 'resumed.example';
const NOT_RESUMED = 'not-resumed.example';

const authority = new Authority();
const good = authority.issue({ names: [DOMAIN, DIRECT, OPTIONAL, RESUMED] });
const stranger = new Authority().issue({ names: [DOMAIN] });

let script = async () => {};
const server = await ScriptedServer.start((stream) => script(stream));
const front = await startBoshcm({
    domains: Object.fromEntries([[DOMAIN, 'required'], [DIRECT, 'direct'], [OPTIONAL, 'optional'],
                                 [RESUMED, 'required'], [NOT_RESUMED, 'required']]
        .map(([name, tls]) => [name, { servers: [{ port: server.port, tls,
                                                   'ca-file': authority.file }] }])),
    upstream: { 'tls-timeout': '5s' },
});

after(async () => {
    await front.stop();
    await server.stop({ lenient: true });
});

// What a web client is told, and what the log says.
async function failure(then, to = DOMAIN) {
    let stream;
    script = async (each) => { stream = each; await then(each); };
    const answer = await new BoshClient(front.boshUrl).create({ to });
    assert.equal(answer.condition, 'remote-connection-failed');
    assert.equal(answer.attribute('sid'), undefined);
    assert.ok(!answer.payload('features', NS.stream));
    const text = answer.payload('text', NS.ours).textContent;
    const line = await front.child.line(/upstream\.connect-failed /);
    await stream.closed;
    return { text, line, stream };
}

const CERTIFICATES = {
    'a certificate of last year': [authority.issue({ names: [DOMAIN], expired: true }),
                                   'the certificate of the server is expired'],
    'a certificate of another domain': [authority.issue({ names: ['other.example'] }),
                                        'the certificate of the server is for another domain'],
    'a certificate with the domain in its CN only': [
        authority.issue({ cn: DOMAIN }), 'the certificate of the server is for another domain'],
    'a wildcard one level too high': [authority.issue({ names: ['*.example.tls.example'] }),
                                      'the certificate of the server is for another domain'],
    'a certificate that a stranger signed': [
        stranger, 'nobody trusted vouches for the certificate of the server'],
};

for (const [what, [credentials, expected]] of Object.entries(CERTIFICATES)) {
    // Rows: U-043, U-044, U-045, U-046, B-084, B-311
    test(`${what}`, async () => {
        const { text, line, stream } = await failure((each) => each.startTls(credentials));
        assert.equal(text, expected);
        assert.match(line, /stage=tls /);
        assert.doesNotMatch(stream.bytes, /<auth/);
    });
}

// Rows: U-037, U-040, U-041, U-044, U-006
test('a certificate for the service by SRV-ID will do, and a new stream begins', async () => {
    const credentials = authority.issue({ srv: [`_xmpp-client.${DOMAIN}`] });
    let inside;
    script = async (each) => {
        inside = await each.startTls(credentials);
        await inside.open();
    };
    const client = new BoshClient(front.boshUrl);
    await client.create({ to: DOMAIN, from: `alice@${DOMAIN}` });
    assert.ok((await client.features()).getElementsByTagNameNS(NS.sasl, 'mechanism').length > 0);
    const outside = server.streams.all.at(-1);
    assert.doesNotMatch(outside.bytes, /alice/);
    assert.match(inside.bytes, new RegExp(`^<\\?xml version='1.0'\\?><stream:stream .*from='alice@${DOMAIN}'`));
    assert.equal(inside.socket.servername, DOMAIN);
    assert.equal(inside.socket.alpnProtocol, false); // U-042: none with STARTTLS
    await client.terminate();
});

// Rows: U-049
test('who has been there before resumes, and is still who it was', async () => {
    const secureContext = createSecureContext({ key: readFileSync(good.key),
                                                cert: readFileSync(good.certificate) });
    const resumed = [];
    script = async (each) => {
        const inside = await each.startTls(good, { secureContext });
        await inside.open();
        resumed.push(inside.socket.isSessionReused());
    };
    // Once more than there are workers, for each has been there by itself.
    for (let time = 0; time <= WORKERS; ++time) {
        const client = new BoshClient(front.boshUrl);
        await client.create({ to: RESUMED });
        assert.ok(await client.features());
        await client.terminate();
    }
    assert.equal(resumed[0], false);
    assert.ok(resumed.includes(true), resumed.join(' '));
    // At the same server, what was verified for one domain is nothing for another.
    const { text } = await failure((each) => each.startTls(good, { secureContext }), NOT_RESUMED);
    assert.equal(text, 'the certificate of the server is for another domain');
});

// Rows: U-041, U-042
test('direct TLS says what it is for', async () => {
    let inside;
    script = async (each) => {
        inside = each.secure(good, { ALPNProtocols: ['xmpp-client'] });
        await inside.open();
    };
    const client = new BoshClient(front.boshUrl);
    await client.create({ to: DIRECT });
    assert.equal(inside.socket.servername, DIRECT);
    assert.equal(inside.socket.alpnProtocol, 'xmpp-client');
    await client.terminate();
});

// Rows: U-038
test('a server without STARTTLS', async () => {
    const { text, line } = await failure((each) => each.open());
    assert.equal(text, 'the server does not offer encryption');
    assert.match(line, /stage=starttls /);
});

// Rows: U-036
test('a server without STARTTLS, where that is allowed', async () => {
    script = (each) => each.open().catch(() => {});
    const client = new BoshClient(front.boshUrl);
    await client.create({ to: OPTIONAL });
    assert.ok(await client.features());
    await client.terminate();
});

// Rows: U-010, U-038
test('a server too old for features', async () => {
    const { text } = await failure(async (each) => {
        await each.header();
        each.write(`<stream:stream xmlns='${NS.client}' xmlns:stream='${NS.stream}' id='1'>`);
    });
    assert.equal(text, 'the server does not offer encryption');
});

// Rows: U-038
test('a server that refuses after all', async () => {
    const { text } = await failure(async (each) => {
        await each.open({ features: FEATURES.starttls });
        await each.element();
        each.write(`<failure xmlns='${NS.tls}'/></stream:stream>`);
    });
    assert.equal(text, 'the server refused to encrypt the connection');
});

// Rows: U-039
test('somebody on the way who adds words of his own to <proceed/>', async () => {
    const { text, line } = await failure((each) => each.startTls(good, {
        injected: "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" +
            '<mechanism>PLAIN</mechanism></mechanisms></stream:features>',
    }));
    assert.equal(text, 'the server went on in clear after agreeing to encrypt');
    assert.match(line, /stage=starttls /);
});

// Rows: U-047
test('TLS of the last century', async () => {
    const { text, line } = await failure((each) => each.startTls(good, {
        minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0',
    }));
    assert.equal(text, 'the encryption of the server is too old');
    assert.match(line, /stage=tls /);
});

// Rows: U-032, B-311
test('plain words where TLS was to begin', async () => {
    const { line } = await failure((each) => each.write('220 mail.example ESMTP\r\n'), DIRECT);
    assert.match(line, /stage=tls /);
});

// Rows: U-030, B-311
test('a handshake that never ends', async () => {
    const { text, line } = await failure(async (each) => {
        await each.open({ features: FEATURES.starttls });
        await each.element();
        each.write(`<proceed xmlns='${NS.tls}'/>`);
    });
    assert.equal(text, 'the server did not answer in time');
    assert.match(line, /stage=tls /);
});

// Rows: U-062, U-063
test('SASL2 inside of TLS: success, features, no restart', async () => {
    let inside;
    script = async (each) => {
        inside = await each.startTls(good);
        await inside.open({ features: "<authentication xmlns='urn:xmpp:sasl:2'>" +
            '<mechanism>PLAIN</mechanism><inline/></authentication>' });
        await inside.element();
        inside.write("<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" +
            `alice@${DOMAIN}/web</authorization-identifier></success>` +
            '<stream:features><sm xmlns="urn:xmpp:sm:3"/></stream:features>');
    };
    const client = new BoshClient(front.boshUrl);
    await client.create({ to: DOMAIN });
    assert.ok((await client.features()).getElementsByTagNameNS('urn:xmpp:sasl:2',
                                                               'authentication').length);
    const answer = await client.send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>" +
        '<initial-response>AGFsaWNlAHg=</initial-response></authenticate>');
    assert.ok(answer.payload('success', 'urn:xmpp:sasl:2'), String(answer));
    assert.equal(inside.bytes.match(/<stream:stream/g).length, 1);
    await client.terminate();
});
