// The recipes of conf/proxies, each with the real proxy in front of boshcm and Prosody behind it.
// E2E_PROXY chooses one; without it all are run, one after the other.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { BoshClient } from '../support/bosh_client.mjs';
import { freePort } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { PUBLIC_NAME, startProxy } from '../support/proxies.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { CLOSE, OPCODE, WsClient } from '../support/ws_client.mjs';
import { child } from '../support/xml.mjs';

const secure = { servername: PUBLIC_NAME };
const open = (port) => HttpConnection.open(port, secure);

const proxyProtocolPort = await freePort();
const http2Port = await freePort();
const world = await startWorld({
    listener: { tls: 'proxy' },
    listeners: [{ address: '127.0.0.1', port: proxyProtocolPort, tls: 'proxy',
                  'proxy-protocol': 'required' },
                { address: '127.0.0.1', port: http2Port, tls: 'proxy', http2: true }],
    trusted: ['127.0.0.1'], // of which 127.0.0.9 below is none
    discovery: { bosh: `https://${PUBLIC_NAME}/http-bind`,
                 websocket: `wss://${PUBLIC_NAME}/xmpp-websocket` },
    websocket: { 'ping-interval': '1s' },
});
after(() => world.stop());

// The other way of buffering, and a proxy less patient than `wait`.
const VARIANTS = {
    nginx: {
        buffering: [['proxy_buffering off;', 'proxy_buffering on;'],
                    ['proxy_request_buffering on;', 'proxy_request_buffering off;']],
        impatient: [['proxy_read_timeout 75s;', 'proxy_read_timeout 2s;']],
    },
    haproxy: {
        buffering: [['option http-buffer-request', '#']],
        impatient: [['timeout server 75s', 'timeout server 2s']],
    },
    'haproxy-tcp': {
        impatient: [['timeout server 75s', 'timeout server 2s'],
                    ['timeout tunnel 1h', 'timeout tunnel 2s']],
    },
    'haproxy-h2': {
        buffering: [['option http-buffer-request', '#']],
        impatient: [['timeout server 75s', 'timeout server 2s']],
    },
    apache: {
        buffering: [['flushpackets=on', 'flushpackets=off']],
        impatient: [['timeout=75 ttl=60 flushpackets', 'timeout=2 ttl=60 flushpackets']],
    },
    caddy: {
        buffering: [['flush_interval -1', '']],
        impatient: [['response_header_timeout 75s', 'response_header_timeout 2s']],
    },
};

async function through(kind, changes, run) {
    const proxy = await startProxy(kind, {
        to: { 'haproxy-tcp': proxyProtocolPort, 'haproxy-h2': http2Port }[kind] ?? world.front.port,
        changes, open,
    });
    try {
        await run(proxy);
    } finally {
        await proxy.stop();
    }
}

