// A zoo of broken proxies, the real programs as operators break them: boshcm doctor names what is
// wrong, and the lines that it prints mend it. And the good ones, in which it finds nothing.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { freePort } from '../support/children.mjs';
import { PUBLIC_NAME, startProxy, startSite } from '../support/proxies.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { apacheSite, applyFix, caddySite, diagnose, haproxySite, nginxSite, runDoctor } from
    '../support/zoo.mjs';

const settings = { listener: { tls: 'proxy' }, trusted: ['127.0.0.1'], workers: 1,
                   limits: { 'address-misses': 0 } };
const world = await startWorld(settings);
const twin = await startBoshcm({ ...settings, domains: { [DOMAIN]: world.server.port } });
after(async () => {
    await twin.stop();
    await world.stop();
});
const to = world.front.port;
const both = [to, twin.port];
const unused = await freePort();

const SITES = { nginx: nginxSite, haproxy: haproxySite, apache: apacheSite, caddy: caddySite };
const QUICK = ['--quick'];
const HOLD = ['--hold', '3s'];

const SECURITY2 = ['unique_id', 'security2'].map((name) =>
    `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`).join('') +
    'SecRuleEngine On\nSecRequestBodyAccess On\n' + // and as modsecurity.conf-recommended:
    'SecRule REQUEST_HEADERS:Content-Type "^text/xml" ' +
    '"id:200000,phase:1,t:none,pass,nolog,ctl:requestBodyProcessor=XML"\n';

