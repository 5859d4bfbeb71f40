// WebWorld — a world as web clients find it: BOSH and WebSocket, each in clear and over TLS, and
// rooms on the server. The certificate is signed by an authority of the test's own.
//
//     const { world, ways, ca, pin } = await startWebWorld();
//     for (const { name, kind, url } of ways) ...          // 'BOSH over TLS', 'bosh', 'https://...'
//
// ca: the authority's file, for those who verify; pin: the key's, for a browser.
import { Authority } from './certificates.mjs';
import { freePort } from './children.mjs';
import { ROOM_DOMAIN, startWorld } from './world.mjs';

const ADDRESS = '127.0.0.1';

export async function startWebWorld(settings = {}) {
    const authority = new Authority();
    const credentials = authority.issue({ addresses: [ADDRESS] });
    const tlsPort = await freePort();
    const world = await startWorld({
        roomDomain: ROOM_DOMAIN,
        listeners: [{ address: ADDRESS, port: tlsPort, tls: 'own', certificates: [credentials] }],
        ...settings,
    });
    const { boshUrl, wsUrl } = world.front;
    const inClear = [{ name: 'BOSH', kind: 'bosh', url: boshUrl },
                     { name: 'WebSocket', kind: 'websocket', url: wsUrl }];
    // http: becomes https:, ws: becomes wss:.
    const overTls = inClear.map(({ name, kind, url }) => {
        const { protocol, pathname } = new URL(url);
        return { name: `${name} over TLS`, kind,
                 url: `${protocol.replace(':', 's:')}//${ADDRESS}:${tlsPort}${pathname}` };
    });
    return {
        world, ca: authority.file, pin: credentials.pin(),
        // The server's own BOSH and WebSocket are in clear only.
        ways: process.env.E2E_FRONT === 'own' ? inClear : [...inClear, ...overTls],
    };
}
