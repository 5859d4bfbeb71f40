// The rest of the zoo: certificates, DNS, host-meta, XMPP servers and the daemon itself, each broken
// as it happens, with the real programs. boshcm doctor names it, and what it prints mends it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { startEjabberd } from '../support/ejabberd.mjs';
import { startDns } from '../support/nsd.mjs';
import { startProsody } from '../support/prosody.mjs';
import { startSite } from '../support/proxies.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { applyFix, applyToList, diagnose, nginxSite, startAgain } from '../support/zoo.mjs';

const port = await freePort();
const PLACE = `${DOMAIN}:${port}`;
const LINKS = { bosh: `https://${PLACE}/http-bind`, websocket: `wss://${PLACE}/xmpp-websocket` };
const world = await startWorld({
    listener: { tls: 'proxy' }, trusted: ['127.0.0.1'], workers: 1, discovery: LINKS,
    limits: { 'address-misses': 0 },
});
after(() => world.stop());
const to = world.front.port;

const authority = new Authority();
const below = new Authority({ under: authority });
const good = authority.issue({ names: [DOMAIN] });
const ofBelow = below.issue({ names: [DOMAIN] });
const QUICK = ['--quick', '--ca-file', authority.file];
// Nobody is asked who is not of this test.
const alone = await startDns({ example: ['@ 60 IN TXT "none"'] });
after(() => alone.stop());
const HERE = ['--resolve', `${PLACE}:127.0.0.1`, '--dns', alone.server];

const shows = ({ certificate, key }) =>
    `    ssl_certificate ${certificate};\n    ssl_certificate_key ${key};\n`;
const tlsSite = (pair = good, more = {}) =>
    nginxSite({ port, to, listen: ' ssl', tls: shows(pair), ...more });

async function through(site, args) {
    const proxy = await startSite('nginx', { port, site });
    try {
        return await diagnose([...args, ...QUICK]);
    } finally {
        await proxy.stop();
    }
}

// What the doctor prints of /etc/ssl is there in the test's folder.
function goodFiles() {
    const folder = temporaryFolder('ssl');
    writeFileSync(join(folder, 'fullchain.pem'),
                  readFileSync(ofBelow.certificate, 'utf8') + readFileSync(below.file, 'utf8'));
    writeFileSync(join(folder, 'privkey.pem'), readFileSync(ofBelow.key, 'utf8'));
    return (fix) => ({ ...fix, add: fix.add.map((line) =>
        line.replace(`/etc/ssl/${DOMAIN}`, folder).replace('127.0.0.1:5280', `127.0.0.1:${to}`)) });
}
const atHome = goodFiles();

async function isMended(site, name, args, found) {
    const [fix] = found.finding(name).fixes;
    const mended = await through(applyFix(site, atHome(fix)), args);
    assert.deepEqual(mended.problems, [], mended.output);
    return mended;
}

const CERTIFICATES = [
    ['for another name', 'certificate-wrong-name', authority.issue({ names: ['www.example'] })],
    ['that has expired', 'certificate-expired', authority.issue({ names: [DOMAIN], expired: true })],
    ['without its issuer', 'certificate-chain-incomplete', ofBelow],
    ['signed by itself', 'certificate-self-signed', authority.issueSelfSigned({ names: [DOMAIN] })],
];
for (const [what, name, pair] of CERTIFICATES) {
    // Rows: -
    test(`a certificate ${what}`, async () => {
        const args = [LINKS.bosh, ...HERE];
        const found = await through(tlsSite(pair), args);
        assert.deepEqual(found.problems, [name], found.output);
        assert.ok(found.good.includes('session'), 'the rest is looked at all the same');
        const mended = await isMended(tlsSite(pair), name, args, found);
        assert.ok(mended.good.includes('certificate'), mended.output);
    });
}

// Rows: -
test('old versions of TLS are a warning', async () => {
    const old = shows(good) + '    ssl_protocols TLSv1.1 TLSv1.2;\n    ssl_ciphers ALL:@SECLEVEL=0;\n';
    const site = nginxSite({ port, to, listen: ' ssl', tls: old });
    const found = await through(site, [LINKS.bosh, ...HERE]);
    assert.deepEqual([found.problems, found.warnings], [[], ['old-tls']], found.output);
    const mended = await isMended(site, 'old-tls', [LINKS.bosh, ...HERE], found);
    assert.deepEqual(mended.warnings, []);
});

