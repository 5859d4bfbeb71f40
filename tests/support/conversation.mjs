// Conversation — what a web client's user does with bob, who has a native client: writes to him and
// reads what he answers, and meets him in a room.
//
// `client`: an object with say(to, text, type), textFrom(sender) and join(room, nick), whatever
// library is behind it.
import assert from 'node:assert/strict';

import { ROOM_DOMAIN } from './world.mjs';
import { NS, attributes, child, children, escape } from './xml.mjs';

const MUC = 'http://jabber.org/protocol/muc';
const OWN_PRESENCE = '110'; // XEP-0045 §7.2.2

export const TEXTS = ['안녕하세요, 밥! 오늘 점심은 뭐예요? 🍜', `<b>"R&D"</b> ]]> &amp; 👩‍👩‍👧‍👦`,
                      'one line\nand another'];

let messages = 0;
export function message(to, body, type = 'chat') {
    const id = `bob-${++messages}`; // Converse.js shows what has one
    return `<message${attributes({ xmlns: NS.client, type, to, id })}>` +
        `<body>${escape(body)}</body></message>`;
}

const textOf = (stanza) => child(stanza, 'body')?.textContent;

// What a server bounces because nobody acknowledged it is no message from anybody.
const said = (from) => (stanza) => stanza.getAttribute('from') === from &&
    stanza.getAttribute('type') !== 'error' && textOf(stanza) !== undefined;

// She writes and he reads.
export async function write(client, bob, text) {
    await client.say(bob.jid, text);
    assert.equal(textOf(await bob.message('what alice wrote', said(client.jid))), text);
}

// Each text there and back.
export async function talk(client, bob) {
    for (const text of TEXTS) {
        await write(client, bob, text);
        bob.send(message(client.jid, `${text} 네!`));
        assert.equal(await client.textFrom(bob.jid), `${text} 네!`);
    }
}

// A new room with bob in it, as he makes it: its address. Until its owner has said that he takes
// it as it is, nobody else may come in.
export async function openRoom(bob, name) {
    const room = `${name}@${ROOM_DOMAIN}`;
    const id = `configures ${room}`;
    bob.send(`<presence xmlns='${NS.client}' to='${room}/bob'><x xmlns='${MUC}'/></presence>`);
    await bob.stanza('himself in the room', (each) => each.getAttribute('from') === `${room}/bob` &&
        children(each).flatMap(children).some((status) => status.getAttribute('code') === OWN_PRESENCE));
    bob.send(`<iq xmlns='${NS.client}' type='set' id='${id}' to='${room}'>` +
             `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`);
    const answer = await bob.stanza('the configured room', (each) => each.getAttribute('id') === id);
    assert.equal(answer.getAttribute('type'), 'result');
    return room;
}

// Both are in the room, and read what the other says there, as from the room.
export async function meet(client, bob, room) {
    await client.join(room, 'alice');
    await bob.stanza('alice in the room', (each) => each.localName === 'presence' &&
        each.getAttribute('from') === `${room}/alice`);
    for (const text of TEXTS) {
        await client.say(room, text, 'groupchat');
        assert.equal(textOf(await bob.message('what alice said', said(`${room}/alice`))), text);
        bob.send(message(room, `${text} 네!`, 'groupchat'));
        assert.equal(await client.textFrom(`${room}/bob`), `${text} 네!`);
    }
}
