// strophe.js between boshcm and a real server, by BOSH and by WebSocket, under Node, where it verifies
// boshcm's certificate. The other tests of it are in clients, login and websocket.
import { test } from 'node:test';

import { meet, openRoom, talk } from '../support/conversation.mjs';
import { usersOfThisFile } from '../support/library_users.mjs';

const { users, ways, bob } = await usersOfThisFile('strophejs_program.mjs');

for (const way of ways) {
    // Rows: B-020, B-220, S-020, W-005, W-042, W-048, W-056, W-060
    test(`strophe.js logs in by ${way.name}, writes, reads and leaves`, async () => {
        const alice = await users.login(way, 'chat');
        await talk(alice, bob);
        await users.leave(alice);
    });

    // Rows: B-020, W-048
    test(`strophe.js is in a room by ${way.name}`, async () => {
        const room = await openRoom(bob, `strophe.js.${way.kind}.${ways.indexOf(way)}`);
        const alice = await users.login(way, 'room');
        await meet(alice, bob, room);
        await users.leave(alice);
    });
}
