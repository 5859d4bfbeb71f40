// The console's page in each of its states, before a boshcm that is made up: a real one cannot be
// brought into all of them at a test's word. console.test.mjs has the real one.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { startBrowser } from '../support/browser.mjs';
import { temporaryFolder } from '../support/children.mjs';
import { startConsoleMock } from '../support/console_mock.mjs';
import { ConsolePage, contrasts, nameless } from '../support/console_page.mjs';
import { madeSession } from '../support/mock_sessions.mjs';
import { pictured } from '../../web/console/event_words.mjs';

const ARTEFACTS = process.env.E2E_ARTEFACTS ?? temporaryFolder('artefacts');
mkdirSync(ARTEFACTS, { recursive: true });
const browser = await startBrowser();
const mocks = [];
after(async () => {
    await browser.close();
    for (const mock of mocks) await mock.goAway();
});

async function opened({ sessions = 1000, hash, set = () => {}, ...options } = {}) {
    const mock = await startConsoleMock({ sessions });
    mocks.push(mock);
    set(mock);
    const page = await ConsolePage.open(browser, mock.origin, { hash, ...options });
    return { mock, page };
}
const shot = (page, name) => page.page.screenshot({ path: join(ARTEFACTS, `console-${name}.png`) });
// What the browser itself says of answers that are no 2xx, or none.
const refused = (status) => new RegExp(`the server responded with a status of ${status}`);
const GONE = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING)/;

// Rows: -
test('the first screen says that it is well, and what it has looked at', async () => {
    const { page } = await opened();
    await page.says('.sentence', 'All is well');
    await page.says('.summary', '980 people online · 2 workers · up for 3 d');
    await page.says('.check.good', 'XMPP servers (good)');
    assert.equal(await page.locator('.check').count(), 10);
    await page.says('.badge', 'ready');
    await page.says('.panel .now', '1,000');
    await page.says('.panel', 'terminated'); // of the ends, two looks have told some
    const plots = await page.locator('.plot').evaluateAll((all) => all.map((plot) => plot.getAttribute('aria-label')));
    assert.ok(plots.some((label) => /^Sessions, now: BOSH 600, WebSocket 380, login 20$/.test(label)), plots);
    await page.fits();
    await shot(page, 'overview');
    await page.close();
});

// Rows: -
test('what is wrong is named in the first sentence', async () => {
    const { mock, page } = await opened({ set: (mock) => { mock.metrics.connectFailures = 40; } });
    await page.says('.sentence', 'Not well: XMPP servers');
    await page.says('.check.bad', 'most at connect');
    mock.metrics.descriptors = 60_000;
    mock.metrics.limitRefusals = 20;
    await page.says('.sentence', 'Not well: XMPP servers, File descriptors, Limits');
    await page.says('.check.warn', 'creations, in ');
    await shot(page, 'not-well');
    await page.close();
});

// Rows: -
test('one time is pointed at in all charts, with the mouse and with the keyboard', async () => {
    const { page } = await opened();
    await page.says('.panel .now', '1,000');
    const [plots, pointers] = [page.locator('.plot'), page.locator('.pointer.shown')];
    await plots.first().hover({ position: { x: 60, y: 40 } });
    await pointers.nth(3).waitFor({ state: 'attached' });
    assert.ok(await pointers.count() > 3);
    await page.page.mouse.move(5, 5);
    await page.page.waitForFunction(() => document.querySelectorAll('.pointer.shown').length === 0);
    await page.page.waitForFunction(() => document.querySelector('.line').getAttribute('d').split('L').length > 2);
    await plots.first().focus();
    await page.page.keyboard.press('ArrowLeft');
    await pointers.first().waitFor({ state: 'attached' });
    assert.match(await plots.first().getAttribute('aria-label'), /^Sessions, \d\d:\d\d:\d\d: BOSH 600/);
    await page.page.keyboard.press('Escape');
    await page.page.waitForFunction(() => document.querySelectorAll('.pointer.shown').length === 0);
    await page.close();
});

