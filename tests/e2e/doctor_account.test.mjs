// boshcm doctor with an account: real servers that let nobody in, or cut what is written, through
// boshcm, over BOSH and WebSocket. It names what is wrong, and the lines that it prints mend it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { startEjabberd } from '../support/ejabberd.mjs';
import { passwordFile } from '../support/probe.mjs';
import { startProsody } from '../support/prosody.mjs';
import { startSite } from '../support/proxies.mjs';
import { DOMAIN } from '../support/world.mjs';
import { applyToServer, diagnose, nginxSite, startAgain } from '../support/zoo.mjs';

const PASSWORD = 'wonderland-3';
const password = passwordFile(PASSWORD);
const wrong = passwordFile('wonderland-4');
const SERVERS = { prosody: startProsody, ejabberd: startEjabberd };

const port = await freePort();
const front = await startBoshcm({ domains: { [DOMAIN]: port }, workers: 1, trusted: ['127.0.0.1'],
                                  listener: { tls: 'proxy' } });
after(() => front.stop());

const startServer = (kind, more) =>
    SERVERS[kind]({ domain: DOMAIN, accounts: { alice: PASSWORD }, port, more });
const examine = (file = password) => diagnose([
    front.boshUrl, '--websocket', front.wsUrl, '--quick', '--account', `alice@${DOMAIN}`,
    '--password-file', file]);

function isWell(found) {
    assert.deepEqual([found.problems, found.warnings], [[], []], found.output);
    for (const name of ['login', 'messages']) { // over BOSH and over WebSocket
        assert.equal(found.good.filter((each) => each === name).length, 2, found.output);
    }
    assert.ok(!found.output.includes(PASSWORD));
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'DIGEST-MD5', 'X-OAUTH2']
    .map((name) => `"${name}"`).join(', ');

// What is wrong, how it is called, and the lines that make it so.
const ZOO = {
    prosody: [
        ['a small stanza limit', 'message-too-large', { lines: 'c2s_stanza_size_limit = 10000' }],
        ['a slow rate', 'messages-slow',
         { modules: ['limits'], lines: 'limits = { c2s = { rate = "2kb/s" } }' }],
        ['no SASL mechanism', 'no-usable-mechanism',
         { lines: `disable_sasl_mechanisms = { ${MECHANISMS} }` }],
    ],
    ejabberd: [
        ['a small stanza limit', 'message-too-large', { listener: 'max_stanza_size: 10000' }],
        ['a slow shaper', 'messages-slow',
         { listener: 'shaper: c2s_shaper',
           lines: 'shaper:\n  slow: 2000\nshaper_rules:\n  c2s_shaper: slow' }],
        ['no SASL mechanism', 'no-usable-mechanism',
         { lines: `disable_sasl_mechanisms: [${MECHANISMS}]` }],
    ],
};

for (const [kind, animals] of Object.entries(ZOO)) {
    for (const [what, name, more] of animals) {
        // Rows: -
        test(`${kind}: ${what}`, async () => {
            let server = await startServer(kind, more);
            try {
                const found = await examine();
                assert.deepEqual([...found.problems, ...found.warnings], [name], found.output);
                const { seen, why, fixes } = found.finding(name);
                assert.ok(seen && why);
                const own = fixes.filter(({ program }) => program === kind);
                if (name.startsWith('message')) assert.deepEqual(own, fixes, 'it knows the server');
                server = await startAgain(server, (text) => own.reduce(applyToServer, text));
                isWell(await examine());
            } finally {
                await server.stop();
            }
        });
    }

    // Rows: -
    test(`${kind}: a wrong password, tried once`, async () => {
        const server = await startServer(kind);
        try {
            const found = await examine(wrong);
            assert.deepEqual(found.problems, ['credentials-refused'], found.output);
            assert.ok(!found.output.includes('wonderland-4'));
            const lines = found.finding('credentials-refused').fixes.flatMap(({ add }) => add);
            assert.deepEqual(lines, [`prosodyctl passwd alice@${DOMAIN}`,
                                     `ejabberdctl change_password alice ${DOMAIN} PASSWORD`]);
            isWell(await examine());
        } finally {
            await server.stop();
        }
    });
}

// Rows: -
test('an XMPP server whose clock is wrong', async () => {
    const folder = temporaryFolder('plugins');
    writeFileSync(join(folder, 'mod_late.lua'), `
local st = require "util.stanza";
module:hook("iq-get/host/urn:xmpp:time:time", function (event)
    local late = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() - 3600);
    event.origin.send(st.reply(event.stanza):tag("time", { xmlns = "urn:xmpp:time" })
        :tag("tzo"):text("+00:00"):up():tag("utc"):text(late));
    return true;
end, 1);
`);
    const asked = async (more) => {
        const server = await startServer('prosody', more);
        try {
            return await examine();
        } finally {
            await server.stop();
        }
    };
    const found = await asked({ modules: ['late'], lines: `plugin_paths = { "${folder}" }` });
    assert.deepEqual([found.problems, found.warnings], [[], ['server-clock-differs']], found.output);
    assert.match(found.finding('server-clock-differs').title, / (3[56]\d\d) s apart$/);
    const right = await asked({ modules: ['time'] });
    isWell(right);
    assert.ok(right.good.includes('server-clock'), right.output);
});

// Rows: -
test('through TLS: with a certificate that is trusted, and not without', async () => {
    const authority = new Authority();
    const { certificate, key } = authority.issue({ names: [DOMAIN] });
    const public_ = await freePort();
    const place = `${DOMAIN}:${public_}`;
    const server = await startServer('prosody');
    const proxy = await startSite('nginx', { port: public_, site: nginxSite({
        port: public_, to: front.port, listen: ' ssl',
        tls: `    ssl_certificate ${certificate};\n    ssl_certificate_key ${key};\n` }) });
    const through = (...more) => diagnose([
        `https://${place}/http-bind`, '--resolve', `${place}:127.0.0.1`, '--quick', '--account',
        `alice@${DOMAIN}`, '--password-file', password, ...more]);
    try {
        isWell(await through('--ca-file', authority.file));
        const found = await through();
        assert.deepEqual(found.problems, ['certificate-chain-incomplete'], found.output);
        assert.ok(found.hints.includes('login-not-tried') && !found.good.includes('login'));
    } finally {
        await proxy.stop();
        await server.stop();
    }
});
