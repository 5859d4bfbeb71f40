// The console that the program serves, with a thousand live sessions behind it. The page's states
// that a daemon is in only by chance are in console_page.test.mjs.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { api, ask } from '../support/admin.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { startBoshcm, WORKERS } from '../support/boshcm.mjs';
import { startBrowser } from '../support/browser.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { ConsolePage } from '../support/console_page.mjs';
import { UNLIMITED, startLoad, startStubServer } from '../support/load.mjs';
import { servePages } from '../support/page_server.mjs';
import { DOMAIN } from '../support/world.mjs';
import { WsClient } from '../support/ws_client.mjs';
import { judge } from '../../web/console/judgement.mjs';
import { GROUPS } from '../../web/console/panels.mjs';
import { Step } from '../../web/console/step.mjs';

const CROWD = 500; // over each transport
const ARTEFACTS = process.env.E2E_ARTEFACTS ?? temporaryFolder('artefacts');
mkdirSync(ARTEFACTS, { recursive: true });

const stub = await startStubServer();
const port = await freePort();
const run = temporaryFolder('run');
const front = await startBoshcm({ domains: { [DOMAIN]: stub.port }, ...UNLIMITED,
                                  admin: { port, path: join(run, 'admin.sock') }, log: { level: 'info' },
                                  shutdown: { grace: '1h' } });
const crowds = [front.boshUrl, front.wsUrl].map((url) => startLoad(
    ['idle', url, '--domain', DOMAIN, '--sessions', String(CROWD), '--time', '1h'], { seconds: 600 }));
const browser = await startBrowser();
const origin = `http://127.0.0.1:${port}`;
const open = (options) => ConsolePage.open(browser, origin, options);

after(async () => {
    await browser.close();
    for (const { child } of crowds) child.process.kill('SIGTERM');
    await Promise.all(crowds.map(({ report }) => report));
    await front.stop();
    await stub.stop();
});
await Promise.all(crowds.map(({ child }) => child.line(/^boshcm-load: measuring, /, 300)));

const account = (user, resource) => ({ domain: DOMAIN, user, password: 'secret', resource });
async function bosh(user) {
    const client = new BoshClient(front.boshUrl);
    await client.login(account(user, 'console'));
    return client;
}

// Rows: -
test('the first screen is the daemon as it is', async () => {
    const page = await open();
    await page.says('.sentence', /^(All is well|Look at: )/); // a busy machine may make turns long
    await page.says('.summary', `1,000 people online · ${WORKERS === 1 ? '1 worker' : `${WORKERS} workers`}`);
    await page.says('.check', 'New clients (good)welcome');
    await page.page.waitForFunction(() => [...document.querySelectorAll('.plot')].some((plot) =>
        plot.getAttribute('aria-label') === 'Sessions, now: BOSH 500, WebSocket 500, login 0'));
    // Each panel has something to say: no metric that it reads is missing here.
    await page.page.waitForFunction(() => document.querySelectorAll('.check.unknown').length === 0);
    const silent = await page.page.locator('.panel', { hasText: 'Processor' }).locator('.now').textContent();
    assert.match(silent, /core/);
    await page.page.screenshot({ path: join(ARTEFACTS, 'console-real.png') });
    await page.close();
});

// What the page reads of metrics, beyond the latest.
function familiesRead() {
    const names = new Set();
    const note = (value) => (name) => {
        names.add(name.replace(/_(bucket|sum)$/, ''));
        return value;
    };
    const samples = { sum: note(1), by: note(new Map([['1', 1]])), all: note([]) };
    const step = new Step({ at: 10_000, samples }, { at: 0, samples });
    for (const [, panels] of GROUPS) panels.forEach(({ read }) => read(step));
    judge({ link: 'live', standing: 'ready', looks: { step: () => step } });
    return names;
}

