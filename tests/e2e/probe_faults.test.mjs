// Broken set-ups, each built with real servers as operators break them: boshcm probe names what is
// wrong, says what to change and exits with 1.
import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort } from '../support/children.mjs';
import { startDns } from '../support/nsd.mjs';
import { passwordFile, probe, report } from '../support/probe.mjs';
import { FEATURES, ScriptedServer } from '../support/scripted_server.mjs';
import { DOMAIN, GUEST_DOMAIN, startServer } from '../support/world.mjs';

const RETIRED = 'retired.example';
const UNREACHABLE = 'unreachable.example';
const authority = new Authority();
const good = authority.issue({ names: [DOMAIN] });
const server = await startServer();
const unused = await freePort();
const front = await startBoshcm({
    domains: { [DOMAIN]: server.port, [GUEST_DOMAIN]: server.port, [UNREACHABLE]: unused },
    retired: [RETIRED],
});

const ends = [];
after(async () => {
    for (const end of ends.reverse()) await end();
    await front.stop();
    await server.stop();
});

// What the probe finds wrong with `domain` at a server on `port`: the first step that failed.
async function nativeFault(port, { tls = 'required', domain = DOMAIN, args = [],
                                   ca = authority.file } = {}) {
    const broken = await startConfiguration({ [domain]: {
        servers: [{ port, tls, ...(tls === 'none' ? {} : { 'ca-file': ca }) }] } });
    return fault(['--config', broken, domain, '--native-only', ...args]);
}

// A configuration file that no boshcm runs with.
async function startConfiguration(domains) {
    const boshcm = await startBoshcm({ domains });
    await boshcm.stop();
    return boshcm.configuration;
}

async function fault(args, options) {
    const found = await report([...args, '--timeout', '4s'], options);
    assert.equal(found.code, 1, found.output);
    const step = found.steps.find((each) => !each.ok);
    assert.equal(found.problem, step.problem);
    assert.equal(found.verdict, `${step.sentence} ${step.advice}`);
    return step;
}

function is(step, name, problem, sentence, advice) {
    assert.equal(step.problem, problem, JSON.stringify(step));
    assert.equal(`${step.way} ${step.name}`, name);
    assert.match(step.sentence, sentence);
    assert.match(step.advice, advice);
}

async function scripted(script) {
    const started = await ScriptedServer.start(script);
    ends.push(() => started.stop({ lenient: true }));
    return started.port;
}

// Rows: -
test('the wrong port: nothing listens there', async () => {
    is(await nativeFault(unused), 'native tcp', 'connection-refused',
       new RegExp(`^Nothing listens at 127\\.0\\.0\\.1:${unused}\\.$`), /correct the port/);
});

// Rows: -
test('a server that wants a certificate of ours', async () => {
    const wants = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.file) };
    const port = await scripted(async (stream) => (await stream.startTls(good, wants)).open());
    is(await nativeFault(port), 'native features', 'tls-alert',
       /breaks TLS off: the peer refused with alert 116, certificate required/, /client-chain/);

    const ours = authority.issue({ cn: 'boshcm' });
    const config = await startConfiguration({ [DOMAIN]: { servers: [{
        port, 'ca-file': authority.file,
        'client-chain': ours.certificate, 'client-key': ours.key }] } });
    const found = await report(['--config', config, DOMAIN, '--native-only']);
    assert.ok(found.ok, found.output);
});

// Rows: -
test('a port that belongs to another service', async () => {
    const ssh = await scripted((stream) => stream.write('SSH-2.0-OpenSSH_9.2\r\n'));
    is(await nativeFault(ssh), 'native starttls', 'not-xmpp',
       /no XMPP server: it said "SSH-2\.0-OpenSSH_9\.2"\.$/, /usually 5222/);
});

// Rows: -
test('a web server in place of the XMPP server', async () => {
    const web = await listen(createHttpServer());
    is(await nativeFault(web, { tls: 'none' }), 'native features', 'not-xmpp',
       /it said "HTTP\/1\.1 400 Bad Request"/, /Correct the port/);
});

// Rows: -
test('a blackhole: connections are taken and nobody speaks', async () => {
    const hole = await scripted(() => {});
    is(await nativeFault(hole), 'native starttls', 'no-answer', /says nothing/, /PROXY protocol/);
});

// Rows: -
test('a server that closes without a word', async () => {
    const port = await scripted((stream) => stream.end());
    is(await nativeFault(port), 'native starttls', 'connection-closed', /without a word/, /log/);
});

