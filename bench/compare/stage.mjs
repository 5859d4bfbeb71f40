// Stage — what a run needs, started for this run alone: no run finds the traces of another.
// Life: stage() starts it, `strike` stops all, each by its process; what fails half way is stopped.
import { startBoshcm } from '../../tests/support/boshcm.mjs';
import { Authority } from '../../tests/support/certificates.mjs';
import { freePort } from '../../tests/support/children.mjs';
import { startEjabberd } from '../../tests/support/ejabberd.mjs';
import { UNLIMITED, startStubServer } from '../../tests/support/load.mjs';
import { startProsody } from '../../tests/support/prosody.mjs';
import { startSite } from '../../tests/support/proxies.mjs';

export const DOMAIN = 'chat.example';
export const PASSWORD = 'secret';
const GUEST_DOMAIN = 'guest.example';

function startServer({ server, sessions }) {
    if (server === 'stub') return startStubServer();
    const accounts = Object.fromEntries(
        Array.from({ length: sessions }, (_, number) => [`u${number}`, PASSWORD]));
    const start = { prosody: startProsody, ejabberd: startEjabberd }[server];
    return start({ domain: DOMAIN, guestDomain: GUEST_DOMAIN, accounts });
}

async function startRelay(to) {
    const port = await freePort();
    return startSite('haproxy', { port, site: `
global
    nbthread 1
    maxconn 4000
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen relay
    bind 127.0.0.1:${port}
    server local 127.0.0.1:${to}
` });
}

export async function startWebServer() {
    const port = await freePort();
    return startSite('nginx', { port, site: `server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000000;
    location / { return 200 "ok"; }
}
` });
}

// A front of clients' TLS and nothing behind it, with this certificate; one worker. What boshcm agrees
// to (tls/common_settings, tls/server_context) is what nginx is told to.
const FRONTS = {
    nginx: async ({ certificate, key }) => {
        const port = await freePort();
        return startSite('nginx', { port, site: `server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    ssl_prefer_server_ciphers on;
    ssl_ecdh_curve X25519:P-256:P-384;
    location / { return 200 "ok"; }
}
` });
    },
    boshcm: async (certificate) => startBoshcm({ domains: { [DOMAIN]: await freePort() }, ...UNLIMITED,
        listener: { tls: 'own', certificates: [certificate] }, workers: 1, log: { level: 'info' } }),
};
export const FRONT_ROLES = { nginx: 'server', boshcm: 'manager' };

export async function startFront({ via, key }) {
    const authority = new Authority();
    const front = await FRONTS[via](authority.issue({ names: [DOMAIN], rsa: key === 'rsa' }));
    return { ...front, ca: authority.file };
}

const urlOf = (transport, { port, boshUrl, wsUrl }) =>
    ({ bosh: boshUrl, websocket: wsUrl, tcp: `tcp://127.0.0.1:${port}` })[transport];

export async function stage(run) {
    const stops = [];
    const watched = {};
    const strike = async () => {
        for (const stop of stops.splice(0).reverse()) await stop();
    };
    const up = async (role, starting) => {
        const started = await starting;
        stops.push(() => started.stop());
        watched[role] = started.child.pid;
        return started;
    };
    try {
        let front = await up('server', startServer(run));
        if (run.via === 'boshcm') {
            front = await up('manager', startBoshcm({ domains: { [DOMAIN]: front.port },
                ...UNLIMITED, workers: run.workers, bosh: run.bosh, log: { level: 'info' } }));
        }
        let url = urlOf(run.transport, front);
        if (run.relay) {
            const to = new URL(url).port;
            const relay = await up('relay', startRelay(to));
            url = url.replace(`:${to}`, `:${relay.port}`);
        }
        return { url, watched, strike };
    } catch (error) {
        await strike();
        throw error;
    }
}
