// Ejabberd — the real server, private: loopback, free ports, a temporary folder, plain TCP.
// It is started without Erlang's distribution: no node name, no epmd, so neither the system's own
// ejabberd nor another test's can meet it. Accounts are made inside it, before it says it is ready.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Child, freePort, temporaryFolder } from './children.mjs';

// Debian keeps it under /usr/lib/<architecture>/ejabberd-<version>.
function libraries() {
    for (const folder of readdirSync('/usr/lib')) {
        const path = join('/usr/lib', folder);
        if (!folder.includes('-linux-')) continue;
        const package_ = readdirSync(path).find((name) => /^ejabberd-\d/.test(name));
        if (package_ && existsSync(join(path, package_, 'ebin'))) {
            return { libraries: path, beams: join(path, package_, 'ebin') };
        }
    }
    throw new Error('ejabberd is not installed');
}

// `credentials`, as an Authority issues them: then TLS is required, and there is a port for direct
// TLS, and one that expects the PROXY protocol.
// `roomDomain`: where rooms are, and people may be blocked: without, Converse.js opens no chat.
// `more`: lines beside those of the configuration, of the listener of clients and of the whole.
// `lines`: of the configuration, in place of its listeners and modules.
export async function startEjabberd({ domain, guestDomain, roomDomain, accounts, credentials,
                                      port: wanted, more: { listener = '', lines: added = '' } = {},
                                      lines }) {
    const folder = temporaryFolder('ejabberd');
    const port = wanted ?? await freePort();
    const [httpPort, directPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
    const config = join(folder, 'ejabberd.yml');
    writeFileSync(config, `
hosts: [${[domain, ...guestDomain ? [guestDomain] : []].map((name) => `"${name}"`)}]
loglevel: ${credentials ? 'info' : 'warning'}
${credentials ? `certfiles: ["${credentials.both}"]` : ''}
auth_method: internal
auth_password_format: plain
${guestDomain ? `host_config:
  "${guestDomain}":
    auth_method: anonymous
    anonymous_protocol: sasl_anon` : ''}
${lines ?? `listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    backlog: 1024 # two hundred sessions come at once
    ${listener || 'max_stanza_size: 262144'}
${credentials ? `    starttls: true
    starttls_required: true
  - port: ${directPort}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    tls: true
  - port: ${proxyPort}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    use_proxy_protocol: true
    starttls: true
    starttls_required: true` : ''}
  - port: ${httpPort}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /http-bind: mod_bosh
      /xmpp-websocket: ejabberd_http_ws
modules:
  mod_bosh: {}
  mod_disco: {}
${roomDomain ? `  mod_muc:
    hosts: ["${roomDomain}"]
  mod_blocking: {}
  mod_privacy: {}` : ''}
  mod_ping: {}
  mod_roster: {}
  mod_stream_mgmt: {}
  mod_vcard: {}
  mod_version: {}`}
${added}
`);
    const erlangString = (text) => `<<${JSON.stringify(text)}>>`;
    const registrations = Object.entries(accounts).map(([user, password]) =>
        `ok = ejabberd_auth:try_register(${erlangString(user)}, ${erlangString(domain)}, ` +
        `${erlangString(password)})`);
    return run({ folder, config, registrations, domain, guestDomain, port, httpPort, directPort,
                 proxyPort });
}

async function run(started) {
    const { folder, config, registrations, domain, guestDomain, port, httpPort, directPort,
            proxyPort } = started;
    const where = libraries();
    const child = new Child('ejabberd', 'erl', [
        '-noinput', '-pa', where.beams,
        '-mnesia', 'dir', JSON.stringify(join(folder, 'mnesia')),
        '-s', 'ejabberd',
        '-eval', [...registrations, 'io:format("ejabberd-ready~n").'].join(', '),
    ], {
        cwd: folder,
        env: {
            HOME: folder,
            ERL_LIBS: where.libraries,
            EJABBERD_CONFIG_PATH: config,
            EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
            ERL_CRASH_DUMP: join(folder, 'crash.dump'),
        },
    });
    await child.line(/ejabberd-ready/, 90);
    return {
        name: 'ejabberd', domain, guestDomain, port, directPort, proxyPort, child,
        configuration: config,
        // With what is in the configuration by then; accounts stay.
        again: () => run({ ...started, registrations: [] }),
        // Waits until it says that somebody logged in from there, once for each time it does.
        loginFrom: (address) =>
            child.line(new RegExp(`Accepted c2s.* from \\S*${address.replaceAll('.', '\\.')}`)),
        boshUrl: `http://127.0.0.1:${httpPort}/http-bind`,
        wsUrl: `ws://127.0.0.1:${httpPort}/xmpp-websocket`,
        stop: () => child.stop(),
        kill: () => child.stop('SIGKILL'),
    };
}
