// What the console shows of the time in which its page was not looking, before a boshcm that is made up.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { startConsoleMock } from '../support/console_mock.mjs';
import { ConsolePage } from '../support/console_page.mjs';

const browser = await startBrowser();
const mock = await startConsoleMock();
after(async () => {
    await browser.close();
    await mock.goAway();
});

// Rows: -
test('charts are full when the page is opened, and after a while in which it was not let look', async () => {
    mock.metrics.connectFailures = 40;
    mock.remember(301);
    mock.metrics.connectFailures = 0;
    const page = await ConsolePage.open(browser, mock.origin);
    const drawn = async (title) => {
        const panel = page.locator('.panel', { has: page.locator('h3', { hasText: title }) });
        await panel.scrollIntoViewIfNeeded();
        await panel.locator('.line[d]').first().waitFor({ state: 'attached' });
        const way = await panel.locator('.line').first().getAttribute('d');
        return { points: way.split(/[ML]/).length - 1, runs: way.split('M').length - 1,
                 width: (await panel.locator('.plot').boundingBox()).width,
                 left: Number(/^M([\d.]+),/.exec(way)[1]) };
    };
    const asked = () => page.requests.filter((url) => url.endsWith('/api/history')).length;
    await page.says('.panel .now', '1,000');
    for (const title of [/^Sessions$/, /^Stanzas$/, /^Busy$/]) {
        const { points, runs, left, width } = await drawn(title);
        assert.ok(points > 50, `${title}: ${points} points`);
        assert.equal(runs, 1, title);
        assert.ok(left < width / 4, `${title} begins at ${left} of ${width}`);
    }
    // Of all that time, after a look or two of the page's own.
    await page.says('.check.bad', /most at connect, .+\sin\s5\smin/);
    await page.says('.panel .bars', 'connect');
    assert.equal(asked(), 1);

    await page.page.evaluate(() => {
        const { now } = Date;
        Date.now = () => now() + 60_000;
    });
    await page.page.waitForRequest((request) => request.url().endsWith('/api/history'));
    await page.locator('h1').scrollIntoViewIfNeeded();
    await page.page.waitForFunction(() => document.querySelector('.line').getAttribute('d').split('M').length === 2);
    const { points } = await drawn(/^Sessions$/);
    assert.ok(points > 50, `${points} points`);
    assert.equal(asked(), 2);
    await page.close();
});
