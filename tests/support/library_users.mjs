// LibraryUsers — alice with a client library (library_client.mjs) in a world for web clients, and
// what she does there with bob, whichever library it is.
import assert from 'node:assert/strict';
import { after } from 'node:test';

import { message, talk } from './conversation.mjs';
import { LibraryClient } from './library_client.mjs';
import { startWebWorld } from './web_world.mjs';
import { DOMAIN } from './world.mjs';

// The world of a test file with its ways, alice's library, and bob; it ends with the file.
// `program`: as LibraryClient takes it.
export async function usersOfThisFile(program) {
    const { world, ways, ca } = await startWebWorld();
    const users = new LibraryUsers(program, { world, ca });
    const bob = await world.peer('bob');
    after(async () => {
        await LibraryClient.endAll();
        await world.stop();
    });
    return { users, ways, bob };
}

class LibraryUsers {
    constructor(program, { world, ca }) { Object.assign(this, { program, world, ca }); }

    async login({ kind, url }, resource) {
        const client = new LibraryClient(this.program, this.ca);
        await client.login({ kind, url, resource, domain: DOMAIN, user: 'alice',
                             password: this.world.accounts.alice });
        return client;
    }

    // The session ends because alice said so.
    async leave(client) {
        await client.leave();
        const end = await this.world.front.child.line(/ (session|websocket)\.ended /);
        assert.match(end, / cause=(terminated|client-closed)$/);
    }

    // Her connection goes, and she comes back to the session that she had.
    async resumes(way, bob) {
        const alice = await this.login(way, 'resumes');
        await talk(alice, bob);
        alice.command('drop');
        await this.world.front.child.line(/websocket\.ended .* cause=client-lost\b/);
        bob.send(message(alice.jid, 'for when you are back'));
        await alice.event('resumed');
        assert.equal(await alice.textFrom(bob.jid), 'for when you are back');
        await talk(alice, bob);
        await this.leave(alice);
    }
}