// What is wrong, the name that the doctor gives it, and what was put in place of what.
const ZOO = {
    nginx: [
        ['a proxy_read_timeout that is shorter than the wait', 'held-request-cut', HOLD,
         [['proxy_read_timeout 75s;', 'proxy_read_timeout 1s;']]],
        ['a silent WebSocket that is cut', 'websocket-cut', HOLD,
         [['proxy_read_timeout 1h;', 'proxy_read_timeout 1s;']]],
        ['no fields for the upgrade', 'websocket-upgrade-lost', QUICK,
         [['proxy_set_header Upgrade $http_upgrade;', ''],
          ['proxy_set_header Connection "upgrade";', '']]],
        ['a subprotocol that is hidden', 'websocket-protocol-dropped', QUICK,
         [['proxy_read_timeout 1h;', 'proxy_hide_header Sec-WebSocket-Protocol;']]],
        ['a small client_max_body_size', 'request-too-large', QUICK,
         [['client_max_body_size 256k;', 'client_max_body_size 8k;']]],
        ['a second CORS field', 'cors-doubled', QUICK,
         [['client_max_body_size 256k;', 'add_header Access-Control-Allow-Origin * always;']]],
        ['another path', 'bosh-path-wrong', QUICK,
         [['location = /http-bind {', 'location = /bosh {']]],
        ['the wrong port of boshcm', 'bad-gateway', QUICK,
         [['location = /http-bind {\n        proxy_pass http://boshcm;',
           `location = /http-bind {\n        proxy_pass http://127.0.0.1:${unused};`]]],
        ['OPTIONS that is denied', 'preflight-refused', QUICK,
         [['client_max_body_size 256k;', 'limit_except GET POST {\ndeny all;\n}']]],
        ['a type of its own', 'content-type-changed', QUICK,
         [['client_max_body_size 256k;', 'proxy_hide_header Content-Type;']]],
        ['two boshcm by turns', 'session-scattered', QUICK, [], both],
    ],
    haproxy: [
        ['a timeout server that is shorter than the wait', 'held-request-cut', HOLD,
         [['timeout server 75s', 'timeout server 1s']]],
        ['a short timeout tunnel', 'websocket-cut', HOLD,
         [['timeout tunnel 1h', 'timeout tunnel 1s']]],
        ['two boshcm by turns', 'session-scattered', QUICK,
         [['balance source', 'balance roundrobin']], both],
        ['one connection to boshcm', 'requests-serialised', QUICK,
         [[`127.0.0.1:${to}`, `127.0.0.1:${to} maxconn 1`]]],
        ['boshcm that does not run', 'bad-gateway', QUICK,
         [[`127.0.0.1:${to}`, `127.0.0.1:${unused}`]]],
    ],
    apache: [
        ['a WebSocket by mod_proxy_http', 'websocket-upgrade-lost', QUICK,
         [[`ws://127.0.0.1:${to}`, `http://127.0.0.1:${to}`]]],
        ['a ProxyTimeout that is shorter than the wait', 'held-request-cut', HOLD,
         [['timeout=75 ttl=60', 'ttl=60\n    ProxyTimeout 1']]],
        ['another path behind', 'bosh-path-wrong', QUICK,
         [[`${to}/http-bind`, `${to}/bosh`]]],
        ['a mod_security that takes small bodies only', 'request-too-large', QUICK,
         [['<VirtualHost', `${SECURITY2}SecRequestBodyNoFilesLimit 8192\n<VirtualHost`]]],
        ['a second CORS field', 'cors-doubled', QUICK,
         [['ProxyPreserveHost On', 'ProxyPreserveHost On\n    Header add Access-Control-Allow-Origin "*"']]],
    ],
    caddy: [
        ['a path that is stripped', 'bosh-path-wrong', QUICK,
         [['reverse_proxy /http-bind ', 'handle_path /http-bind {\n    reverse_proxy '],
          ['    reverse_proxy /xmpp', '    }\n    reverse_proxy /xmpp']]],
        ['an upgrade that is not passed on', 'websocket-upgrade-lost', QUICK,
         [[/(\/xmpp-websocket .* \{\n)/, '$1        header_up -Upgrade\n']]],
        ['a response_header_timeout that is shorter than the wait', 'held-request-cut', HOLD,
         [['response_header_timeout 75s', 'response_header_timeout 1s']]],
    ],
};

function broken(kind, changes, port, backends) {
    let site = SITES[kind]({ port, to: backends });
    for (const [from, into] of changes) {
        const changed = site.replace(from, into);
        assert.notEqual(changed, site, `${kind} has no ${from}`);
        site = changed;
    }
    return site;
}

async function examine(kind, port, site, args) {
    const proxy = await startSite(kind, { port, site });
    try {
        return await diagnose([`http://127.0.0.1:${port}/http-bind`, '--websocket',
                               `ws://127.0.0.1:${port}/xmpp-websocket`, '--domain', DOMAIN, ...args]);
    } finally {
        await proxy.stop();
    }
}

// Printed without knowledge of where boshcm is, as that is not to be seen from outside.
const atHome = (fix) => ({ ...fix, add: fix.add.map((line) => line.replaceAll('127.0.0.1:5280',
                                                                            `127.0.0.1:${to}`)) });

for (const [kind, animals] of Object.entries(ZOO)) {
    for (const [what, name, args, changes, backends = to] of animals) {
        // Rows: H-099
        test(`${kind}: ${what}`, async () => {
            const port = await freePort();
            const site = broken(kind, changes, port, backends);
            const found = await examine(kind, port, site, args);
            assert.deepEqual(found.problems, [name], found.output);
            assert.equal(found.front, kind);
            const { seen, why, fixes: [fix, ...others] } = found.finding(name);
            assert.ok(seen && why && others.length === 0);
            assert.equal(fix.program, kind);
            const mended = await examine(kind, port, applyFix(site, atHome(fix)), args);
            assert.deepEqual(mended.problems, [], applyFix(site, atHome(fix)) + mended.output);
        });
    }
}

const connectsTo = (port) => new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve({ close: () => socket.destroy() }));
    socket.once('error', reject);
});

for (const kind of Object.keys(SITES)) {
    // Rows: H-099
    test(`${kind}: nothing is wrong with the recipe`, async () => {
        const proxy = await startProxy(kind, { to, open: connectsTo });
        try {
            const place = `${PUBLIC_NAME}:${proxy.port}`;
            const found = await diagnose([
                `https://${place}/http-bind`, '--domain', DOMAIN, '--hold', '2s', '--websocket',
                `wss://${place}/xmpp-websocket`, '--resolve', `${place}:127.0.0.1`,
                '--ca-file', proxy.certificate]);
            assert.deepEqual(found.problems, [], found.output);
            assert.deepEqual(found.warnings, ['certificate-expires-soon']); // it is made for two days
            assert.equal(found.front, kind);
            for (const name of ['addresses', 'session', 'cors', 'body-size', 'pairs', 'websocket',
                                'hold', 'websocket-idle']) {
                assert.ok(found.good.includes(name), `${name} is missing: ${found.output}`);
            }
        } finally {
            await proxy.stop();
        }
    });
}