// Rows: -
test('what there was before the page was opened is in its charts', async () => {
    let history;
    do {
        history = (await api(port, '/api/history')).json;
        await new Promise((resolve) => setTimeout(resolve, 250));
    } while (history.ms.length < 4);
    assert.equal(history.period_s, 5);
    assert.ok(history.ms.every((before, index) => before <= 0 && !(before <= history.ms[index - 1])), history.ms);
    const kept = new Set(Object.keys(history.series).map((name) =>
        name.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '')));
    assert.deepEqual([...kept].sort(), [...familiesRead()].sort());
    const page = await open();
    await page.says('.panel .now', '1,000');
    const points = (await page.locator('.line').first().getAttribute('d')).split(/[ML]/).length - 1;
    const looks = page.requests.filter((url) => url.endsWith('/metrics')).length;
    assert.ok(points >= 4 + 1 && points > looks, `${points} points after ${looks} looks`);
    await page.close();
});

// Rows: -
test('a session among a thousand is found, looked at and ended, and its client is told', async () => {
    const alice = await bosh('alice');
    const page = await open({ expected: [/status of 404/] });
    await page.view('Sessions');
    await page.says('.count', '1,001 sessions');
    assert.ok(await page.locator('.rows .row').count() < 60);
    const began = Date.now();
    await page.locator('.scroller').evaluate((scroller) => { scroller.scrollTop = scroller.scrollHeight; });
    await page.locator('.row:not(.empty)[aria-rowindex="1002"]').waitFor();
    assert.ok(Date.now() - began < 30_000);
    await page.page.keyboard.press('/');
    await page.page.keyboard.type('ALICE@');
    await page.says('.count', '1 of 1,001 sessions');
    await page.says('.row', alice.sid.slice(0, 8));
    await page.locator('.row a').click();
    await page.says('h1', alice.jid);
    await page.says('.facts-list', '127.0.0.1, in clear');
    await page.says('.facts-list', 'open, logged in');
    await page.says('.facts-list', `127.0.0.1:${stub.port}`);
    await page.says('.facts-list', 'none, in clear');
    await page.says('.chips', 'wait 30');
    await page.page.screenshot({ path: join(ARTEFACTS, 'console-real-session.png') });
    await page.locator('button', { hasText: 'End session …' }).click();
    await page.locator('dialog button.danger').click();
    const end = await alice.ended;
    assert.deepEqual([end.type, end.condition], ['terminate', 'policy-violation']);
    await page.says('.state-note', 'This session has ended');
    await page.view('Sessions');
    await page.locator('#search').fill('');
    await page.says('.count', '1,000 sessions');
    await page.close();
});

// Rows: -
test('a WebSocket’s session is found by its own sid', async () => {
    const bob = await (await WsClient.connect(front.wsUrl)).login(account('bob', 'console'));
    const page = await open({ hash: '#/sessions', expected: [/status of 404/] });
    await page.locator('#search').fill('bob@');
    await page.says('.count', '1 of 1,001 sessions');
    await page.locator('.row a').click();
    await page.says('.badges', 'WebSocket');
    await page.says('h1', bob.jid);
    await page.locator('button', { hasText: 'End session …' }).click();
    await page.locator('dialog button.danger').click();
    await bob.expectClose(1008);
    await page.says('.note', 'was ended.');
    await page.close();
});

// A worker that has no time to answer is told of, and asked again, as people would.
async function started(page, agree = () => {}) {
    for (;;) {
        const state = page.locator('.trace-state.live, .trace-state.fault');
        await state.waitFor();
        if ((await state.getAttribute('class')).includes('live')) return;
        await page.locator('.trace-form button.primary').click();
        await agree();
        await page.page.waitForFunction(() => !document.querySelector('.trace-state.fault'));
    }
}

