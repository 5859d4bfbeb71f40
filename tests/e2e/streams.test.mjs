// One session, several accounts: XEP-0124 §16 with a real server.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, GUEST_DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { NS, child, condition } from '../support/xml.mjs';

const world = await worldOfThisFile({ bosh: { 'max-streams': '3' } });

// Sends empty requests until an answer of that stream has such a payload.
async function next(client, stream, name, answer) {
    let current = answer ?? await client.send();
    for (let polls = 0; polls < 20; ++polls) {
        // Until a second one is added, answers name none.
        const found = (current.attribute('stream') ?? client.onlyStream) === stream &&
            current.payloads.find((each) => each.localName === name);
        if (found) return found;
        if (current.type === 'terminate') throw new Error(`no ${name}: ${current}`);
        current = await client.send();
    }
    throw new Error(`no ${name}: ${current}`);
}

// Logs in on one stream of a session and binds there; the full JID.
async function logIn(client, stream, domain, user) {
    const extra = { stream };
    const plain = Buffer.from(`\0${user}\0${world.accounts[user]}`).toString('base64');
    const auth = user === undefined ? "mechanism='ANONYMOUS'>=" : `mechanism='PLAIN'>${plain}`;
    await next(client, stream, 'success',
               await client.send(`<auth xmlns='${NS.sasl}' ${auth}</auth>`, { extra }));
    await next(client, stream, 'features', await client.send('', {
        extra: { ...extra, 'xmpp:restart': 'true', 'xmlns:xmpp': NS.xbosh, to: domain } }));
    const bound = await next(client, stream, 'iq', await client.send(
        `<iq xmlns='${NS.client}' type='set' id='b'><bind xmlns='${NS.bind}'/></iq>`, { extra }));
    return child(child(bound, 'bind', NS.bind), 'jid').textContent;
}

// Rows: B-260, B-261, B-262, B-263, B-264, B-266
test('two accounts of two domains in one session write to each other', async () => {
    const client = world.raw();
    const created = await client.create({ to: DOMAIN, wait: 5 });
    const first = created.attribute('stream');
    assert.match(first, /^[\w-]{20}$/);
    client.onlyStream = first;
    await client.features();
    const alice = await logIn(client, first, DOMAIN, 'alice');

    const added = await client.send('', { extra: { to: DOMAIN, 'xml:lang': 'en' } });
    const second = added.attribute('stream');
    delete client.onlyStream;
    assert.match(second, /^[\w-]{20}$/);
    assert.notEqual(second, first);
    assert.equal(added.attribute('sid'), undefined);
    await next(client, second, 'features');
    const bob = await logIn(client, second, DOMAIN, 'bob');

    const guest = await client.send('', { extra: { to: GUEST_DOMAIN } });
    await next(client, guest.attribute('stream'), 'features');
    const nobody = await logIn(client, guest.attribute('stream'), GUEST_DOMAIN);
    assert.ok(nobody.includes(`@${GUEST_DOMAIN}/`), nobody);

    const say = (to, text) => `<message xmlns='${NS.client}' to='${to}'><body>${text}</body></message>`;
    const heard = await next(client, second, 'message',
                             await client.send(say(bob, 'from one to the other'), { extra: { stream: first } }));
    assert.equal(heard.getAttribute('from'), alice);
    const answer = await next(client, first, 'message',
                              await client.send(say(alice, 'and back'), { extra: { stream: second } }));
    assert.equal(answer.getAttribute('from'), bob);

    // Without a name: from all of them at once.
    const peer = await world.peer('bob', 'watcher');
    await client.send(`<message xmlns='${NS.client}' to='${peer.jid}' id='all'><body>all</body></message>`);
    const senders = [await peer.message('one', (each) => each.getAttribute('id') === 'all'),
                     await peer.message('another', (each) => each.getAttribute('id') === 'all')]
        .map((each) => each.getAttribute('from'));
    assert.ok([alice, bob].every((jid) => senders.includes(jid)) || senders.includes(nobody), String(senders));

    // One is closed, the others go on.
    let closed = await client.send("<presence type='unavailable' xmlns='jabber:client'/>",
                                   { extra: { stream: second, type: 'terminate' } });
    for (let polls = 0; polls < 5 && closed.type !== 'terminate'; ++polls) closed = await client.send();
    assert.equal(closed.attribute('stream'), second);
    assert.equal(closed.condition, undefined);
    await next(client, first, 'iq', await client.send(
        `<iq xmlns='${NS.client}' type='get' id='r'><query xmlns='${NS.roster}'/></iq>`,
        { extra: { stream: first } }));
    const end = await client.terminate();
    assert.equal(end.type, 'terminate');
    assert.equal(end.attribute('stream'), undefined);
    assert.equal((await client.send()).condition, 'item-not-found');
});

// Rows: B-267, X-030
test('the stream error of one stream leaves the others alone', async () => {
    const client = world.raw();
    const first = (await client.create({ to: DOMAIN, wait: 5 })).attribute('stream');
    const second = (await client.send('', { extra: { to: DOMAIN } })).attribute('stream');
    await next(client, second, 'features');
    const bob = await logIn(client, second, DOMAIN, 'bob');
    // Who binds the same resource elsewhere takes it over.
    const rival = await world.rawLogin('bob', bob.split('/')[1]);
    let answer = await client.send();
    for (let polls = 0; polls < 5 && answer.type !== 'terminate'; ++polls) answer = await client.send();
    assert.equal(answer.condition, 'remote-stream-error');
    assert.equal(answer.attribute('stream'), second);
    assert.equal(condition(answer.payload('error', NS.stream)), 'conflict');
    await rival.terminate();
    await logIn(client, first, DOMAIN, 'alice');
    await client.terminate();
});

// Rows: B-043, B-267
test('a stream to a domain that is not served ends by itself', async () => {
    const client = world.raw();
    await client.create({ to: DOMAIN, wait: 5 });
    const answer = await client.send('', { extra: { to: 'elsewhere.example' } });
    assert.equal(answer.condition, 'host-unknown');
    assert.match(answer.attribute('stream'), /^[\w-]{20}$/);
    assert.equal((await client.terminate()).condition, undefined);
});
