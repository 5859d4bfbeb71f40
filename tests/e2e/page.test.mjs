// The chat page of ./quickstart in a real browser, served from another origin than boshcm's.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { temporaryFolder } from '../support/children.mjs';
import { servePages } from '../support/page_server.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';

const SOURCE = new URL('../../web/', import.meta.url).pathname;
const ARTEFACTS = process.env.E2E_ARTEFACTS ?? temporaryFolder('artefacts');

// As ./quickstart makes it: the page, Debian's strophe.js, and who is there.
const folder = temporaryFolder('page');
cpSync(SOURCE, folder, { recursive: true });
cpSync('/usr/share/javascript/strophe/strophe.js', join(folder, 'strophe.js'));
const world = await startWorld({ statics: [{ path: '/', directory: folder }] });
writeFileSync(join(folder, 'quickstart.json'), JSON.stringify({
    bosh: '/http-bind',
    accounts: ['alice', 'bob'].map((user) => ({
        name: user[0].toUpperCase() + user.slice(1), jid: `${user}@${DOMAIN}`,
        password: world.accounts[user],
    })),
}));
const pages = await servePages(folder);
const browser = await startBrowser();
mkdirSync(ARTEFACTS, { recursive: true });

after(async () => {
    await browser.close();
    await pages.stop();
    await world.stop();
});

async function openPage(url, options) {
    const page = await browser.newPage({ viewport: { width: 1180, height: 920 }, ...options });
    const complaints = [];
    page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    for (const who of ['alice', 'bob']) {
        await page.locator(`[data-who=${who}] .state.online`).waitFor({ timeout: 30_000 });
    }
    return { page, complaints };
}

async function say(page, who, text) {
    await page.locator(`[data-who=${who}] input`).fill(text);
    await page.locator(`[data-who=${who}] form button`).click();
}

async function read(page, who, text) {
    await page.locator(`[data-who=${who}] .messages li:not(.own)`, { hasText: text }).last()
        .waitFor({ timeout: 20_000 });
}

// Rows: H-070, H-071, H-072, H-073, B-011, B-025
test('from another origin alice writes to bob, and the text appears', async () => {
    const requests = [];
    const { page, complaints } = await openPage(
        `${pages.origin}/?bosh=${encodeURIComponent(world.url)}`);
    page.on('request', (request) => requests.push(request.url()));
    await say(page, 'alice', 'Hello Bob! 오늘 점심은 뭐예요? 🍜');
    await read(page, 'bob', 'Hello Bob! 오늘 점심은 뭐예요? 🍜');
    await say(page, 'bob', 'Bibimbap. And a pot of tea, if you bring the cake.');
    await read(page, 'alice', 'Bibimbap.');
    await say(page, 'alice', '<b>It is not markup</b> & stays as it was typed');
    await read(page, 'bob', '<b>It is not markup</b> & stays as it was typed');
    assert.equal(await page.locator('.messages b').count(), 0);
    assert.deepEqual(complaints, []);
    // No one but boshcm is asked for anything.
    assert.ok(requests.length > 0 && requests.every((url) => url.startsWith(world.url)), requests);
    await page.screenshot({ path: join(ARTEFACTS, 'page-light.png') });
    await page.close();
});

// Rows: B-020, H-077
test('served by boshcm itself, in the dark and on a small screen', async () => {
    const base = new URL('/', world.url).href;
    const { page, complaints } = await openPage(base, { colorScheme: 'dark' });
    await say(page, 'bob', 'Can you hear me?');
    await read(page, 'alice', 'Can you hear me?');
    await page.locator('.wire-log li', { hasText: 'Can you hear me?' }).first().waitFor();
    await page.screenshot({ path: join(ARTEFACTS, 'page-dark.png') });
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px wider than the screen`);
    await page.screenshot({ path: join(ARTEFACTS, 'page-small.png'), fullPage: true });
    assert.deepEqual(complaints, []);
    await page.close();
});