// Rows: S-032
test('a trace shows what goes through, and what is written only for who insists', async () => {
    const carol = await bosh('carol');
    const page = await open({ hash: `#/sessions/${carol.sid.slice(0, 8)}`, expected: [/status of (404|504)/] });
    const write = (words) => carol.post(`<message xmlns='jabber:client' to='${carol.jid}' type='chat'>` +
                                        `<body>${words}</body></message>`);
    const traced = async () => (await page.locator('.traced').allTextContents()).join('\n');
    await page.locator('button', { hasText: 'Trace' }).click();
    await started(page);
    await page.says('.trace-state', 'Live, content masked');
    write('nobody is to read this');
    await carol.message('it to come back');
    await page.says('.traced', 'message');
    await page.page.waitForFunction(() => /client to boshcm/.test(document.querySelector('.trace-events').textContent) &&
        /server to boshcm/.test(document.querySelector('.trace-events').textContent));
    assert.doesNotMatch(await traced(), /nobody is to read/);
    await front.child.line(/ trace\.started .*bodies=no/);
    await page.page.screenshot({ path: join(ARTEFACTS, 'console-real-trace.png') });
    await page.locator('#trace-of').fill(carol.jid.split('/')[0]);
    await page.locator('#trace-bodies').check();
    await page.locator('button', { hasText: 'Start another' }).click();
    await page.locator('dialog button.danger').click();
    await started(page, async () => page.locator('dialog button.danger').click());
    await page.says('.trace-state', 'Live, with content');
    write('somebody insists');
    await page.says('.traced', 'somebody insists');
    await front.child.line(/ trace\.started .*bodies=yes/);
    await page.locator('button', { hasText: 'Stop' }).click();
    await page.says('.trace-state', 'Stopped.');
    await carol.terminate();
    await page.close();
});

// Rows: -
test('the log says more from now on, and a configuration is read again', async () => {
    const page = await open({ hash: '#/control' });
    await page.locator('#level-debug').check();
    await page.says('.note', 'The log level is debug now.');
    assert.equal((await api(port, '/api/status')).json.log_level, 'debug');
    await page.locator('#level-info').check();
    await page.says('.note', 'The log level is info now.');
    const good = readFileSync(front.configuration, 'utf8');
    writeFileSync(front.configuration, good.replace('<upstream ', '<upstream pause="yes" '));
    await page.locator('button', { hasText: 'Reload' }).click();
    await page.says('.reload-state .refused', '1 problem. All is as it was.');
    await page.says('.problems', 'pause');
    writeFileSync(front.configuration, good);
    await page.locator('button', { hasText: 'Reload' }).click();
    await page.says('.reload-state .done', 'Reloaded at');
    await page.close();
});

// Rows: -
test('draining is shown until the last session has left, and then the end', async () => {
    const others = await freePort();
    const draining = await startBoshcm({ domains: { [DOMAIN]: stub.port }, admin: { port: others } });
    const dave = new BoshClient(draining.boshUrl);
    await dave.login(account('dave', 'console'));
    const page = await ConsolePage.open(browser, `http://127.0.0.1:${others}`, {
        hash: '#/control', expected: [/net::ERR_/, /status of 503/] });
    await page.locator('button', { hasText: 'Drain …' }).click();
    await page.says('dialog', '1 session may go on until the deadline');
    await page.locator('dialog button.danger').click();
    await page.says('.banner.warn', 'boshcm is draining: new clients are refused, 1 session');
    await page.locator('button', { hasText: 'Let clients in again' }).click();
    await page.says('.badge', 'ready');
    await page.locator('button', { hasText: 'Drain …' }).click();
    await page.locator('dialog button.danger').click();
    await page.says('.badge', 'draining');
    await dave.terminate();
    await page.says('.banner.bad', 'boshcm does not answer');
    await draining.stop();
    await page.close();
});