const say = (to, words) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${words}</body></message>`;
const reads = (words) => (message) => child(message, 'body')?.textContent === words;

async function chat(proxy, words) {
    const alice = await new StropheClient(proxy.boshUrl)
        .login(`alice@${DOMAIN}/${proxy.kind}`, world.accounts.alice);
    const bob = await world.peer('bob', `${proxy.kind}-${words}`);
    alice.send(say(bob.jid, `${words} up`));
    await bob.message(words, reads(`${words} up`));
    bob.send(say(alice.jid, `${words} down`));
    await alice.message(words, reads(`${words} down`));
    alice.send(say(bob.jid, 'x'.repeat(100_000))); // more than any of their buffers
    await bob.message(words, reads('x'.repeat(100_000)));
    await alice.disconnect();
}

const kinds = process.env.E2E_PROXY ? [process.env.E2E_PROXY] : Object.keys(VARIANTS);
for (const kind of kinds) {
    const { buffering, impatient } = VARIANTS[kind];

    // Rows: H-096, H-099, B-020, D-31
    test(`${kind}: login and messages with the recipe as it is`, async () => {
        await through(kind, [], (proxy) => chat(proxy, 'plain'));
    });

    if (buffering) {
        // Rows: H-099
        test(`${kind}: the same with buffers where the recipe has none, and the reverse`, async () => {
            await through(kind, buffering, (proxy) => chat(proxy, 'buffered'));
        });
    }

    // Rows: H-060, H-061, H-097, H-099, W-035, W-040
    test(`${kind}: a WebSocket passes, with its client's address, and outlives silence`, async () => {
        const bob = await world.peer('bob', `socket-${kind}`);
        await through(kind, impatient, async (proxy) => {
            const alice = await WsClient.connect(proxy.wsUrl, {
                ...secure, localAddress: '127.0.0.9', headers: { 'X-Forwarded-For': '203.0.113.77' } });
            const opened = await world.front.child.line(/websocket\.opened .*peer=127\.0\.0\.9/);
            assert.doesNotMatch(opened, /203\.0\.113/);
            assert.match(opened, kind === 'haproxy-h2' ? / http=2 / : / http=1\.1 /);
            await alice.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                                resource: `socket-${kind}` });
            for (let silent = 0; silent < 4; ++silent) { // seconds; a held request is cut after two
                const { text } = await alice.control('ping');
                alice.frame(OPCODE.pong, text);
            }
            for (const words of ['up and down', 'x'.repeat(100_000)]) { // more than their buffers
                alice.send(say(bob.jid, words));
                await bob.message('what alice wrote', reads(words));
                bob.send(say(alice.jid, words));
                await alice.message('what bob answered', reads(words));
            }
            alice.send(CLOSE);
            await alice.expectClose(1000);
        });
    });

    // Rows: H-060, H-061, H-065, H-067
    test(`${kind}: the client's own address arrives, and none that it makes up`, async () => {
        await through(kind, [], async (proxy) => {
            const client = new BoshClient(proxy.boshUrl, { ...secure, localAddress: '127.0.0.9' });
            await client.send('', {
                extra: { to: DOMAIN, wait: 5, hold: 1, ver: '1.11' },
                headers: { 'X-Forwarded-For': '203.0.113.77', 'X-Forwarded-Proto': 'http',
                           'Forwarded': 'for=203.0.113.78' },
            });
            const created = await world.front.child.line(/session\.created .*peer=127\.0\.0\.9/);
            assert.doesNotMatch(created, /203\.0\.113/);
            client.vanish();
        });
    });

    // Rows: B-110, H-099, D-52
    test(`${kind}: a proxy that cuts held requests loses no message`, async () => {
        const bob = await world.peer('bob', `cutting-${kind}`);
        await through(kind, impatient, async (proxy) => {
            const client = new BoshClient(proxy.boshUrl, secure);
            await client.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                                 resource: `cut-${kind}`, quiet: true });
            const rid = ++client.rid;
            const cut = await client.send('', { rid })
                .then((answer) => answer.status, () => 'closed');
            assert.ok([502, 503, 504, 'closed'].includes(cut), String(cut));
            bob.send(say(client.jid, 'while it was cut'));
            let answer;
            for (let attempt = 0; attempt < 10 && answer?.status !== 200; ++attempt) {
                answer = await client.send('', { rid }).catch(() => undefined);
            }
            assert.match(answer.text, /while it was cut/);
            await client.terminate();
        });
    });

    if (kind === 'caddy') continue; // its site answers to its own name only
    // Rows: H-085, H-087, H-089, D-12
    test(`${kind}: a client that knows only the domain finds its way`, async () => {
        await through(kind, [], async (proxy) => {
            const connection = await HttpConnection.open(proxy.port, { servername: DOMAIN });
            const answer = await connection.request({
                method: 'GET', path: '/.well-known/host-meta.json',
                headers: { Host: DOMAIN, 'Content-Length': null, 'Content-Type': null } });
            connection.close();
            assert.equal(answer.status, 200);
            assert.equal(answer.fields.get('access-control-allow-origin'), '*');
            assert.deepEqual(JSON.parse(answer.text).links, [
                { rel: 'urn:xmpp:alt-connections:xbosh', href: `https://${PUBLIC_NAME}/http-bind` },
                { rel: 'urn:xmpp:alt-connections:websocket',
                  href: `wss://${PUBLIC_NAME}/xmpp-websocket` },
            ]);
        });
    });
}
