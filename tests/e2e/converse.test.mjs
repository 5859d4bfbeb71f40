// Converse.js in headless Chromium, from another origin, between boshcm and a real server.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { meet, message, openRoom, talk, write } from '../support/conversation.mjs';
import { startConverse } from '../support/converse_page.mjs';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { startWebWorld } from '../support/web_world.mjs';
import { DOMAIN } from '../support/world.mjs';

const SERVER = process.env.E2E_SERVER ?? 'prosody';

const { world, ways, pin } = await startWebWorld();
// It changes nothing, but knows when a poll has gone with its page.
const network = await FaultProxy.start({ port: Number(new URL(world.url).port),
                                         decide: () => undefined });
const lenient = await startBoshcm({ domains: { [DOMAIN]: world.server.port },
                                    bosh: { 'skip-gaps': true } });
const bob = await world.peer('bob');
const converse = await startConverse(pin);
after(async () => {
    await converse.stop();
    await network.stop();
    await lenient.stop();
    await world.stop();
});

async function login(url) {
    const alice = await converse.open(url);
    await alice.login(`alice@${DOMAIN}/converse`, world.accounts.alice);
    return alice;
}

// The session ends because alice said so.
async function leave(alice, front) {
    await alice.leave();
    await front.child.line(/ (session|websocket)\.ended .* cause=(terminated|client-closed)$/);
}

const slug = ({ name }) => `${SERVER}-${name.toLowerCase().replaceAll(' ', '-')}`;
const sessions = () => world.front.child.output.match(/ session\.created /g).length;
const lost = () => world.front.child.line(/ websocket\.ended .* cause=client-(left|lost)$/);

// Nothing is on its way: boshcm has all that the page has sent, for bob has read the last of it, and
// the page all that was for it. What a page has on its way when it goes may be lost by BOSH (D-29).
async function comeToRest(alice) {
    await write(alice, bob, 'back in a moment');
    await alice.settled();
}

// How boshcm's end learns that the page is gone. There is no such sign where TLS hides it.
const GONE = {
    'BOSH': () => network.exchanging(0),
    'WebSocket': lost,
    'WebSocket over TLS': lost,
};

// The page is loaded anew at once: by BOSH it goes on with the session that it had, by WebSocket
// it resumes its stream in a new one.
async function reload(alice, { kind }) {
    const [jid, before] = [alice.jid, sessions()];
    await comeToRest(alice);
    await alice.reload();
    await alice.online();
    assert.equal(alice.jid, jid);
    assert.ok(await alice.isResumed());
    if (kind === 'websocket') await lost();
    assert.equal(sessions() - before, kind === 'bosh' ? 0 : 1);
}

// What is written while there is no page is read when there is one again.
async function leaveAndComeBack(alice, gone) {
    await comeToRest(alice);
    await alice.goElsewhere();
    await gone();
    bob.send(message(alice.jid, 'for when you are back'));
    await alice.comeBack();
    await alice.online();
    assert.ok(await alice.isResumed());
    assert.equal(await alice.textFrom(bob.jid), 'for when you are back');
}

for (const way of ways) {
    // Rows: B-020, B-140, B-220, D-29, H-070, H-071, U-070, W-005, W-042, W-048, W-052, W-059, W-060, W-064
    test(`Converse.js by ${way.name}: a chat, the page loaded anew, a room, and good-bye`, async () => {
        const url = way.name === 'BOSH' ? network.through(way.url) : way.url;
        const alice = await login(url);
        await talk(alice, bob);
        await alice.screenshot(`converse-chat-${slug(way)}`);
        await reload(alice, way);
        await talk(alice, bob);
        if (GONE[way.name]) await leaveAndComeBack(alice, GONE[way.name]);
        const room = await openRoom(bob, `converse.${ways.indexOf(way)}`);
        await meet(alice, bob, room);
        await alice.screenshot(`converse-room-${slug(way)}`);
        await leave(alice, world.front);
    });
}

if (process.env.E2E_FRONT !== 'own') {
    // Rows: B-020, D-29
    test('Converse.js goes on with its session when a request was lost with its page', async () => {
        const alice = await login(lenient.boshUrl);
        await comeToRest(alice);
        await alice.sendsInVain(() => alice.say(bob.jid, 'never sent'));
        await alice.reload();
        await alice.online();
        assert.ok(await alice.isResumed());
        await talk(alice, bob);
        await leave(alice, lenient);
    });
}
