// The client is gone for good: what becomes of the stanzas that were for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { NS, child } from '../support/xml.mjs';

const world = await worldOfThisFile(); // whoever pauses says how long it is waited for
const bob = await world.peer('bob', 'native');

// Rows, B-181
test('senders are told that a message and a query reached nobody', async () => {
    const alice = await world.rawLogin('alice', 'gone', { quiet: true });
    await alice.pause(1); // the shortest patience there is
    bob.send(`<message xmlns='${NS.client}' to='${alice.jid}' id='lost' type='chat'>` +
        '<body>are you there?</body></message>');
    bob.send(`<iq xmlns='${NS.client}' to='${alice.jid}' id='asked' type='get'>` +
        `<query xmlns='${NS.disco}'/></iq>`);
    for (const [id, condition] of [['lost', 'recipient-unavailable'], ['asked', 'service-unavailable']]) {
        const answer = await bob.stanza(`the error for ${id}`,
                                        (each) => each.getAttribute('id') === id, 90);
        assert.equal(answer.getAttribute('type'), 'error');
        assert.equal(answer.getAttribute('from'), alice.jid);
        assert.ok(child(child(answer, 'error'), condition, NS.stanzas), String(answer));
    }
    assert.equal((await alice.send()).condition, 'item-not-found');
});

// Rows: B-180
test('who wrote while boshcm was stopped is not late', async () => {
    const alice = await world.rawLogin('alice', 'in time', { quiet: true, wait: 1 });
    await alice.pause(1);
    const { process } = world.front.child;
    process.kill('SIGSTOP'); // as with its container
    const answer = alice.send();
    await setTimeout(3000); // of its second
    process.kill('SIGCONT');
    assert.equal((await answer).condition, undefined, String(await answer));
    await alice.terminate();
});

// Rows: U-070, U-071, U-073, U-074, U-075, U-076, X-041, D-08
test('a stream that can be resumed is kept: its stanzas wait and come once', async () => {
    const first = await world.rawLogin('alice', 'resumes', { quiet: true });
    first.poll();
    first.post(`<presence xmlns='${NS.client}'/><enable xmlns='${NS.sm}' resume='true'/>`);
    const enabled = await first.stanza('<enabled/>', (each) => each.localName === 'enabled');
    assert.match(enabled.getAttribute('resume'), /^(true|1)$/);
    // The server counts what it has sent since; so does a client.
    let heard = 0;
    const counts = (each) => ['message', 'presence', 'iq'].includes(each.localName);
    await first.pause(1);
    const all = first.stanzas.all;
    heard = all.slice(all.indexOf(enabled)).filter(counts).length;
    first.vanish();

    bob.send(`<message xmlns='${NS.client}' to='${first.jid}' id='kept' type='chat'>` +
        '<body>for when you are back</body></message>');
    const end = new RegExp(`session\\.ended sid=${first.sid.slice(0, 6)}.*cause=inactivity`);
    await world.front.child.line(end);

    const second = world.raw();
    await second.create({ to: DOMAIN, wait: 5 });
    await second.features();
    await second.authenticatePlain('alice', world.accounts.alice);
    await second.features(await second.restart(DOMAIN));
    second.poll();
    second.post(`<resume xmlns='${NS.sm}' previd='${enabled.getAttribute('id')}' h='${heard}'/>`);
    await second.stanza('<resumed/>', (each) => each.localName === 'resumed');
    const kept = await second.message('the message', (each) => each.getAttribute('id') === 'kept');
    assert.equal(child(kept, 'body').textContent, 'for when you are back');
    await second.iq('get', `<query xmlns='${NS.roster}'/>`);
    const again = second.stanzas.all.filter((each) => each.getAttribute('id') === 'kept');
    assert.equal(again.length, 1);
    assert.ok(!bob.stanzas.all.some((each) => each.getAttribute('id') === 'kept'), 'it was bounced');
    await second.terminate();
});