// Rows: -
test('STARTTLS is missing', async () => {
    is(await nativeFault(server.port), 'native starttls', 'starttls-missing',
       /does not offer STARTTLS/, /Give the server a certificate for chat\.example/);
});

// Rows: -
test('STARTTLS is refused', async () => {
    const port = await scripted(async (stream) => {
        await stream.open({ features: FEATURES.starttls });
        await stream.element();
        stream.write("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>");
    });
    is(await nativeFault(port), 'native starttls', 'starttls-refused', /then refuses it/,
       /cannot read its certificate/);
});

// Rows: -
test('the server does not serve the domain', async () => {
    is(await nativeFault(server.port, { tls: 'none', domain: 'absent.example' }),
       'native features', 'domain-not-on-server', /does not serve absent\.example/, /hosts/);
});

const CERTIFICATES = [
    ['expired', 'certificate-expired', authority.issue({ names: [DOMAIN], expired: true }),
     /expired on \d{4}-12-31/, /Renew/],
    ['not yet valid', 'certificate-not-yet-valid',
     authority.issue({ names: [DOMAIN], early: true }), /not valid before \d{4}-01-01/, /clock/],
    ['for another name', 'certificate-wrong-name', authority.issue({ names: ['other.example'] }),
     /is for other\.example, not for chat\.example/, /alternative names/],
    ['of an unknown CA', 'certificate-unknown-issuer', new Authority().issue({ names: [DOMAIN] }),
     /Nobody trusted vouches/, /ca-file/],
    ['signed by itself', 'certificate-self-signed',
     authority.issueSelfSigned({ names: [DOMAIN] }), /signed by itself/, /pin or ca-file/],
];

for (const [what, problem, credentials, sentence, advice] of CERTIFICATES) {
    // Rows: U-043, U-046
    test(`a certificate of the server that is ${what}`, async () => {
        const port = await scripted((stream) => stream.startTls(credentials));
        is(await nativeFault(port), 'native tls', problem, sentence, advice);
    });
}

