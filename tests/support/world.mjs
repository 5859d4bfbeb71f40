// World — a real XMPP server, boshcm in front of it, and whoever logs in: one for each test file.
// E2E_SERVER chooses prosody or ejabberd, so that every scenario is run against both. E2E_FRONT=own
// puts the server's own BOSH in boshcm's place: a scenario that fails there too is a wrong scenario.
import { after } from 'node:test';

import { startBoshcm } from './boshcm.mjs';
import { BoshClient } from './bosh_client.mjs';
import { startEjabberd } from './ejabberd.mjs';
import { Peer } from './peer.mjs';
import { startProsody } from './prosody.mjs';
import { StropheClient } from './strophe_client.mjs';

export const DOMAIN = 'chat.example';
export const GUEST_DOMAIN = 'guest.example';
export const ROOM_DOMAIN = `rooms.${DOMAIN}`;

// `options`: as startProsody() and startEjabberd() take them.
export async function startServer({ crowd = 0, ...options } = {}) {
    const accounts = { alice: 'wonderland-3', bob: 'can-we-fix-it' };
    for (let number = 0; number < crowd; ++number) accounts[`user${number}`] = `pass${number}`;
    const start = { prosody: startProsody, ejabberd: startEjabberd }[process.env.E2E_SERVER ??
                                                                       'prosody'];
    const server = await start({ domain: DOMAIN, guestDomain: GUEST_DOMAIN, accounts,
                                 ...options });
    return { ...server, accounts };
}

// `settings`: as startBoshcm() takes them, added to the two domains of the server. `roomDomain`: the
// server has rooms there.
export async function startWorld({ crowd, roomDomain, domains, ...settings } = {}) {
    const server = await startServer({ crowd, roomDomain });
    const front = process.env.E2E_FRONT === 'own' ? { ...server, stop: () => {} }
        : await startBoshcm({
            domains: { [DOMAIN]: server.port, [GUEST_DOMAIN]: server.port, ...domains },
            ...settings,
        });
    const peers = [];
    const world = {
        server, front, accounts: server.accounts,
        url: front.boshUrl,
        // alice, or another, through BOSH with strophe.js.
        async strophe(user = 'alice', { resource = 'web', ...options } = {}) {
            const client = new StropheClient(front.boshUrl, options);
            return client.login(`${user}@${DOMAIN}/${resource}`, server.accounts[user]);
        },
        // bob, or another, over native TCP with libstrophe.
        async peer(user = 'bob', resource = 'native') {
            const peer = await Peer.login({ jid: `${user}@${DOMAIN}/${resource}`,
                                            password: server.accounts[user], port: server.port });
            peers.push(peer);
            return peer;
        },
        raw: () => new BoshClient(front.boshUrl),
        async rawLogin(user = 'alice', resource = 'raw', options = {}) {
            const client = new BoshClient(front.boshUrl);
            await client.login({ domain: DOMAIN, user, password: server.accounts[user], resource,
                                 ...options });
            return client;
        },
        async stop() {
            StropheClient.resetAll();
            await Promise.all(peers.map((peer) => peer.stop()));
            await front.stop();
            await server.stop();
        },
    };
    return world;
}

// The same, ended with the test file; a bad end of boshcm fails the file.
export async function worldOfThisFile(settings) {
    const world = await startWorld(settings);
    after(() => world.stop());
    return world;
}
