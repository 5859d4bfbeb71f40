// Proxies — the reverse proxies of Debian, run with the recipes of conf/proxies as they are: only
// ports, paths and, where a test is about them, times are put in place of others.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { Child, freePort, temporaryFolder } from './children.mjs';

const RECIPES = new URL('../../conf/proxies/', import.meta.url);
export const PUBLIC_NAME = 'chat.example.org';

// Every one of `changes` must be in the recipe, or the test would not test what it says.
function changed(recipe, changes) {
    let text = readFileSync(new URL(recipe, RECIPES), 'utf8');
    for (const [from, to] of changes) {
        if (!text.includes(from)) throw new Error(`${recipe} has no ${from}`);
        text = text.replaceAll(from, to);
    }
    return text;
}

function makeCertificate(folder) {
    const [key, certificate, both] =
        ['privkey.pem', 'fullchain.pem', 'haproxy.pem'].map((name) => join(folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes', '-days', '2', '-subj', `/CN=${PUBLIC_NAME}`,
        '-addext', `subjectAltName=DNS:${PUBLIC_NAME}`, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' });
    writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
}

const APACHE_MODULES = ['mpm_event', 'authz_core', 'ssl', 'socache_shmcb', 'headers', 'proxy',
                        'proxy_http', 'proxy_wstunnel', 'reqtimeout'];

// How each is started in the foreground, in a folder of its own; `site` is the recipe's text.
const KINDS = {
    nginx: {
        recipe: 'nginx.conf', listen: ['listen 443 ', (port) => `listen 127.0.0.1:${port} `],
        start(folder, site) {
            writeFileSync(join(folder, 'site.conf'), site);
            const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
                .map((name) => `    ${name}_temp_path ${folder}/${name};\n`).join('');
            writeFileSync(join(folder, 'nginx.conf'), `daemon off;\npid ${folder}/nginx.pid;\n` +
                (userInfo().uid === 0 ? 'user root;\n' : '') + 'worker_processes 1;\n' +
                `error_log stderr notice;\nevents { worker_connections 4096; }\nhttp {\n` +
                `    access_log off;\n${temporary}    include ${folder}/site.conf;\n}\n`);
            return new Child('nginx', 'nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr']);
        },
    },
    haproxy: {
        recipe: 'haproxy.cfg', listen: ['bind :443 ', (port) => `bind 127.0.0.1:${port} `],
        start(folder, site) {
            writeFileSync(join(folder, 'haproxy.cfg'), site);
            return new Child('haproxy', 'haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')]);
        },
    },
    apache: {
        recipe: 'apache.conf', listen: ['*:443', (port) => `127.0.0.1:${port}`],
        start(folder, site, port) {
            writeFileSync(join(folder, 'apache.conf'),
                `ServerRoot ${folder}\nPidFile ${folder}/pid\nMutex sem\n` +
                `ServerName ${PUBLIC_NAME}\nListen 127.0.0.1:${port}\nErrorLog ${folder}/error.log\n` +
                (userInfo().uid === 0 ? 'User www-data\nGroup www-data\n' : '') +
                APACHE_MODULES.map((name) => `LoadModule ${name}_module ` +
                    `/usr/lib/apache2/modules/mod_${name}.so\n`).join('') + site);
            return new Child('apache', 'apache2',
                             ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')]);
        },
    },
    caddy: {
        recipe: 'Caddyfile', listen: [`${PUBLIC_NAME}:443`, (port) => `${PUBLIC_NAME}:${port}`],
        start(folder, site) {
            writeFileSync(join(folder, 'Caddyfile'),
                          `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
            return new Child('caddy', 'caddy', ['run', '--adapter', 'caddyfile', '--config',
                join(folder, 'Caddyfile')], { env: { HOME: folder, XDG_DATA_HOME: folder,
                                                     XDG_CONFIG_HOME: folder } });
        },
    },
};
KINDS['haproxy-tcp'] = { ...KINDS.haproxy, recipe: 'haproxy-tcp.cfg' };
KINDS['haproxy-h2'] = { ...KINDS.haproxy, recipe: 'haproxy-h2.cfg' };
// boshcm's port in the recipes; 5280 in the others.
const BACKENDS = { 'haproxy-tcp': 5281, 'haproxy-h2': 5282 };

// Something accepts connections there.
async function untilListening(child, port, open) {
    const end = Date.now() + 20_000;
    for (;;) {
        const up = await open(port).then((connection) => (connection.close(), true), () => false);
        if (up) return;
        if (child.process.exitCode !== null || Date.now() > end) {
            throw new Error(`${child.name} does not listen; it said:\n${child.output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

// The same with a configuration of one's own, in clear: the site of an nginx, all of an HAProxy.
export async function startSite(kind, { port, site }) {
    const child = KINDS[kind].start(temporaryFolder(kind), site, port);
    await untilListening(child, port, () => new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve({ close: () => socket.destroy() }));
        socket.once('error', reject);
    }));
    return { kind, port, child, stop: () => child.stop() };
}

// kind: nginx, haproxy, haproxy-tcp, haproxy-h2, apache or caddy; `to`: boshcm's port; `open`: how to connect.
export async function startProxy(kind, { to, changes = [], open }) {
    const { recipe, listen, start } = KINDS[kind];
    const folder = temporaryFolder(kind);
    makeCertificate(folder);
    const port = await freePort();
    const backend = `127.0.0.1:${BACKENDS[kind] ?? 5280}`;
    const site = changed(recipe, [[listen[0], listen[1](port)], [backend, `127.0.0.1:${to}`],
                                  [`/etc/ssl/${PUBLIC_NAME}`, folder], ...changes]);
    const child = start(folder, site, port);
    await untilListening(child, port, open);
    return { kind, port, child, certificate: join(folder, 'fullchain.pem'),
             boshUrl: `https://127.0.0.1:${port}/http-bind`,
             wsUrl: `wss://127.0.0.1:${port}/xmpp-websocket`,
             stop: () => child.stop() };
}