// Rows: -
test('the files come with a policy, and without a token', async () => {
    const root = await ask(port, '/');
    assert.deepEqual([root.status, root.headers.location], [302, '/console/']);
    const page = await ask(port, '/console/');
    assert.equal(page.status, 200);
    assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; /);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    const { etag } = page.headers;
    assert.equal((await ask(port, '/console/', { headers: { 'If-None-Match': etag } })).status, 304);
    const file = join(temporaryFolder('token'), 'token');
    writeFileSync(file, 'a-token-of-many-letters\n', { mode: 0o600 });
    const others = await freePort();
    const closed = await startBoshcm({ domains: { [DOMAIN]: stub.port },
                                       admin: { port: others, 'token-file': file } });
    const asked = await ConsolePage.open(browser, `http://127.0.0.1:${others}`, { expected: [/status of 401/] });
    await asked.locator('#token').fill('a-token-of-many-letters');
    await asked.page.keyboard.press('Enter');
    await asked.says('.sentence', 'All is well');
    await asked.view('Sessions');
    await asked.says('.empty-note', 'There is no session.');
    await asked.close();
    await closed.stop();
});

// What `ssh -L PORT:TARGET` does: a path, or HOST:PORT.
async function tunnel(target) {
    const [, host, farPort] = /^([^/:]+):(\d+)$/.exec(target) ?? [];
    const streams = new Set();
    const server = createServer((near) => {
        const far = host ? createConnection({ host, port: Number(farPort) }) : createConnection(target);
        for (const [one, other] of [[near, far], [far, near]]) {
            streams.add(one);
            one.on('error', () => other.destroy());
            one.pipe(other);
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        origin: `http://localhost:${server.address().port}`,
        stop: () => new Promise((resolve) => {
            for (const stream of streams) stream.destroy();
            server.close(resolve);
        }),
    };
}

// Rows: -
test('through a tunnel to the socket or the port it is the same page', async () => {
    const manual = readFileSync(new URL('../../docs/console.md', import.meta.url), 'utf8');
    const targets = [...manual.matchAll(/^ssh -L \d+:(\S+) /gm)].map(([, target]) => target);
    assert.deepEqual(targets, ['/run/boshcm/admin.sock', '127.0.0.1:9280']);
    const here = [targets[0].replace('/run/boshcm', run), targets[1].replace('9280', port)];
    for (const target of here) {
        const { origin: near, stop } = await tunnel(target);
        const page = await ConsolePage.open(browser, near, { hash: '#/sessions' });
        await page.says('.count', /^1,0\d\d\ssessions$/);
        await page.close();
        await stop();
    }
});

// Rows: S-033
test('a page of another site gets nothing of it, and cannot show it', async () => {
    const folder = temporaryFolder('evil');
    writeFileSync(join(folder, 'index.html'), `<!doctype html><title>evil</title>
<iframe id="frame" src="${origin}/console/"></iframe>`);
    const evil = await servePages(folder);
    const page = await browser.newPage();
    await page.goto(evil.origin);
    const asked = await page.evaluate(async (target) => {
        const outcomes = [];
        for (const [method, path] of [['GET', '/api/sessions'], ['GET', '/metrics'], ['GET', '/console/main.mjs'],
                                      ['POST', '/api/log-level'], ['POST', '/api/drain']]) {
            for (const mode of ['cors', 'no-cors']) {
                outcomes.push(await fetch(target + path, { method, mode, body: method === 'POST' ? '{"level":"trace"}' : undefined })
                    .then((answer) => answer.type, () => 'refused'));
            }
        }
        return outcomes;
    }, origin);
    // What is opaque could be sent, and nothing of its answer be read; that it did nothing is below.
    assert.deepEqual([...new Set(asked)].sort(), ['opaque', 'refused']);
    assert.ok(asked.every((outcome, index) => index % 2 === 1 || outcome === 'refused'), asked);
    const frame = page.frames().find((each) => each !== page.mainFrame());
    assert.equal(await frame.locator('nav').count(), 0);
    const { json } = await api(port, '/api/status');
    assert.deepEqual([json.standing, json.log_level], ['ready', 'info']);
    await page.close();
    await evil.stop();
});
