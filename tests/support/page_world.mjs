// PageWorld — the world that docs/page-authors.md speaks of: accounts at example.org, boshcm at
// https://chat.example.org. Chromium and Node.js find both names at a listener of loopback, so the
// files of that page are run as they stand.
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { api } from './admin.mjs';
import { startBoshcm } from './boshcm.mjs';
import { startBrowser } from './browser.mjs';
import { Authority } from './certificates.mjs';
import { Child, freePort, temporaryFolder } from './children.mjs';
import { block } from './documents.mjs';
import { servePages } from './page_server.mjs';
import { Peer } from './peer.mjs';
import { startProsody } from './prosody.mjs';

const DOMAIN = 'example.org';
const HOST = `chat.${DOMAIN}`;
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

export async function startPageWorld() {
    const authority = new Authority();
    const certificate = authority.issue({ names: [HOST, DOMAIN] });
    const accounts = { alice: 'secret', bob: 'secret-of-bob' };
    // Converse.js opens no chat without a server that blocks people.
    const settings = { domain: DOMAIN, guestDomain: `guest.${DOMAIN}`, roomDomain: `rooms.${DOMAIN}`,
                       accounts, port: await freePort() };
    let server = await startProsody(settings);
    const port = await freePort();
    const admin = await freePort();
    const front = await startBoshcm({
        domains: { [DOMAIN]: server.port },
        listeners: [{ address: '127.0.0.1', port, tls: 'own', certificates: [certificate] }],
        admin: { port: admin },
        discovery: { bosh: `https://${HOST}/http-bind`, websocket: `wss://${HOST}/xmpp-websocket` },
    });
    const pages = await makePages();
    const browser = await startBrowser({
        trusted: [certificate.pin()],
        names: { [`${DOMAIN}:443`]: `127.0.0.1:${port}`, [`${HOST}:443`]: `127.0.0.1:${port}` },
    });
    const bob = await Peer.login({ jid: `bob@${DOMAIN}/native`, password: accounts.bob,
                                   port: server.port });
    return {
        front, bob, browser, pages, accounts, port, ca: authority.file,
        // A new visitor of a page of docs/page-authors.md.
        async visit(name) {
            const page = await (await browser.newContext()).newPage();
            page.complaints = [];
            page.on('pageerror', (error) => page.complaints.push(String(error)));
            await page.goto(`${pages.origin}/${name}`);
            return page;
        },
        // Until the one page that is there asks by BOSH, and is not answered: what was on its way
        // when a page goes is lost, and then the next one waits for an answer that nobody has.
        async held() {
            const asks = async () => {
                const { json } = await api(admin, '/api/sessions?transport=bosh');
                return json.sessions.some(({ held, queue }) => held === 1 && queue.stanzas === 0);
            };
            while (!await asks()) await pause(10);
        },
        // A module of it, under Node.js. `changes`: pairs, each of which has to be there.
        run: (name, changes = []) => new Child(name, process.execPath,
            ['--require', redirect(port), module_(name, changes)],
            { env: { NODE_EXTRA_CA_CERTS: authority.file } }),
        // The server is gone from one moment to the next.
        killServer: () => server.kill(),
        async startServerAgain() { server = await startProsody(settings); },
        async stop() {
            await browser.close();
            await pages.stop();
            await bob.stop().catch(() => {});
            await front.stop();
            await server.stop();
        },
    };
}

// The folder of a site, with what its pages ask for beside them.
async function makePages() {
    const folder = temporaryFolder('site');
    for (const name of ['strophe.html', 'attach.html', 'converse.html', 'discover.mjs']) {
        writeFileSync(join(folder, name), block('page', name).text);
    }
    symlinkSync(join(modules, 'strophe.js/dist/strophe.umd.min.js'),
                join(folder, 'strophe.umd.min.js'));
    symlinkSync(join(modules, 'converse.js/dist'), join(folder, 'dist'));
    return { folder, ...await servePages(folder) };
}

function module_(name, changes) {
    const folder = temporaryFolder('module');
    symlinkSync(modules, join(folder, 'node_modules'));
    let { text } = block('page', name);
    for (const [from, to] of changes) {
        if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
        text = text.replace(from, to);
    }
    writeFileSync(join(folder, name), text);
    return join(folder, name);
}

// What the network does for a browser, and a browser for a module: names, WebSocket, cryptography.
function redirect(port) {
    const file = join(temporaryFolder('redirect'), 'redirect.cjs');
    writeFileSync(file, `
const { Socket } = require('node:net');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    if (options?.host?.endsWith('${DOMAIN}')) Object.assign(options, { host: '127.0.0.1', port: ${port} });
    return connect.apply(this, args);
};
globalThis.WebSocket ??= require(${JSON.stringify(join(modules, 'ws'))}).WebSocket;
globalThis.crypto ??= require('node:crypto').webcrypto;
`);
    return file;
}
