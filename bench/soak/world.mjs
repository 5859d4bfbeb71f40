// World — what is soaked, and what is done to it: the manager with a listener in clear and one with
// TLS, whose file changes, two servers of which one is started anew now and then, and a network that cuts.
// Life: startWorld() starts it; stop() ends all of it, and fails if the manager does not end well.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';

import { startBoshcm } from '../../tests/support/boshcm.mjs';
import { Authority } from '../../tests/support/certificates.mjs';
import { freePort, temporaryFolder } from '../../tests/support/children.mjs';
import { FaultProxy } from '../../tests/support/fault_proxy.mjs';
import { UNLIMITED, startStubServer } from '../../tests/support/load.mjs';
import { startProsody } from '../../tests/support/prosody.mjs';
import { BEGINNING, COMING, changesOf } from './changes.mjs';

const DOMAINS = { steady: 'chat.example', restarted: 'restarted.example' };
export const PASSWORD = 'secret';
// Of the exchanges through the network that cuts.
const CUT = 0.02;
const RELOAD_SECONDS = 20;
const WORKERS = 2; // so that requests are passed on between them

const SERVERS = {
    stub: ({ port }) => startStubServer({ port }),
    prosody: ({ domain, accounts, port }) => startProsody({ domain, accounts, port,
        guestDomain: `guest.${domain}`, credentials: undefined }),
};

// A certificate that is replaced in its place.
class Certificate {
    #authority = new Authority();
    #folder = temporaryFolder('soak');
    #renewals = 0;
    files = { certificate: join(this.#folder, 'certificate.pem'), key: join(this.#folder, 'key.pem') };

    constructor() { this.renew(); }

    get authority() { return this.#authority.file; }
    get name() { return `renewal ${this.#renewals}`; }

    renew() {
        ++this.#renewals;
        const issued = this.#authority.issue({ names: [DOMAINS.steady], cn: this.name });
        copyFileSync(issued.certificate, this.files.certificate);
        copyFileSync(issued.key, this.files.key);
    }

    // Whose certificate a new client is shown.
    async shownAt(port) {
        const socket = connect({ port, host: '127.0.0.1', servername: DOMAINS.steady,
                                 rejectUnauthorized: false });
        try {
            return await new Promise((resolve, reject) => {
                socket.once('error', reject);
                socket.once('secureConnect', () => resolve(socket.getPeerCertificate().subject.CN));
            });
        } finally {
            socket.destroy();
        }
    }
}

// What a new client of a domain is granted by BOSH: how long its requests may be held. Nothing: it is not
// let in.
async function grantedWait(url, domain) {
    const ask = async (rid, attributes) => (await fetch(url, { method: 'POST',
        body: `<body xmlns='http://jabber.org/protocol/httpbind' rid='${rid}' ${attributes}/>` })).text();
    const answer = await ask(1, `to='${domain}' wait='60' hold='1' ver='1.11'`);
    const value = (name) => new RegExp(` ${name}=['"]([^'"]+)`).exec(answer)?.[1];
    if (value('sid') === undefined) return undefined;
    await ask(2, `sid='${value('sid')}' type='terminate'`);
    return Number(value('wait'));
}

// `server`: stub or prosody; `accounts`: how many clients there are; `inactivity`: how long a session is
// kept whose client was cut off; `hear`: told the manager's log.
export async function startWorld({ server, accounts, seed, inactivity, hear }) {
    const passwords = Object.fromEntries(
        Array.from({ length: accounts }, (_, number) => [`u${number}`, PASSWORD]));
    const start = async (name, port) => SERVERS[server]({
        domain: DOMAINS[name], accounts: passwords, port: port ?? await freePort() });
    const servers = { steady: await start('steady'), restarted: await start('restarted') };
    const certificate = new Certificate();
    const tlsPort = await freePort();
    const base = {
        ...UNLIMITED, log: { level: 'info' }, bosh: { inactivity },
        domains: Object.fromEntries(Object.keys(servers).map(
            (name) => [DOMAINS[name], servers[name].port])),
        listeners: [{ address: '127.0.0.1', port: tlsPort, tls: 'own',
                      certificates: [certificate.files] }],
    };
    const manager = await startBoshcm({
        ...base, hear, workers: WORKERS,
        memory: { 'core-dumps': true }, // or only root may look at its memory
        sanitizers: 'quarantine_size_mb=16', // or memory says what was freed, not what is used
    });
    const coming = await startStubServer();
    const changes = changesOf({ comingPort: coming.port, listenerPort: await freePort() });
    let turn = 0;
    // The file as this change has it, and a new certificate. It is so when new clients see it.
    async function reload(change) {
        certificate.renew();
        assert.ok(await manager.configure(change.settings(base)), `${change.name} is refused`);
        const deadline = Date.now() + RELOAD_SECONDS * 1000;
        while (await certificate.shownAt(tlsPort).catch(({ message }) => message) !== certificate.name) {
            assert.ok(Date.now() < deadline, `no ${certificate.name} after SIGHUP`);
            await delay(100);
        }
        assert.equal(await grantedWait(manager.boshUrl, DOMAINS.steady), change.wait, change.name);
        assert.equal(await grantedWait(manager.boshUrl, COMING) !== undefined, change.coming, change.name);
    }
    const network = await FaultProxy.start({ port: manager.port, seed, cut: CUT });

    return {
        manager, network, workers: WORKERS,
        // Where this crowd connects, and as whom.
        addressOf({ transport, way, server: name, first }) {
            const url = new URL({ bosh: manager.boshUrl, websocket: manager.wsUrl }[transport]);
            if (way === 'cuts') url.port = network.port;
            if (way === 'tls') {
                url.port = tlsPort;
                url.protocol = { bosh: 'https:', websocket: 'wss:' }[transport];
            }
            return { url: url.href, domain: DOMAINS[name],
                     tls: way === 'tls' ? ['--ca', certificate.authority, '--server-name', DOMAINS.steady] : [],
                     account: server === 'stub' ? []
                         : ['--user', 'u%d', '--password', PASSWORD, '--first', String(first)] };
        },
        changes: changes.length,
        // The next change; its name.
        async reload() {
            const change = changes[turn++ % changes.length];
            await reload(change);
            return change.name;
        },
        // So that the state at rest can be compared with that of the beginning.
        restore: () => reload(BEGINNING),
        async restartServer() {
            const { port } = servers.restarted;
            await servers.restarted.stop();
            servers.restarted = await start('restarted', port);
        },
        async stop() {
            await network.stop();
            await manager.stop();
            await Promise.all([...Object.values(servers), coming].map((each) => each.stop()));
        },
    };
}