// Rows: -
test('TLS that is too old', async () => {
    const port = await scripted((stream) => stream.startTls(good, {
        minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
    is(await nativeFault(port), 'native tls', 'tls-version-too-old', /too old/, /TLS 1\.2 or 1\.3/);
});

// Rows: -
test('a port for STARTTLS where TLS from the first byte is expected, and the other way round',
     async () => {
    is(await nativeFault(server.port, { tls: 'direct' }), 'native tls', 'tls-not-spoken',
       /does not speak TLS/, /"direct" is for ports/);
    const alert = Buffer.from([0x15, 0x03, 0x01, 0, 2, 2, 70]); // as OpenSSL answers plain text
    const port = await scripted((stream) => stream.socket.end(alert));
    is(await nativeFault(port), 'native starttls', 'tls-expected', /TLS from the first byte/,
       /tls="direct"/);
});

// Rows: -
test('the file of trusted CAs cannot be read', async () => {
    const port = await scripted((stream) => stream.startTls(good));
    const dns = await startDns({ [DOMAIN]: [`_xmpp-client._tcp 60 IN SRV 0 0 ${port} xmpp`,
                                            'xmpp 60 IN A 127.0.0.1'] });
    ends.push(() => dns.stop());
    is(await fault([DOMAIN, '--dns', dns.server, '--ca-file', '/nonexistent/ca.pem']),
       'native tls', 'ca-file-unreadable', /not usable/, /readable/);
});

// Rows: U-025
test('what DNS can say wrong', async (t) => {
    const dns = await startDns({
        'none.example': ['_xmpp-client._tcp 60 IN SRV 0 0 0 .'],
        'dangling.example': ['_xmpp-client._tcp 60 IN SRV 0 0 5222 gone'],
        'empty.example': ['_xmpp-client._tcp 60 IN SRV 0 0 5222 mail', 'mail 60 IN TXT "none"'],
        'dead.example': [`_xmpp-client._tcp 60 IN SRV 0 0 ${unused} xmpp`,
                         'xmpp 60 IN A 127.0.0.1'],
        'web.example': [`_xmpp-client._tcp 60 IN SRV 0 0 ${await listen(createHttpServer())} xmpp`,
                        'xmpp 60 IN A 127.0.0.1'],
        'example': ['@ 60 IN A 127.0.0.1'],
        'servfail.example': [],
    });
    ends.push(() => dns.stop());
    const asked = (domain) => fault([domain, '--dns', dns.server]);
    await t.test('no such domain', async () => {
        is(await asked('nowhere.example'), 'native address', 'domain-not-found',
           /DNS knows no nowhere\.example/, /spelling/);
    });
    await t.test('the SRV target "."', async () => {
        is(await asked('none.example'), 'native srv', 'service-not-offered',
           /none\.example offers no XMPP service/, /_xmpp-client\._tcp\.none\.example/);
    });
    await t.test('an SRV target that does not exist', async () => {
        is(await asked('dangling.example'), 'native address', 'domain-not-found',
           /DNS knows no gone\.dangling\.example/, /spelling/);
    });
    await t.test('an SRV target without an address', async () => {
        is(await asked('empty.example'), 'native address', 'no-address',
           /^mail\.empty\.example has no address/, /A or AAAA record/);
    });
    await t.test('an SRV target that cannot be reached', async () => {
        is(await asked('dead.example'), 'native tcp', 'connection-refused',
           new RegExp(`Nothing listens at xmpp\\.dead\\.example:${unused}`), /SRV record/);
    });
    await t.test('an SRV record to a port that is no XMPP', async () => {
        is(await asked('web.example'), 'native starttls', 'not-xmpp', /HTTP\/1\.1 400/,
           /SRV record/);
    });
    await t.test('a zone that is broken', async () => {
        is(await asked('servfail.example'), 'native address', 'dns-failed', /no answer about/,
           /name servers/);
    });
});

const alice = (password) => ['--account', `alice@${DOMAIN}`, '--password-file',
                             passwordFile(password)];

for (const way of ['native', 'web']) {
    // Rows: -
    test(`${way}: a wrong password`, async () => {
        is(await fault(['--config', front.configuration, ...alice('wrong'), `--${way}-only`]),
           `${way} login`, 'credentials-refused', /does not exist, or the password is wrong/,
           /password file/);
    });

    // Rows: -
    test(`${way}: an account that does not exist`, async () => {
        const args = ['--account', `nobody@${DOMAIN}`, '--password-file', '-', `--${way}-only`];
        is(await fault(['--config', front.configuration, ...args], { input: 'secret\n' }),
           `${way} login`, 'credentials-refused', /does not exist, or the password is wrong/,
           /account exists/);
    });

    // Rows: -
    test(`${way}: no mechanism that can be used`, async () => {
        is(await fault(['--config', front.configuration, GUEST_DOMAIN, `--${way}-only`,
                        '--account', 'alice', '--password-file', passwordFile('secret')]),
           `${way} features`, 'no-usable-mechanism', /offers only ANONYMOUS/, /SCRAM-SHA-256/);
    });
}

// A web server in boshcm's place; the URL is its.
async function listen(web) {
    await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => { web.closeAllConnections?.(); web.close(resolve); }));
    return web.address().port;
}
const webFault = (url, ...args) => fault([DOMAIN, '--url', url, '--web-only', ...args]);

// Rows: -
test('boshcm is not running', async () => {
    is(await webFault(`http://127.0.0.1:${unused}/http-bind`), 'web url', 'boshcm-not-running',
       /Nothing listens at http:/, /Start boshcm/);
});

// Rows: -
test('boshcm is stopped in its tracks', async () => {
    const port = await listen(createServer((socket) => socket.resume()));
    is(await webFault(`http://127.0.0.1:${port}/http-bind`), 'web url', 'boshcm-no-answer',
       /does not answer in time/, /overloaded/);
});

// Rows: -
test('the host of the URL does not exist', async () => {
    is(await webFault('http://boshcm.invalid/http-bind'), 'web url', 'url-host-not-found',
       /has no address/, /Correct the URL/);
});

// Rows: -
test('the wrong path', async () => {
    is(await webFault(front.boshUrl.replace('/http-bind', '/bosh')), 'web url', 'bosh-path-wrong',
       /HTTP 404/, /bosh\/@path/);
});

const ANSWERS = [
    ['502', 502, '<html><title>502 Bad Gateway</title></html>', {}, 'bad-gateway',
     /HTTP 502.*"502 Bad Gateway"/, /address to which the proxy sends/],
    ['504', 504, '', {}, 'bad-gateway', /HTTP 504/, /read timeout/],
    ['a page of HTML', 200, '<!DOCTYPE html><html><title>Welcome to nginx!</title><body/></html>',
     {}, 'not-bosh', /"Welcome to nginx!"/, /pass this path on/],
    ['a redirection', 301, '', { location: 'https://chat.example/http-bind' }, 'redirected',
     /to https:\/\/chat\.example\/http-bind/, /Use that URL/],
    ['403', 403, 'no entry', {}, 'access-denied', /"no entry"/, /Allow it/],
    ['500', 500, 'oops', {}, 'http-error', /HTTP 500/, /log/],
];

for (const [what, status, body, headers, problem, sentence, advice] of ANSWERS) {
    // Rows: -
    test(`a proxy in front answers ${what}`, async () => {
        const port = await listen(createHttpServer((request, response) => {
            response.writeHead(status, { 'content-type': 'text/html', ...headers });
            response.end(body);
        }));
        is(await webFault(`http://127.0.0.1:${port}/http-bind`), 'web url', problem, sentence,
           advice);
    });
}

const WEB_CERTIFICATES = [
    ['expired', 'certificate-expired', authority.issue({ names: ['localhost'], expired: true })],
    ['not yet valid', 'certificate-not-yet-valid',
     authority.issue({ names: ['localhost'], early: true })],
    ['for another name', 'certificate-wrong-name', authority.issue({ names: ['other.example'] })],
    ['of an unknown CA', 'certificate-unknown-issuer',
     new Authority().issue({ names: ['localhost'] })],
    ['signed by itself', 'certificate-self-signed',
     authority.issueSelfSigned({ names: ['localhost'] })],
];

for (const [what, problem, { key, certificate }] of WEB_CERTIFICATES) {
    // Rows: -
    test(`a certificate of the https URL that is ${what}`, async () => {
        const port = await listen(createHttpsServer({
            key: readFileSync(key), cert: readFileSync(certificate) }));
        is(await webFault(`https://localhost:${port}/http-bind`, '--ca-file', authority.file),
           'web url', problem, /certificate of https:\/\/localhost/, /./);
    });
}

// Rows: -
test('an https URL of a port without TLS, and TLS that is too old', async () => {
    is(await webFault(front.boshUrl.replace('http:', 'https:')), 'web url', 'tls-not-spoken',
       /does not speak TLS/, /use http:/);
    const port = await listen(createHttpsServer({
        key: readFileSync(good.key), cert: readFileSync(good.certificate),
        minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
    is(await webFault(`https://localhost:${port}/http-bind`), 'web url', 'tls-version-too-old',
       /too old/, /TLS 1\.2/);
});

const throughBoshcm = (domain) => fault(['--config', front.configuration, domain, '--web-only']);

// Rows: B-041
test('boshcm does not serve the domain', async () => {
    is(await throughBoshcm('absent.example'), 'web session', 'domain-not-served',
       /does not serve absent\.example/, /<domain name="absent\.example">/);
});

// Rows: B-043
test('the domain is retired', async () => {
    is(await throughBoshcm(RETIRED), 'web session', 'domain-retired', /is gone/, /retired/);
});

// Rows: B-311
test("boshcm's server cannot be reached", async () => {
    is(await throughBoshcm(UNREACHABLE), 'web session', 'server-unreachable',
       /cannot connect to the server of unreachable\.example/, /upstream\.connect-failed/);
});

// Rows: -
test('messages that the server swallows or returns', async () => {
    let answer = () => {};
    const port = await scripted(async (stream) => {
        await stream.login(DOMAIN);
        const message = await stream.element();
        stream.write(answer(message) ?? '');
    });
    const configuration = await startConfiguration({ [DOMAIN]: port });
    const asked = () => fault(['--config', configuration, ...alice('any'), '--native-only']);
    is(await asked(), 'native message', 'message-lost', /did not arrive/, /filters/);
    answer = (message) => `<message type='error' id='${message.getAttribute('id')}'/>`;
    is(await asked(), 'native message', 'message-returned', /returned a message/, /to itself/);
});

// Rows: -
test('in words: the failed step, its sentence, and what to change at the end', async () => {
    const { code, output } = await probe(['--url', `http://127.0.0.1:${unused}/http-bind`,
                                          '--web-only', DOMAIN]);
    assert.equal(code, 1);
    assert.match(output, /^FAILED +web +url +\d+ ms .*\n +Nothing listens at http:.*\n/);
    assert.match(output, /\n\[boshcm-not-running\] Nothing listens at .*Start boshcm [^\n]*\n$/);
});

// Rows: -
test('what a peer says cannot reach the terminal as control characters', async () => {
    const port = await scripted((stream) => stream.write('\u001b]0;owned\u0007 hello\r\n'));
    const configuration = await startConfiguration({ [DOMAIN]: port });
    const { output } = await probe(['--config', configuration, '--native-only']);
    assert.match(output, /it said "\\x1b\]0;owned\\x07 hello"/);
    assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f]/);
});