// Rows: -
test('DNS with a dead second address', async () => {
    const zone = ['@ 60 IN A 127.0.0.1', '@ 60 IN A 127.0.0.2'];
    const asked = async (lines) => {
        const dns = await startDns({ [DOMAIN]: lines });
        try {
            return await through(tlsSite(), [LINKS.bosh, '--dns', dns.server]);
        } finally {
            await dns.stop();
        }
    };
    const found = await asked(zone);
    assert.deepEqual(found.problems, ['address-dead'], found.output);
    const [{ program, remove: [record] }] = found.finding('address-dead').fixes;
    assert.deepEqual([program, record], ['dns', `${DOMAIN} A 127.0.0.2`]);
    const mended = await asked(zone.filter((line) => line !== record.replace(`${DOMAIN} A`, '@ 60 IN A')));
    assert.deepEqual(mended.problems, [], mended.output);
});

// Rows: -
test('a name that DNS does not know, and a port where nothing listens', async () => {
    const dns = await startDns({ example: ['@ 60 IN TXT "none"'] });
    const unknown = await diagnose([`https://gone.example/http-bind`, '--dns', dns.server, '--quick']);
    await dns.stop();
    assert.deepEqual(unknown.problems, ['name-not-found'], unknown.output);
    const closed = await diagnose([`http://127.0.0.1:${await freePort()}/http-bind`, '--quick']);
    assert.deepEqual(closed.problems, ['nothing-listens'], closed.output);
});

// Rows: H-085, H-087
test('host-meta that leads on: all is well', async () => {
    const found = await through(tlsSite(), [PLACE, ...HERE]);
    assert.deepEqual(found.problems, [], found.output);
    assert.deepEqual([found.bosh, found.websocket, found.domain],
                     [LINKS.bosh, LINKS.websocket, DOMAIN]);
    assert.ok(found.good.includes('host-meta') && found.good.includes('websocket'));
});

// Rows: -
test('a domain alone: where DNS sends clients that are not of the web', async (t) => {
    const server = await startProsody({ domain: DOMAIN, accounts: {}, credentials: good });
    t.after(() => server.stop());
    const asked = async (...records) => {
        const dns = await startDns({ [DOMAIN]: ['@ 60 IN A 127.0.0.1', ...records] });
        try {
            const found = await through(tlsSite(), [PLACE, '--dns', dns.server]);
            assert.deepEqual(found.problems, [], found.output);
            return found;
        } finally {
            await dns.stop();
        }
    };
    const at = (port) => `_xmpp-client._tcp 60 IN SRV 0 0 ${port} @`;
    const well = await asked(at(server.port));
    assert.deepEqual(well.warnings, [], well.output);
    assert.match(well.finding('server').seen, new RegExp(`SRV 0 0 ${DOMAIN}:${server.port}`));
    const broken = await asked(at(await freePort()));
    assert.deepEqual(broken.warnings, ['server-connection-refused'], broken.output);
    const none = await asked();
    assert.deepEqual(none.warnings, [], none.output);
    const [{ program, add: [record] }] = none.finding('server-not-published').fixes;
    assert.equal(program, 'dns');
    const published = await asked(record.replace('SRV', '60 IN SRV').replace('5222', server.port));
    assert.deepEqual([published.warnings, published.finding('server-not-published')], [[], undefined]);
});

const HOST_META = [
    ['is missing', 'host-meta-missing', (site) => site, { hostMeta: false }],
    ['may not be read by pages of other sites', 'host-meta-without-cors',
     (site) => site.replace('host-meta {\n', 'host-meta {\n        proxy_hide_header ' +
                            'Access-Control-Allow-Origin;\n'), {}],
    ['is asked for with the wrong X-Forwarded-Proto', 'forwarded-proto-wrong',
     (site) => site.replace(/(host-meta \{[^}]*?X-Forwarded-Proto )\$scheme/, '$1http'), {}],
];
for (const [what, name, change, more] of HOST_META) {
    // Rows: H-085, H-087
    test(`host-meta ${what}`, async () => {
        const site = change(tlsSite(good, more));
        const args = [PLACE, ...HERE, '--config', world.front.configuration];
        const found = await through(site, args);
        assert.deepEqual(found.problems, [name], found.output);
        await isMended(site, name, args, found);
    });
}

// Rows: -
test('host-meta with a link in clear, which is mixed content', async () => {
    const folder = temporaryFolder('www');
    const file = join(folder, 'host-meta');
    const write = (link) => writeFileSync(file, `<?xml version="1.0"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <!-- <Link rel="urn:xmpp:alt-connections:xbosh" href="https://old.example/http-bind"/> -->
  <Link rel="urn:xmpp:alt-connections:xbosh" href="${link}"/>
</XRD>
`);
    const site = tlsSite().replace('proxy_pass http://boshcm;\n        proxy_set_header Host $http_host;\n' +
        '        proxy_set_header X-Forwarded-For $remote_addr;\n' +
        '        proxy_set_header X-Forwarded-Proto $scheme;\n    }\n}',
        `alias ${file};\n        add_header Access-Control-Allow-Origin *;\n    }\n}`);
    const clear = `http://${PLACE}/http-bind`;
    write(clear);
    const args = [PLACE, ...HERE, '--websocket', LINKS.websocket];
    const found = await through(site, args);
    assert.ok(found.problems.includes('host-meta-insecure-link'), found.output);
    const [{ program, remove: [wrong], add: [right] }] = found.finding('host-meta-insecure-link').fixes;
    assert.deepEqual([program, wrong, right], ['host-meta', clear, LINKS.bosh]);
    write(right);
    const mended = await through(site, args);
    assert.equal(mended.finding('host-meta-insecure-link'), undefined, mended.output);
});

