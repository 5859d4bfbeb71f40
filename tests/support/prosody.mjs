// Prosody — the real server, private: loopback, free ports, a temporary folder, plain TCP.
// It runs as whoever runs the tests, root or not, and knows nothing of the system's own Prosody.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Child, freePort, temporaryFolder } from './children.mjs';

// As Prosody's own storage names files: everything but letters and digits is %xx.
const encoded = (name) => name.replace(/[^A-Za-z0-9]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

// `credentials`, as an Authority issues them: then TLS is required, and there is a port for direct
// TLS. `port` and `proxied`: a port of one's own choice, and one that expects the PROXY protocol.
// `roomDomain`: where rooms are, and people may be blocked: without, Converse.js opens no chat.
// `more`: lines beside those of the configuration, and modules that they are for.
// `lines`: of the configuration, in place of those about encryption and of its own web services.
export async function startProsody({ domain, guestDomain, roomDomain, accounts, credentials, port: wanted,
                                     more: { modules = [], lines: added = '' } = {}, lines }) {
    const folder = temporaryFolder('prosody');
    const port = wanted ?? await freePort();
    const [httpPort, directPort] = [await freePort(), await freePort()];
    const tls = credentials && `{ key = "${credentials.key}"; certificate = "${credentials.certificate}" }`;
    // Files instead of `prosodyctl register`: two hundred accounts cost nothing that way, and the
    // plain store can offer every SCRAM.
    const store = join(folder, 'data', encoded(domain), 'accounts');
    mkdirSync(store, { recursive: true });
    for (const [user, password] of Object.entries(accounts)) {
        writeFileSync(join(store, `${encoded(user)}.dat`),
                      `return { ["password"] = ${JSON.stringify(password)}; };\n`);
    }
    const config = join(folder, 'prosody.cfg.lua');
    writeFileSync(config, `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
log = { info = "*console" }
interfaces = { "127.0.0.1" }
network_settings = { tcp_backlog = 1024 } -- two hundred sessions come at once
c2s_ports = { ${port} }
http_ports = { ${httpPort} }
http_interfaces = { "127.0.0.1" }
https_ports = { }
s2s_ports = { }
modules_enabled = { "roster"; "saslauth"; "disco"; "ping"; "vcard"; "version"; "bosh"; "websocket"; "smacks"${tls ? '; "tls"' : ''}${modules.map((name) => `; "${name}"`).join('')}${roomDomain ? '; "blocklist"' : ''} }
modules_disabled = { "s2s"; "s2s_auth_certs"; "offline" }
authentication = "internal_plain"
${lines ?? (tls ? `c2s_require_encryption = true
c2s_direct_tls_ports = { ${directPort} }
c2s_direct_tls_ssl = ${tls}
ssl = ${tls}` : `c2s_require_encryption = false
allow_unencrypted_plain_auth = true`)}
consider_bosh_secure = true
consider_websocket_secure = true
${added}
VirtualHost "${domain}"
${guestDomain ? `VirtualHost "${guestDomain}"
    authentication = "anonymous"` : ''}
${roomDomain ? `Component "${roomDomain}" "muc"` : ''}
`);
    return run({ config, domain, guestDomain, port, httpPort, directPort, web: !lines });
}

async function run(started) {
    const { config, domain, guestDomain, port, httpPort, directPort } = started;
    // Prosody 0.12 handles a signal between any two steps of its program: should it come between the
    // sending of a buffer and its being forgotten (net/server_epoll.lua, onwritable), the last words
    // are put into that buffer and never sent.
    const child = new Child('prosody', 'prosody', ['-F', '--config', config]);
    await child.line(/Activated service 'c2s' on \[/); // and not "on no ports"
    if (started.web) await child.line(/Activated service 'http' on \[/);
    return {
        name: 'prosody', domain, guestDomain, port, directPort, child, configuration: config,
        again: () => run(started), // with what is in the configuration by then
        boshUrl: `http://127.0.0.1:${httpPort}/http-bind`,
        wsUrl: `ws://127.0.0.1:${httpPort}/xmpp-websocket`,
        stop: async () => {
            await child.sleeps();
            return child.stop();
        },
        kill: () => child.stop('SIGKILL'),
    };
}