// Rows: -
test('a thousand sessions scroll, sort and are searched, and only those in view are there', async () => {
    const { mock, page } = await opened({ hash: '#/sessions' });
    await page.says('.count', '1,000 sessions');
    const rows = page.locator('.rows .row:not(.empty)');
    await rows.first().waitFor();
    assert.ok(await rows.count() < 60, 'rows that nobody sees are there');
    assert.equal(await page.locator('[role=table]').getAttribute('aria-rowcount'), '1001');
    await page.locator('.scroller').evaluate((scroller) => { scroller.scrollTop = scroller.scrollHeight; });
    await page.locator('.row:not(.empty)[aria-rowindex="1001"]').waitFor();
    const oldest = [...mock.sessions].sort((one, other) => other.age_s - one.age_s)[0];
    await page.says('.row[aria-rowindex="1001"]', oldest.sid);
    await page.locator('.head button', { hasText: 'Age' }).click();
    await page.says('.row[aria-rowindex="2"]', oldest.sid);
    assert.equal(await page.locator('.head [data-sort=age]').getAttribute('aria-sort'), 'descending');
    await page.locator('.head button', { hasText: 'Queue' }).click();
    await page.says('.row[aria-rowindex="2"] .waits', 'KiB');
    await page.page.keyboard.press('/');
    assert.equal(await page.page.evaluate(() => document.activeElement.id), 'search');
    const { sid, jid } = madeSession(123);
    await page.page.keyboard.type(jid.split('/')[0]);
    await page.says('.count', '1 of 1,000 sessions');
    await page.says('.row', sid);
    mock.distance = 300; // so that one question overtakes the other
    await page.locator('#search').fill('');
    await page.locator('select[aria-label=Transport]').selectOption('websocket');
    await page.says('.count', '400 of 1,000 sessions');
    mock.distance = 0;
    await page.locator('select[aria-label=State]').selectOption('closing');
    await page.says('.empty-note', 'No session is like that.');
    await shot(page, 'sessions-none');
    await page.close();
});

// Rows: -
test('a table that is refreshed keeps its place, its rows and the focus', async () => {
    const { mock, page } = await opened({ hash: '#/sessions' });
    await page.says('.count', '1,000 sessions');
    await page.locator('.row[aria-rowindex="2"] a').focus();
    for (let step = 0; step < 5; ++step) await page.page.keyboard.press('ArrowDown');
    const focused = () => page.page.evaluate(() => document.activeElement.textContent);
    const sid = await focused();
    const before = await page.locator('.rows').boundingBox();
    mock.sessions.push({ ...madeSession(5000), age_s: 0.1 }); // a younger one: all others move on
    await page.says('.row[aria-rowindex="2"]', madeSession(5000).sid);
    assert.equal(await focused(), sid);
    assert.equal((await page.locator('.rows').boundingBox()).y, before.y);
    await page.page.keyboard.press('Enter');
    await page.says('.badges', sid);
    assert.equal(await page.page.title(), `Session ${sid} – boshcm`);
    await page.page.goBack();
    await page.says('.count', '1,001 sessions');
    await page.close();
});

// Rows: -
test('one session has its facts, its likely cause and its ladder', async () => {
    const { sid } = madeSession(0);
    const { mock, page } = await opened({ hash: `#/sessions/${sid}` });
    await page.says('h1', 'ada0@chat.example/web');
    await page.says('.cause', 'cuts held requests off after 60 s');
    await page.says('.facts-list', '203.0.113.5:5222');
    await page.says('.facts-list', 'TLSv1.3, TLS_AES_256_GCM_SHA384');
    await page.says('.chips', 'wait 60');
    await page.says('.chips', 'polling session no');
    const events = page.locator('.ladder .event');
    assert.equal(await events.count(), 12);
    // In words, for who does not see the arrows; and as a picture for who does.
    assert.match(await page.text('.ladder .event'), /client to boshcm: asks for a session$/);
    await page.says('.event.bad', 'client to boshcm: a held request’s connection is lost after 60.0 s, ×3');
    await page.says('.pause', '1 min 00 s later');
    const lanes = await page.locator('.event .lanes').first().boundingBox();
    const arrow = await page.locator('.event .arrow').first().boundingBox();
    assert.ok(Math.abs(arrow.x - lanes.x - lanes.width / 6) < 2, 'from the client’s line');
    assert.ok(Math.abs(arrow.x + arrow.width - lanes.x - lanes.width / 2) < 2, 'to boshcm’s');
    const times = () => page.locator('.ladder time').allTextContents();
    const drawn = await times();
    await page.page.waitForResponse((answer) => answer.url().includes('/api/sessions/'));
    assert.deepEqual(await times(), drawn); // the same events stay where they were
    mock.record = [{ ms: -10, event: 'something.new-happened', count: 1, code: '7' }];
    mock.cause = null;
    mock.server = { address: '203.0.113.5:5222', tls: null };
    await page.says('.event', 'boshcm: something.new-happened code 7');
    await page.says('.facts-list', 'none, in clear');
    mock.server = { address: null, tls: null };
    await page.says('.facts-list', 'not connected');
    await page.locator('.cause').waitFor({ state: 'hidden' });
    await page.close();
});