// Rows: -
test('a site that has host-meta by plain HTTP only', async () => {
    const found = await through(nginxSite({ port, to }).replaceAll('$scheme', 'https'), [PLACE, ...HERE]);
    assert.deepEqual(found.problems, ['tls-not-spoken', 'host-meta-only-http'], found.output);
    const mended = await through(tlsSite(), [PLACE, ...HERE]);
    assert.deepEqual(mended.problems, [], mended.output);
});

const ABSENT = 'absent.example';
const byConfig = (front) => diagnose([front.configuration, '--quick']);

// Rows: -
test('Prosody does not serve the domain', async (t) => {
    let server = await startProsody({ domain: DOMAIN, guestDomain: 'guest.example', accounts: {} });
    const front = await startBoshcm({ domains: { [ABSENT]: server.port }, workers: 1 });
    t.after(async () => {
        await front.stop();
        await server.stop();
    });
    const found = await byConfig(front);
    assert.ok(found.problems.includes('server-domain-not-on-server'), found.output);
    const { fixes } = found.finding('server-domain-not-on-server');
    const { add } = fixes.find(({ program }) => program === 'prosody');
    server = await startAgain(server, (text) => `${text}\n${add.join('\n')}\n`);
    const mended = await byConfig(front);
    assert.deepEqual(mended.problems, [], mended.output);
});

// Rows: U-043
test('Prosody shows a certificate that boshcm does not trust', async (t) => {
    const server = await startProsody({ domain: DOMAIN, guestDomain: 'guest.example', accounts: {},
                                        credentials: good });
    const front = await startBoshcm({ workers: 1, domains: {
        [DOMAIN]: { servers: [{ port: server.port, tls: 'required' }] } } });
    t.after(async () => {
        await front.stop();
        await server.stop();
    });
    const found = await byConfig(front);
    assert.ok(found.problems.includes('server-certificate-unknown-issuer'), found.output);
    const [fix] = found.finding('server-certificate-unknown-issuer').fixes;
    assert.equal(fix.program, 'boshcm');
    const [line] = fix.add;
    const text = readFileSync(front.configuration, 'utf8');
    assert.ok(await front.configure(text.replace(/<server .*\/>/, line.replace('/etc/boshcm/ca.pem',
                                                                              authority.file))));
    const mended = await byConfig(front);
    assert.deepEqual(mended.problems, [], mended.output);
});

// Rows: -
test('ejabberd listens at another port', async (t) => {
    const wanted = await freePort();
    let server = await startEjabberd({ domain: DOMAIN, guestDomain: 'guest.example', accounts: {} });
    const front = await startBoshcm({ domains: { [DOMAIN]: wanted }, workers: 1 });
    t.after(async () => {
        await front.stop();
        await server.stop();
    });
    const found = await byConfig(front);
    assert.ok(found.problems.includes('server-connection-refused'), found.output);
    const fix = found.finding('server-connection-refused').fixes
        .find(({ program }) => program === 'ejabberd');
    server = await startAgain(server, (text) => applyToList(text, fix));
    const mended = await byConfig(front);
    assert.deepEqual(mended.problems, [], mended.output);
});

// Rows: H-049
test('few descriptors', async () => {
    const start = async (descriptors) => {
        const front = await startBoshcm({ domains: { [DOMAIN]: world.server.port }, descriptors,
                                          workers: 1, admin: { port: await freePort() } });
        try {
            return await byConfig(front);
        } finally {
            await front.stop();
        }
    };
    const found = await start(128);
    assert.deepEqual(found.problems, ['descriptors-few'], found.output);
    const [{ program, place, add }] = found.finding('descriptors-few').fixes;
    assert.deepEqual([program, place, add], ['systemd', '[Service]', ['LimitNOFILE=262144']]);
    assert.deepEqual((await start(4096)).problems, []);
});

// Rows: -
test('the configuration alone: its own listener, its server', async () => {
    const found = await byConfig(world.front);
    assert.ok(found.good.includes('server'), found.output);
});