// Rows: H-099
test('apache: LimitRequestBody is no limit of what is passed on, so no line is about it', async () => {
    const port = await freePort();
    const site = broken('apache', [['ProxyPreserveHost On',
                                    'ProxyPreserveHost On\n    LimitRequestBody 8192']], port, to);
    const found = await examine('apache', port, site, QUICK);
    assert.deepEqual(found.problems, [], found.output);
    assert.ok(found.good.includes('body-size'), found.output);
});

// Rows: H-099
test('answers that the proxy compresses are a hint', async () => {
    const port = await freePort();
    const site = broken('nginx', [['proxy_read_timeout 75s;', `proxy_read_timeout 75s;
        gzip on;
        gzip_types text/xml;
        gzip_min_length 0;`]], port, to);
    const found = await examine('nginx', port, site, QUICK);
    assert.deepEqual(found.problems, [], found.output);
    assert.ok(found.hints.includes('answers-compressed'), found.output);
    const [fix] = found.finding('answers-compressed').fixes;
    const mended = await examine('nginx', port, applyFix(site, fix), QUICK);
    assert.ok(!mended.hints.includes('answers-compressed'), mended.output);
});

// Rows: H-099
test('buffers of answers are no fault: answers are whole and small', async () => {
    const port = await freePort();
    const site = nginxSite({ port, to }).replace('proxy_read_timeout 75s;',
                                                 'proxy_read_timeout 75s;\n        proxy_buffering on;');
    assert.deepEqual((await examine('nginx', port, site, HOLD)).problems, []);
});

// Rows: -
test('in words: the verdict, the worst first, what was seen, and lines to change', async () => {
    const port = await freePort();
    const site = broken('nginx', [['client_max_body_size 256k;', 'client_max_body_size 8k;']], port, to);
    const proxy = await startSite('nginx', { port, site });
    const { code, output } = await runDoctor([`http://127.0.0.1:${port}/http-bind`, '--domain', DOMAIN,
                                              '--quick']);
    await proxy.stop();
    assert.equal(code, 1);
    const text = output.split('\n').filter((line) => !line.startsWith('boshcm: ')).join('\n');
    assert.match(text, /^1 problem found: A request of 99 KiB does not get through\.\n/);
    assert.match(text, /\nproblem {2}A request of .* \[request-too-large\]\n {4}Seen: HTTP 413/);
    assert.match(text, /\n {4}nginx, in location = \/http-bind:\n {6}- client_max_body_size \.\.\.\n/);
    assert.match(text, /\n {6}\+ client_max_body_size 262144;\n/);
    assert.ok(text.indexOf('\nproblem') < text.indexOf('\nhint') &&
              text.indexOf('\nhint') < text.indexOf('\nok'), text);
});

// Rows: -
test('a front that does not tell its name: lines for all four', async () => {
    const found = await diagnose([`${world.front.boshUrl}-not`, '--domain', DOMAIN, '--quick']);
    assert.deepEqual(found.problems, ['bosh-path-wrong'], found.output);
    assert.deepEqual(found.finding('bosh-path-wrong').fixes.map(({ program }) => program),
                     ['nginx', 'haproxy', 'apache', 'caddy']);
});

// Rows: -
test('what is called wrongly ends with 2', async () => {
    for (const args of [[], ['no domain'], ['ftp://chat.example/'], ['/nonexistent/cm.xml'],
                        ['https://chat.example/http-bind', '--front', 'iis'],
                        ['chat.example', '--quick', '--hold', '3s'], ['chat.example', '--hold', '0s']]) {
        const { code, output } = await runDoctor(args);
        assert.equal(code, 2, output);
    }
});