// Rows: -
test('each event that a record may have is drawn in words of its own', () => {
    const source = readFileSync(new URL('../../base/flight_event.cpp', import.meta.url), 'utf8');
    const names = [...source.matchAll(/^ {4}\{"([a-z-]+\.[a-z-]+)"/gm)].map(([, name]) => name);
    assert.ok(names.length > 40, names);
    assert.deepEqual(names.filter((name) => pictured(name).words === name), []);
});

// Rows: -
test('a session is ended only after a question, and its page says so', async () => {
    const { sid, jid } = madeSession(2);
    const { mock, page } = await opened({ hash: `#/sessions/${sid}`, expected: [refused(404)] });
    const end = page.locator('button', { hasText: 'End session …' });
    await end.click();
    await page.says('dialog', `End the session of ${jid}?`);
    await page.page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    assert.deepEqual(mock.ended, []);
    await end.click();
    await page.locator('dialog button', { hasText: 'Cancel' }).click();
    assert.deepEqual(mock.ended, []);
    await end.click();
    await page.locator('dialog button.danger').click();
    await page.says('.note', `The session ${sid} of ${jid} was ended.`);
    assert.deepEqual(mock.ended, [sid]);
    await page.says('.state-note', 'This session has ended. What is shown is the last that was known of it.');
    assert.ok(await end.isDisabled());
    assert.equal(await page.locator('.ladder').count(), 1);
    await page.close();
});

// Rows: -
test('a session that is not there, or is several, is told so', async () => {
    const { mock, page } = await opened({ hash: '#/sessions/nothing', sessions: 0, expected: [refused(404), refused(409)] });
    await page.says('.state-note', 'There is no such session');
    mock.sessions = ['SameSame', 'SameElse'].map((sid) => ({ ...madeSession(1), sid }));
    await page.page.goto(`${mock.origin}/console/#/sessions/Same`);
    await page.says('.state-note', 'Several sessions begin so: SameSame SameElse');
    await page.locator('.state-note a').last().click();
    await page.says('.badges', 'SameElse');
    mock.sessions = [];
    await page.view('Sessions');
    await page.says('.empty-note', 'There is no session.');
    await page.close();
});

// Rows: -
test('a trace is masked, says what it is, and ends when it is stopped', async () => {
    const { sid } = madeSession(4);
    const { mock, page } = await opened({ hash: `#/sessions/${sid}` });
    await page.locator('button', { hasText: 'Trace' }).click();
    await page.says('.trace-state', 'Live, content masked: 0 events');
    assert.deepEqual(mock.calls, [`POST /api/traces {"sid":"${sid}","bodies":false}`]);
    mock.saw('t1', { direction: 'from-client', kind: 'message', bytes: 211, text: '<message to="bob@chat.example"><body/></message>' });
    mock.saw('t1', { direction: 'to-server', kind: 'message', bytes: 211, text: '<message to="bob@chat.example"><body/></message>' });
    mock.saw('t1', { direction: 'event', kind: 'request.answered', bytes: 0, text: '' });
    await page.says('.trace-state', '3 events');
    assert.deepEqual(await page.locator('.traced .lanes').allTextContents(),
                     ['client to boshcm: ', 'boshcm to server: ', 'boshcm: ']);
    await page.says('.traced .text', '<message to="bob@chat.example"><body/></message>');
    await shot(page, 'trace');
    const [download] = await Promise.all([page.page.waitForEvent('download'),
                                          page.locator('button', { hasText: 'Save as text' }).click()]);
    assert.equal(download.suggestedFilename(), 'boshcm-trace.txt');
    await page.locator('button', { hasText: 'Stop' }).click();
    await page.says('.trace-state', 'Stopped.');
    await page.page.waitForFunction((wanted) => fetch('/api/status').then(() => wanted), true);
    assert.ok(mock.calls.includes('DELETE /api/traces/t1'), mock.calls);
    await page.close();
});

// Rows: -
test('content is traced only for who has been warned and says yes', async () => {
    const { mock, page } = await opened({ hash: '#/traces', expected: [refused(404)] });
    await page.locator('#trace-of').fill('ada0@chat.example');
    await page.locator('.warning').waitFor({ state: 'hidden' });
    await page.locator('#trace-bodies').check();
    await page.says('.warning', 'What people write to each other will be on this screen. Passwords never are.');
    await page.locator('button', { hasText: 'Start' }).click();
    await page.says('dialog', 'Show what ada0@chat.example writes and reads?');
    await page.locator('dialog button', { hasText: 'Cancel' }).click();
    assert.deepEqual(mock.calls, []);
    await page.locator('button', { hasText: 'Start' }).click();
    await page.locator('dialog button.danger').click();
    await page.says('.trace-state', 'Live, with content');
    assert.deepEqual(mock.calls, ['POST /api/traces {"jid":"ada0@chat.example","bodies":true}']);
    await page.locator('.warning').waitFor(); // as long as it is so
    mock.traces.get('t1').waiting.forEach((wake) => wake());
    mock.traces.delete('t1');
    await page.says('.trace-state.fault', 'boshcm has ended the trace.');
    await page.close();
});

// Rows: -
test('a log level is set, and a reload tells its result', async () => {
    const { mock, page } = await opened({ hash: '#/control', expected: [refused(504)] });
    await page.page.waitForFunction(() => document.getElementById('level-info').checked);
    await page.locator('#level-debug').check();
    await page.says('.note', 'The log level is debug now.');
    assert.equal(mock.level, 'debug');
    await page.page.waitForFunction(() => document.getElementById('level-debug').checked);
    const reload = page.locator('button', { hasText: 'Reload' });
    await reload.click();
    await page.says('.reload-state .done', 'Reloaded at');
    mock.nextReload = { ok: true, problems: [], restart_needed: ['workers/@count'] };
    await reload.click();
    await page.says('.reload-state', 'Only a restart applies: workers/@count.');
    mock.nextReload = { ok: false, restart_needed: [], problems: [
        { line: 12, place: 'bosh/@wait', found: '<b>60', expected: 'a duration such as 60s' },
        { line: 0, place: null, found: null, expected: null, text: 'the certificate has expired' }] };
    await reload.click();
    await page.says('.problems', 'line 12, bosh/@wait found <b>60, expected a duration such as 60s');
    await page.says('.problems', 'the certificate has expired');
    assert.equal(await page.locator('.problems code b').count(), 0);
    await shot(page, 'control');
    mock.fault = { status: 504, error: 'no answer in time of worker 1' };
    await reload.click();
    await page.says('.reload-state', 'It was not reloaded: no answer in time of worker 1.');
    await page.close();
});

// Rows: -
test('draining is asked about, begun, shown above every view, and taken back', async () => {
    const { mock, page } = await opened({ hash: '#/control', sessions: 40, expected: [refused(409)] });
    await page.locator('button', { hasText: 'Drain …' }).click();
    await page.says('dialog', '40 sessions may go on until the deadline');
    await page.locator('#deadline').fill('90');
    await page.locator('dialog button.danger').click();
    await page.says('.banner.warn', 'boshcm is draining: new clients are refused, 40 sessions left.');
    assert.ok(mock.calls.includes('POST /api/drain {"deadline_s":90}'), mock.calls);
    await page.says('.badge', 'draining');
    await page.says('.control', 'It is draining: 40 sessions left, and 1 min 30 s for them.');
    mock.sessions.length = 3;
    await page.says('.banner.warn', '3 sessions left');
    await page.view('Overview');
    await page.says('.sentence', 'It is draining');
    await page.says('.check.warn', 'New clients (to be looked at)');
    await page.view('Control');
    mock.isStopping = true;
    await page.locator('button', { hasText: 'Let clients in again' }).click();
    await page.says('.note', 'It goes on draining: it is stopping already.');
    mock.isStopping = false;
    await page.locator('button', { hasText: 'Let clients in again' }).click();
    await page.says('.note', 'Clients are let in again.');
    await page.says('.badge', 'ready');
    await page.close();
});

// Rows: -
test('a daemon that goes away and comes back is seen to', async () => {
    const { mock, page } = await opened({ expected: [GONE] });
    await page.says('.sentence', 'All is well');
    await mock.goAway();
    await page.says('.banner.bad', 'boshcm does not answer: boshcm cannot be reached.');
    await page.says('.sentence', 'boshcm does not answer');
    await page.says('.badge', 'gone');
    await shot(page, 'gone');
    mock.metrics.restart(); // another process, whose counters begin with 0
    await mock.comeBack();
    await page.says('.sentence', 'All is well');
    await page.locator('.banner').waitFor({ state: 'hidden' });
    await page.says('.summary', /up for \d+\ss$/);
    await page.close();
});

// Rows: -
test('a token is asked for, and kept for the tab alone', async () => {
    const { mock, page } = await opened({ set: (mock) => { mock.token = 'a-token-of-many-letters'; },
                                          expected: [refused(401)] });
    await page.says('dialog[open]', 'This listener wants a token');
    assert.equal(await page.page.evaluate(() => document.activeElement.id), 'token');
    await page.page.keyboard.press('Escape'); // there is nothing to see without it
    await page.locator('dialog[open] input').fill('another-token');
    await page.page.keyboard.press('Enter');
    await page.says('dialog[open] .refused', 'The one from before was refused.');
    await shot(page, 'token');
    await page.locator('dialog[open] input').fill('a-token-of-many-letters');
    await page.page.keyboard.press('Enter');
    await page.says('.sentence', 'All is well');
    const kept = await page.page.evaluate(() => ({ session: { ...sessionStorage }, local: { ...localStorage },
                                                   cookies: document.cookie }));
    assert.deepEqual(kept, { session: { 'boshcm-token': 'a-token-of-many-letters' }, local: {}, cookies: '' });
    await page.page.reload();
    await page.says('.sentence', 'All is well');
    assert.ok(page.requests.every((url) => !url.includes('letters')), 'it is in no address');
    mock.token = 'a-new-token-of-letters'; // as when the file was changed and read again
    await page.says('dialog[open] .refused', 'The one from before was refused.');
    await page.close();
});

// Rows: -
test('a boshcm that has no API yet still has its metrics shown', async () => {
    const { page } = await opened({ set: (mock) => { mock.hasApi = false; }, expected: [refused(404)] });
    await page.says('.sentence', 'All is well');
    await page.says('.banner', 'Sessions, traces and control are not to be had');
    await page.view('Sessions');
    await page.says('.empty-note.fault', 'The sessions cannot be told: Not Found.');
    await page.close();
});

// Rows: S-031
test('what a peer has written is text, wherever it is shown', async () => {
    const evil = '<img src=x onerror="document.title=1">&amp;<script>alert(1)</script>"\'\u202e';
    const session = { ...madeSession(0), jid: `${evil}@chat.example/${evil}`, domain: evil, address: evil };
    const { mock, page } = await opened({ hash: '#/sessions', sessions: 0, set: (mock) => {
        mock.sessions = [session];
        mock.cause = evil;
        mock.record = [{ ms: -1000, event: evil, count: 1, [evil]: evil }];
    } });
    await page.says('.row', `${evil}@chat.example`);
    await page.locator('.row a').click();
    await page.says('h1', evil);
    await page.says('.cause', evil);
    await page.says('.event', evil);
    await page.locator('button', { hasText: 'End session …' }).click();
    await page.says('dialog', `End the session of ${evil}`);
    await page.page.keyboard.press('Escape');
    await page.locator('button', { hasText: 'Trace' }).click();
    await page.says('.trace-state', 'Live');
    mock.saw('t1', { direction: evil, kind: evil, bytes: 1, text: evil });
    await page.says('.traced', evil);
    // Nothing of it has become an element, here or anywhere.
    assert.equal(await page.locator('main img, main script, main [onerror]').count(), 0);
    assert.match(await page.page.title(), /boshcm$/);
    await page.close();
});

for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of [['wide', { width: 1280, height: 800 }], ['small', { width: 390, height: 844 }]]) {
        // Rows: -
        test(`every view can be read: ${size}, ${colorScheme}`, async () => {
            const { mock, page } = await opened({ colorScheme, viewport, set: (mock) => {
                mock.metrics.connectFailures = 40;
                mock.nextReload = { ok: false, problems: [{ line: 1, place: 'bosh', found: 'x', expected: 'y' }] };
            } });
            const { sid } = madeSession(0);
            const readable = async (name) => {
                await page.fits();
                const faint = (await contrasts(page.page)).filter(({ ratio }) => ratio < 4.5);
                assert.deepEqual(faint, [], name);
                assert.deepEqual(await nameless(page.page), [], name);
                await shot(page, `${name}-${size}-${colorScheme}`);
            };
            await page.says('.check.bad', 'most at connect');
            await readable('overview');
            await page.view('Sessions');
            await page.says('.row', 'chat.example');
            await readable('sessions');
            await page.page.goto(`${mock.origin}/console/#/sessions/${sid}`);
            await page.says('.event.bad', 'cannot connect');
            await readable('session');
            await page.locator('button', { hasText: 'End session …' }).click();
            await readable('question');
            await page.page.keyboard.press('Escape');
            await page.locator('button', { hasText: 'Trace' }).click();
            mock.standing = 'draining';
            await page.says('.trace-state', 'Live');
            mock.saw('t1', { direction: 'to-client', kind: 'iq', bytes: 99, text: '<iq type="result"/>' });
            await page.says('.traced', 'iq');
            await readable('trace');
            await page.view('Control');
            await page.locator('button', { hasText: 'Reload' }).click();
            await page.says('.problems', 'line 1');
            await readable('control');
            await page.close();
        });
    }
}

