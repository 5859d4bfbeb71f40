// A page that is reloaded in mid-poll goes on with its session: sid and rid outlive it, and what is
// written to it meanwhile waits.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { FaultProxy } from '../support/fault_proxy.mjs';
import { RELEASES, startPages } from '../support/strophe_page.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { child } from '../support/xml.mjs';

const RELOADS = 5; // in a row, sooner after each other than an honest client may poll (B-209)

const world = await startWorld();
// It changes nothing, but knows when a poll has gone with its page.
const network = await FaultProxy.start({ port: Number(new URL(world.url).port),
                                         decide: () => undefined });
const pages = await startPages();
const bob = await world.peer('bob');
after(async () => {
    await pages.stop();
    await network.stop();
    await world.stop();
});

const text = (to, body) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${body}</body></message>`;
const textOf = (message) => child(message, 'body').textContent;

// What bob wrote arrives, and what the page writes arrives.
async function converse(client, ...written) {
    for (const words of written) assert.equal(textOf(await client.message(words)), words);
    const answer = `to ${written.at(-1)}`;
    await client.post(text(bob.jid, answer));
    assert.equal(textOf(await bob.message(answer)), answer);
}

// The page disappears while its poll is held, bob writes, and then the next page comes.
async function reload(client, ...written) {
    await network.exchanging(1);
    let appear;
    const appears = new Promise((resolve) => { appear = resolve; });
    const disappeared = new Promise((resolve) => {
        client.page.route('**/client.js', async (route) => {
            resolve();
            await appears;
            await route.continue();
        }, { times: 1 });
    });
    const reloaded = client.page.reload();
    await disappeared;
    await network.exchanging(0);
    for (const words of written) bob.send(text(client.jid, words));
    appear();
    await reloaded;
    await client.restore(client.jid);
}

// Each message once, whichever page got it.
function assertOnce(client, expected) {
    const messages = client.stanzas.all.filter(({ localName }) => localName === 'message');
    assert.deepEqual(messages.map(textOf), expected);
}

async function leave(client) {
    await client.terminate();
    assert.match(await world.front.child.line(/ session\.ended /), / cause=terminated$/);
}

for (const release of RELEASES) {
    // Rows: B-140, B-141, B-209, D-29
    test(`strophe.js ${release} goes on after each of ${RELOADS} reloads`, async () => {
        const client = await pages.open(release, network.through(world.url));
        await client.login(`alice@${DOMAIN}/reloaded ${release}`, world.accounts.alice);
        bob.send(text(client.jid, 'welcome'));
        await converse(client, 'welcome');
        const expected = ['welcome'];
        for (let time = 1; time <= RELOADS; ++time) {
            const written = ['one', 'two', 'three'].map((word) => `${word}, reload ${time}`);
            await reload(client, ...written);
            await converse(client, ...written);
            expected.push(...written);
        }
        assertOnce(client, expected);
        await leave(client);
    });

    // Rows: B-020, B-141, B-183, D-29
    test(`strophe.js ${release} attaches to a session that was made for it`, async () => {
        const made = await world.rawLogin('alice', `made for ${release}`, { quiet: true });
        bob.send(text(made.jid, 'before the page'));
        const client = await pages.open(release, network.through(world.url));
        await client.attach({ jid: made.jid, sid: made.sid, rid: made.rid + 1 });
        await converse(client, 'before the page');
        await reload(client, 'between the pages');
        await converse(client, 'between the pages');
        assertOnce(client, ['before the page', 'between the pages']);
        await leave(client);
    });
}
