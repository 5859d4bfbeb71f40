// Two hundred sessions at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

const CROWD = 200;
const AT_THE_DOOR = 50; // who log in at the same time: a busy machine must not make this a test of it
const world = await worldOfThisFile({ crowd: CROWD });

// Rows: B-020, B-070, S-001, S-042
test('two hundred people are there at the same time, and each writes to the next', async () => {
    const people = [];
    while (people.length < CROWD) {
        people.push(...await Promise.all(Array.from({ length: AT_THE_DOOR }, (_, index) =>
            world.rawLogin(`user${people.length + index}`, 'crowd'))));
    }
    assert.equal(new Set(people.map((person) => person.sid)).size, CROWD);
    people.forEach((person, number) => {
        const next = people[(number + 1) % CROWD].jid;
        person.post(`<message xmlns='jabber:client' type='chat' to='${next}'>` +
                    `<body>from ${number}</body></message>`);
    });
    await Promise.all(people.map(async (person, number) => {
        const message = await person.message('the neighbour', undefined, 60);
        assert.equal(child(message, 'body').textContent, `from ${(number + CROWD - 1) % CROWD}`);
        assert.equal(message.getAttribute('from'),
                     `user${(number + CROWD - 1) % CROWD}@${DOMAIN}/crowd`);
    }));
    await Promise.all(people.map((person) => person.terminate()));
});
