// StanzaJS between boshcm and a real server, by BOSH and by WebSocket.
import { test } from 'node:test';

import { meet, openRoom, talk } from '../support/conversation.mjs';
import { usersOfThisFile } from '../support/library_users.mjs';

const { users, ways, bob } = await usersOfThisFile('stanzajs_program.mjs');

for (const way of ways) {
    // Rows: B-020, B-220, D-17, D-20, W-005, W-042, W-048, W-060
    test(`StanzaJS logs in by ${way.name}, writes, reads and leaves`, async () => {
        const alice = await users.login(way, 'chat');
        await talk(alice, bob);
        await users.leave(alice);
    });

    // Rows: B-020, W-048
    test(`StanzaJS is in a room by ${way.name}`, async () => {
        const room = await openRoom(bob, `stanzajs.${way.kind}.${ways.indexOf(way)}`);
        const alice = await users.login(way, 'room');
        await meet(alice, bob, room);
        await users.leave(alice);
    });
}

for (const way of ways.filter(({ kind }) => kind === 'websocket')) {
    // Rows: W-059, W-064, U-070, U-071, X-041
    test(`StanzaJS resumes its session by ${way.name}, and misses nothing`,
         () => users.resumes(way, bob));
}
