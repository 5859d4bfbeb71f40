// Takes the pictures of docs/console.md: the console before a boshcm that is made up, after five
// minutes that pass in seconds. Needs Chromium and what ./run-tests installs.
//
// usage: node scripts/console_pictures.mjs [FOLDER]
import { join } from 'node:path';

import { startBrowser } from '../tests/support/browser.mjs';
import { startConsoleMock } from '../tests/support/console_mock.mjs';
import { madeSession } from '../tests/support/mock_sessions.mjs';

const LOOKS = 160; // each of two seconds
const START = Date.UTC(2026, 10, 28, 3, 0, 0);
const folder = process.argv[2] ?? new URL('../docs/', import.meta.url).pathname;

const mock = await startConsoleMock({ sessions: 1000 });
let now = START;
mock.begun = START;
mock.metrics.clock = () => now;
mock.metrics.started = START / 1000 - 86_400 * 12 - 3_600 * 5;
const browser = await startBrowser();

async function opened(hash, options) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 820 }, ...options });
    await page.clock.install({ time: now - 60_000 });
    await page.goto(`${mock.origin}/console/${hash}`);
    await page.clock.pauseAt(now); // however long it takes to take pictures
    return page;
}

const overview = await opened('#/', { colorScheme: 'light' });
let heard = 0;
overview.on('requestfinished', (request) => { if (request.url().endsWith('/api/status')) heard += 1; });
const passes = async (ms) => {
    now += ms;
    await overview.clock.runFor(ms);
};
for (let look = 0; look < LOOKS; ++look) {
    const before = heard;
    await passes(2000);
    // The page may not have been done with the answer before when time went on.
    for (let patience = 0; heard === before; ++patience) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (patience % 100 === 99) await passes(500);
    }
    if (look === 90) Object.assign(mock.metrics, { stanzas: 640, requests: 700 });
    if (look === 120) mock.sessions.push(...Array.from({ length: 140 }, (_, number) => madeSession(2000 + number)));
}
await overview.screenshot({ path: join(folder, 'console-overview.png') });

const session = await opened(`#/sessions/${madeSession(0).sid}`, { colorScheme: 'dark' });
await session.locator('.ladder').waitFor();
await session.locator('.badge', { hasText: 'ready' }).waitFor();
await session.screenshot({ path: join(folder, 'console-session.png') });
await browser.close();
await mock.goAway();
