// xmpp.js, which has WebSocket only, between boshcm and a real server.
import { test } from 'node:test';

import { meet, openRoom, talk } from '../support/conversation.mjs';
import { usersOfThisFile } from '../support/library_users.mjs';

const { users, ways, bob } = await usersOfThisFile('xmppjs_program.mjs');

for (const way of ways.filter(({ kind }) => kind === 'websocket')) {
    // Rows: W-005, W-042, W-048, W-052, W-060
    test(`xmpp.js logs in by ${way.name}, writes, reads and leaves`, async () => {
        const alice = await users.login(way, 'chat');
        await talk(alice, bob);
        await users.leave(alice);
    });

    // Rows: W-042, W-048
    test(`xmpp.js is in a room by ${way.name}`, async () => {
        const room = await openRoom(bob, `xmpp.js.${way.kind}.${ways.indexOf(way)}`);
        const alice = await users.login(way, 'room');
        await meet(alice, bob, room);
        await users.leave(alice);
    });

    // Rows: W-059, W-064, U-070, U-071, X-041
    test(`xmpp.js resumes its session by ${way.name}, and misses nothing`,
         () => users.resumes(way, bob));
}
