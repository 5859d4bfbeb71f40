// nsd — a real authoritative name server, private: loopback, a free port, a temporary folder.
// It runs as whoever runs the tests, root or not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Child, freePort, temporaryFolder } from './children.mjs';

// zones: { 'chat.example': ['_xmpp-client._tcp 60 IN SRV 0 0 5222 host', 'host 60 IN A 127.0.0.1'] },
// besides SOA and NS. A zone without lines is broken: its file is missing, and nsd says SERVFAIL.
// What is not there may be remembered for 2 s. `server` is what belongs in <dns server="...">.
export async function startDns(zones) {
    const folder = temporaryFolder('nsd');
    const port = await freePort();
    let config = `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  database: ""
  pidfile: ""
  xfrdfile: ""
  server-count: 1
  zonesdir: "${folder}"
  xfrdir: "${folder}"
  zonelistfile: "${join(folder, 'zone.list')}"
remote-control:
  control-enable: no
`;
    for (const [name, lines] of Object.entries(zones)) {
        config += `zone:\n  name: ${name}\n  zonefile: ${name}.zone\n`;
        if (lines.length === 0) continue;
        writeFileSync(join(folder, `${name}.zone`),
                      [`$ORIGIN ${name}.`, '@ 60 IN SOA ns hostmaster 1 3600 600 86400 2',
                       '@ 60 IN NS ns', 'ns 60 IN A 127.0.0.1', ...lines, ''].join('\n'));
    }
    writeFileSync(join(folder, 'nsd.conf'), config);
    const child = new Child('nsd', '/usr/sbin/nsd', ['-d', '-c', join(folder, 'nsd.conf')]);
    await child.line(/nsd started/);
    return { port, server: `127.0.0.1:${port}`, child, stop: () => child.stop() };
}
