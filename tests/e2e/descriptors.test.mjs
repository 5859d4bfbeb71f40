// A boshcm that may open few descriptors: who is there goes on, who comes is told that there is no
// room, and gets in when others have left.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { within } from '../support/children.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { WsClient } from '../support/ws_client.mjs';
import { DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

const DESCRIPTORS = 128;
const CROWD = 60; // more than fit
const SECONDS = 15; // in which who is refused must know
const world = await worldOfThisFile({ descriptors: DESCRIPTORS, crowd: CROWD });
const people = [];
let next = 0; // of the crowd

function room(kind) {
    const [line] = world.front.child.output.match(/daemon\.ready .*/);
    return Number(new RegExp(`\\b${kind}=(\\d+)`).exec(line)[1]);
}

// The next of the crowd: logs in, or is refused; then that answer is what comes back.
async function come() {
    const user = `user${next}`;
    const client = world.raw();
    try {
        await client.login({ domain: DOMAIN, user, password: world.accounts[user] });
    } catch (error) {
        if (client.creation?.type !== 'terminate') throw error;
        await within(SECONDS, 'the end of the connection',
                     Promise.all([...client.connections].map(({ closed }) => closed)));
        return client.creation;
    }
    people.push(client);
    next += 1;
    return null;
}

// Everybody writes to themselves, and has it back.
async function everybodyTalks(text) {
    await Promise.all(people.map(async (person) => {
        person.post(`<message xmlns='jabber:client' type='chat' to='${person.jid}'>` +
                    `<body>${text}</body></message>`);
        await person.message('what was written',
                             (each) => child(each, 'body')?.textContent === text, 30);
    }));
}

// Rows: H-049
test('the limit is told at the start, and how many sessions it allows', () => {
    assert.match(world.front.child.output,
                 new RegExp(`daemon\\.started .*descriptors=${DESCRIPTORS}\\b`));
    assert.ok(room('bosh_sessions') >= 10 && room('bosh_sessions') * 3 < DESCRIPTORS);
    assert.ok(room('websockets') > room('bosh_sessions') && room('websockets') * 2 < DESCRIPTORS);
});

// Rows: H-049, B-061, S-040
test('who comes when no descriptor is left is told at once, and who is there goes on', async () => {
    let refusal = null;
    while (refusal === null) {
        const begun = Date.now();
        refusal = await come();
        if (refusal) assert.ok(Date.now() - begun < SECONDS * 1000);
    }
    assert.equal(refusal.condition, 'internal-server-error');
    assert.ok(people.length >= room('bosh_sessions') - 1,
              `${people.length} of ${room('bosh_sessions')}`);
    await everybodyTalks('first');

    const socket = new WsClient(world.front.wsUrl);
    const { status } = await within(SECONDS, 'the answer to a handshake', socket.response);
    assert.equal(status, 503);
    await within(SECONDS, 'the end of that connection', socket.closed);
});

// Rows: H-049, B-061
test('connections that say nothing keep nobody who is there from going on', async () => {
    const silent = await Promise.all(Array.from({ length: DESCRIPTORS },
                                                () => HttpConnection.open(world.front.port)));
    // Those for which there is no room are closed at once, so the queue of the listener is empty.
    await within(SECONDS, 'the end of one', Promise.race(silent.map(({ closed }) => closed)));
    await everybodyTalks('second');
    for (const connection of silent) connection.close();
    await Promise.all(silent.map(({ closed }) => closed));
    await everybodyTalks('third');
});

// Rows: H-049, B-061
test('when some have left newcomers get in', async () => {
    const leaving = people.splice(0, 5);
    await Promise.all(leaving.map((person) => person.terminate()));
    for (const person of leaving) person.vanish();
    for (let left = 3; left > 0; --left) {
        // What they had is free when their server has said goodbye.
        let refusal;
        do refusal = await come(); while (refusal);
    }
    await everybodyTalks('fourth');
    await Promise.all(people.map((person) => person.terminate()));
});
