// StanzaJS between boshcm and a real server, by BOSH and by WebSocket.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { meet, message, openRoom, talk } from '../support/conversation.mjs';
import { LibraryClient } from '../support/library_client.mjs';
import { startWebWorld } from '../support/web_world.mjs';
import { DOMAIN } from '../support/world.mjs';

// It asks for hold=2 and then has no connection left to send on, until one is answered: it never
// opens the third that `requests` grants it.
const { world, ways, ca } = await startWebWorld({ bosh: { hold: 1 } });
const bob = await world.peer('bob');
after(async () => {
    await LibraryClient.endAll();
    await world.stop();
});

async function login({ kind, url }, resource) {
    const client = new LibraryClient('stanzajs_program.mjs', ca);
    await client.login({ kind, url, resource, domain: DOMAIN, user: 'alice',
                         password: world.accounts.alice });
    return client;
}

// The session ends because alice said so.
async function leave(client) {
    await client.leave();
    const end = await world.front.child.line(/ (session|websocket)\.ended /);
    assert.match(end, / cause=(terminated|client-closed)$/);
}

for (const way of ways) {
    // Rows: B-020, B-220, D-17, D-20, W-005, W-042, W-048, W-060
    test(`StanzaJS logs in by ${way.name}, writes, reads and leaves`, async () => {
        const alice = await login(way, 'chat');
        await talk(alice, bob);
        await leave(alice);
    });

    // Rows: B-020, W-048
    test(`StanzaJS is in a room by ${way.name}`, async () => {
        const room = await openRoom(bob, `stanzajs.${way.kind}.${ways.indexOf(way)}`);
        const alice = await login(way, 'room');
        await meet(alice, bob, room);
        await leave(alice);
    });
}

for (const way of ways.filter(({ kind }) => kind === 'websocket')) {
    // Rows: W-059, W-064, U-070, U-071, X-041
    test(`StanzaJS resumes its session by ${way.name}, and misses nothing`, async () => {
        const alice = await login(way, 'resumes');
        await talk(alice, bob);
        alice.command('drop');
        await world.front.child.line(/websocket\.ended .* cause=client-lost$/);
        bob.send(message(alice.jid, 'for when you are back'));
        await alice.event('resumed');
        assert.equal(await alice.textFrom(bob.jid), 'for when you are back');
        await talk(alice, bob);
        await leave(alice);
    });
}
