// docs/page-authors.md: its files as they stand, in Chromium and Node.js, between boshcm and Prosody.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { BoshClient } from '../support/bosh_client.mjs';
import { blocks } from '../support/documents.mjs';
import { startPageWorld } from '../support/page_world.mjs';
import { child } from '../support/xml.mjs';

const world = await startPageWorld();
after(() => world.stop());

const PATIENCE = { timeout: 60_000 }; // ms, on a busy machine
const reads = (words) => (message) => child(message, 'body')?.textContent === words;
const say = (to, words) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${words}</body></message>`;
const sessions = () => world.front.child.output.match(/ session\.created /g).length;

const state = (page, text) =>
    page.locator('#state', { hasText: text }).waitFor(PATIENCE);

async function logIn(page, { jid = 'alice@example.org', password = world.accounts.alice } = {}) {
    await page.locator('#login [name=jid]').fill(jid);
    await page.locator('#login [name=password]').fill(password);
    await page.locator('#login button').click();
}

async function talk(page, words) {
    await page.locator('#say [name=to]').fill(world.bob.jid);
    await page.locator('#say [name=text]').fill(`${words}, says alice`);
    await page.locator('#say button').click();
    const message = await world.bob.message('what alice typed', reads(`${words}, says alice`));
    world.bob.send(say(message.getAttribute('from'), `${words}, says bob`));
    await page.locator('#messages li', { hasText: `bob@example.org: ${words}, says bob` })
        .waitFor(PATIENCE);
}

// Rows: B-020, B-220, H-070
test('the page with strophe.js: a chat, and the page loaded anew', async () => {
    const page = await world.visit('strophe.html');
    await logIn(page);
    await state(page, 'online as alice@example.org');
    await talk(page, 'at first');
    const before = sessions();
    await world.held();
    await page.reload();
    await state(page, 'online as alice@example.org');
    assert.equal(sessions(), before, 'it goes on with the session it had');
    await talk(page, 'loaded anew');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

// Rows: -
test('the page with strophe.js says what is wrong', async () => {
    for (const [account, words] of [[{ password: 'guessed' }, 'the name or the password is wrong'],
                                    [{ jid: 'alice@example.net' }, 'host-unknown']]) {
        const page = await world.visit('strophe.html');
        await logIn(page, account);
        await state(page, words);
        await page.context().close();
    }
});

// Rows: -
test('a session that somebody else has made is taken over', async () => {
    const made = new BoshClient(world.front.boshUrl);
    await made.login({ domain: 'example.org', user: 'alice', password: world.accounts.alice,
                       resource: 'made', quiet: true });
    const { sid, rid } = made;
    made.vanish();
    writeFileSync(join(world.pages.folder, 'session.json'),
                  JSON.stringify({ jid: 'alice@example.org/made', sid, rid }));
    const page = await world.visit('attach.html');
    await state(page, 'online as alice@example.org/made');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

// Rows: -
test('the page with Converse.js: somebody logs in, and is there when it is loaded anew', async () => {
    const page = await world.visit('converse.html');
    await page.locator('#converse-login-jid').fill('alice@example.org');
    await page.locator('#converse-login-password').fill(world.accounts.alice);
    await page.locator('#converse-login [type=submit]').click();
    const online = () => page.locator('converse-user-profile').first().waitFor(PATIENCE);
    await online();
    const before = sessions();
    await page.reload();
    await online();
    assert.equal(sessions(), before, 'it goes on with the session it had');
    await page.context().close();
});

// Rows: H-085, H-090
test('the addresses of a domain are found by its name', async () => {
    const page = await world.visit('strophe.html');
    const found = await page.evaluate(`import('./discover.mjs').then((m) => m.discover('example.org'))`);
    assert.deepEqual(found, { websocket: 'wss://chat.example.org/xmpp-websocket',
                              bosh: 'https://chat.example.org/http-bind' });
    await page.context().close();
});

const ONLINE = /^online as (.*)$/;
const overBosh = [["websocket: 'wss://chat.example.org/xmpp-websocket'",
                   "bosh: 'https://chat.example.org/http-bind'"]];
for (const [name, changes, way] of [['stanza.mjs', [], 'WebSocket'], ['stanza.mjs', overBosh, 'BOSH'],
                                    ['xmpp.mjs', [], 'WebSocket']]) {
    // Rows: B-020, W-005, W-042
    test(`${name} by ${way} is online, answers and leaves`, async () => {
        const client = world.run(name, changes);
        let [, jid] = ONLINE.exec(await client.line(ONLINE));
        // xmpp.js counts the answer to its binding as one more stanza than Prosody has told it of, if
        // that comes along with <enabled/>. With its next <a/> the server ends the stream, and it
        // comes back under another name.
        const ends = name === 'xmpp.mjs' ? 'client-closed|remote-stream-error' : 'terminated|client-closed';
        const hears = async (text) => {
            for (;;) {
                world.bob.send(say(jid, text));
                const line = await client.line(new RegExp(`${ONLINE.source}|^bob@example\\.org: ${text}$`));
                const online = ONLINE.exec(line);
                if (online === null) return;
                assert.equal(name, 'xmpp.mjs', line);
                [, jid] = online;
            }
        };
        await hears('hello');
        await world.bob.message('the answer', reads('You said: hello'));
        await hears('good-bye');
        await world.front.child.line(new RegExp(` (session|websocket)\\.ended .* cause=(${ends})$`));
        // StanzaJS throws when something comes along with the end of a BOSH session (D-15).
        if (way === 'WebSocket') assert.equal((await client.exited).code, 0, client.output);
        else await client.stop();
    });
}

// Rows: -
test('the page with strophe.js comes back when its server is there again', async () => {
    const page = await world.visit('strophe.html');
    await logIn(page);
    await state(page, 'online as alice@example.org');
    const before = sessions();
    await world.killServer();
    await state(page, 'offline, trying again');
    await world.startServerAgain();
    await state(page, 'online as alice@example.org');
    assert.ok(sessions() > before);
    await page.context().close();
});

// Rows: -
test('no file of the page is left out', () => {
    assert.deepEqual(new Set(blocks('page').map(({ words }) => words)),
                     new Set(['discover.mjs', 'strophe.html', 'attach.html', 'converse.html',
                              'stanza.mjs', 'xmpp.mjs']));
});