// Rows: -
test('the keyboard reaches everything, in the order in which it is read', async () => {
    const { page } = await opened({ hash: '#/sessions' });
    await page.says('.count', '1,000 sessions');
    const { keyboard } = page.page;
    const focused = () => page.page.evaluate(() => {
        const { activeElement: at } = document;
        const seen = getComputedStyle(at);
        return { what: at.id || at.getAttribute('aria-label')?.slice(0, 12) || at.textContent.trim().slice(0, 12),
                 isSeen: seen.outlineStyle !== 'none' };
    });
    const order = [];
    for (let step = 0; step < 12; ++step) {
        await keyboard.press('Tab');
        const { what, isSeen } = await focused();
        assert.ok(isSeen, `the focus cannot be seen at ${what}`);
        order.push(what);
    }
    assert.deepEqual(order, ['Skip to the ', 'Overview', 'Sessions', 'Traces', 'Control', 'theme', 'search',
                             'Transport', 'State', 'Sessions', 'JID', 'Domain']);
    await page.locator('#theme').click();
    assert.equal(await page.page.evaluate(() => document.documentElement.dataset.theme), 'light');
    await page.locator('#theme').click();
    const dark = await page.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(dark, 'rgb(18, 21, 27)');
    await page.page.reload();
    assert.equal(await page.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await page.close();
});

// Rows: -
test('nothing moves while figures change', async () => {
    const { mock, page } = await opened();
    await page.says('.sentence', 'All is well');
    await page.says('.panel', 'terminated');
    await page.page.evaluate(() => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => {
            for (const { value, sources } of list.getEntries()) {
                globalThis.shifts.push({ value, at: sources.map(({ node }) => node?.className ?? node?.nodeName) });
            }
        }).observe({ type: 'layout-shift', buffered: false });
    });
    mock.metrics.connectFailures = 40;
    mock.metrics.stanzas = 123_456;
    mock.metrics.ends['ping-timeout'] = 30;
    await page.says('.check.bad', 'most at connect');
    await page.says('.panel', 'ping-timeout');
    const shifts = await page.page.evaluate(() => globalThis.shifts);
    assert.ok(shifts.reduce((sum, { value }) => sum + value, 0) < 0.01, JSON.stringify(shifts));
    await page.close();
});
