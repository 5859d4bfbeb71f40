// The admin listener: metrics as a real Prometheus reads them, and who may see them.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { ask, readMetrics } from '../support/admin.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { Child, freePort, temporaryFolder } from '../support/children.mjs';
import { promtool, startPrometheus } from '../support/prometheus.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { threadOf } from '../support/threads.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { CLOSE, WsClient } from '../support/ws_client.mjs';

const ROOT = new URL('../../', import.meta.url).pathname;
const TOKEN = 'a-token-of-many-letters';
const server = await startServer();
after(() => server.stop());

const port = await freePort();
const start = (settings) => startBoshcm({ domains: { [DOMAIN]: server.port }, admin: { port },
                                          ...settings });

const login = (user, resource) => ({ domain: DOMAIN, user, password: server.accounts[user],
                                     resource });
async function boshSession(front, resource) {
    const client = new BoshClient(front.boshUrl);
    await client.login(login('alice', resource));
    return client;
}
const wsSession = async (front, resource) =>
    (await WsClient.connect(front.wsUrl)).login(login('bob', resource));

const total = ({ samples }, name) => [...samples].reduce(
    (sum, [sample, value]) => sum + (sample === name || sample.startsWith(`${name}{`) ? value : 0),
    0);

// Rows: -
test('Prometheus counts the sessions that there are', async () => {
    const front = await start();
    const prometheus = await startPrometheus({
        targetPort: port, rules: join(ROOT, 'conf/prometheus-alerts.yml') });
    await prometheus.value('up', (value) => value === 1);
    const clients = [await boshSession(front, 'one'), await boshSession(front, 'two')];
    const sockets = [await wsSession(front, 'one'), await wsSession(front, 'two'),
                     await wsSession(front, 'three')];
    const sessions = (transport) =>
        `sum(boshcm_sessions{transport="${transport}",state="logged-in"})`;
    await prometheus.value(sessions('bosh'), (value) => value === 2);
    await prometheus.value(sessions('websocket'), (value) => value === 3);
    await clients[0].terminate();
    sockets[0].send(CLOSE);
    await sockets[0].expectClose(1000);
    await prometheus.value(sessions('bosh'), (value) => value === 1);
    await prometheus.value(sessions('websocket'), (value) => value === 2);
    const ended = (cause) => `boshcm_sessions_ended_total{cause="${cause}"} > 0`;
    await prometheus.value(ended('terminated'), (value) => value === 1);
    await prometheus.value('sum(boshcm_sessions{state="authenticating"})', (value) => value === 0);
    // Each expression of the dashboard is one that Prometheus understands; those of the alerts it
    // has understood when it started.
    for (const { expression } of dashboardTargets()) {
        await prometheus.query(expression.replaceAll('$job', 'boshcm')
            .replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'));
    }
    const { groups } = await prometheus.api('rules');
    assert.ok(groups[0].rules.every(({ health }) => health !== 'err'), JSON.stringify(groups));
    await prometheus.stop();
    await front.stop();
});

// Rows: -
test('what clients and servers say is counted by kind, with its bytes', async () => {
    const front = await start();
    const alice = await boshSession(front, 'counted');
    const before = readMetrics((await ask(port, '/metrics')).text);
    const message = (text) => `<message xmlns='jabber:client' to='${alice.jid}' type='chat'>` +
                              `<body>${text}</body></message>`;
    alice.post(message('x'.repeat(1000)));
    await alice.message('it to come back');
    const now = readMetrics((await ask(port, '/metrics')).text);
    const grown = (name) => now.samples.get(name) - before.samples.get(name);
    for (const from of ['client', 'server']) {
        const labels = `{from="${from}",kind="message"}`;
        assert.equal(grown(`boshcm_elements_total${labels}`), 1, from);
        assert.ok(grown(`boshcm_element_bytes_total${labels}`) > 1000, from);
        assert.equal(grown(`boshcm_elements_total{from="${from}",kind="other"}`), 0, from);
    }
    assert.ok(total(now, 'boshcm_bosh_hold_seconds_count') > 0);
    assert.ok(total(now, 'boshcm_loop_turn_seconds_count') > 0);
    assert.ok(now.samples.get('boshcm_http_answers_total{class="2xx"}') > 0);
    const limit = Number(/^Max open files +\d+ +(\d+)/m.exec(
        readFileSync(`/proc/${front.child.pid}/limits`, 'utf8'))[1]);
    assert.equal(now.samples.get('process_max_fds'), limit);
    await front.stop();
});

// Rows: -
test('promtool finds nothing to say against the metrics, nor against the alerts', async () => {
    const front = await start();
    const { text } = await ask(port, '/metrics');
    assert.equal(promtool(['check', 'metrics'], text), '');
    assert.equal(promtool(['check', 'rules', join(ROOT, 'conf/prometheus-alerts.yml')]), '');
    const open = await ask(port, '/metrics', { headers: {
        Accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' } });
    assert.equal(open.headers['content-type'],
                 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    assert.match(open.text, /\n# EOF\n$/);
    // The same figures under the same names, but for those that have moved on meanwhile.
    const names = ({ samples }) => [...samples.keys()].sort();
    assert.deepEqual(names(readMetrics(open.text.replace('# EOF\n', ''))),
                     names(readMetrics(text)));
    await front.stop();
});

function dashboardTargets() {
    const { panels } = JSON.parse(readFileSync(join(ROOT, 'conf/grafana-dashboard.json'), 'utf8'));
    return panels.flatMap(({ title, targets = [] }) =>
        targets.map(({ expr }) => ({ panel: title, expression: expr })));
}

// Rows: -
test('the dashboard, the alerts and the manual speak of metrics that there are', async () => {
    const file = join(temporaryFolder('secret'), 'secret');
    writeFileSync(file, `whsec_${'A'.repeat(32)}\n`, { mode: 0o600 });
    const front = await start({
        webhooks: [{ url: 'https://hooks.example/', 'secret-file': file }] });
    const { families, samples } = readMetrics((await ask(port, '/metrics')).text);
    const known = new Set([...samples.keys()].map((sample) => sample.split('{')[0]));
    const targets = dashboardTargets();
    assert.ok(targets.length > 10);
    const alerts = readFileSync(join(ROOT, 'conf/prometheus-alerts.yml'), 'utf8');
    for (const text of [alerts, ...targets.map(({ expression }) => expression)]) {
        for (const [name] of text.matchAll(/\b(?:boshcm|process)_[a-z0-9_]+\b/g)) {
            assert.ok(known.has(name), `${name} in ${text}`);
        }
    }
    const manual = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
    const rows = [...manual.matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm)].map(
        ([, name, type, labels, help]) => ({ name, type, labels, help }));
    assert.deepEqual(rows, [...families].map(([name, { type, labels, help }]) => ({
        name, type, labels: [...labels].map((label) => `\`${label}\``).join(' '),
        help: help.replaceAll('<', '&lt;') })));
    await front.stop();
});

// Rows: -
test('a dashboard that Grafana takes has what it needs', () => {
    const dashboard = JSON.parse(readFileSync(join(ROOT, 'conf/grafana-dashboard.json'), 'utf8'));
    assert.equal(typeof dashboard.title, 'string');
    assert.ok(dashboard.schemaVersion >= 36);
    assert.equal(dashboard.id, null); // Grafana gives one
    assert.deepEqual(dashboard.__inputs.map(({ pluginId }) => pluginId), ['prometheus']);
    assert.deepEqual(dashboard.templating.list.map(({ name }) => name), ['job', 'instance']);
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const taken = [];
    for (const { title, type, gridPos, targets = [], datasource } of dashboard.panels) {
        assert.ok(['row', 'stat', 'timeseries', 'heatmap'].includes(type), title);
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (const other of taken) {
            assert.ok(gridPos.x >= other.x + other.w || other.x >= gridPos.x + gridPos.w ||
                      gridPos.y >= other.y + other.h || other.y >= gridPos.y + gridPos.h, title);
        }
        taken.push(gridPos);
        if (type === 'row') continue;
        assert.equal(datasource.uid, '${DS_PROMETHEUS}', title);
        assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
        assert.ok(targets.length > 0, title);
    }
});

// Rows: -
test('it says that it is not ready any more while it ends', async () => {
    const silent = await ScriptedServer.start(async (stream) => {
        await stream.login('scripted.example');
        await stream.closed;
    });
    const front = await start({ domains: { 'scripted.example': silent.port },
                                shutdown: { grace: '1h' } });
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: 'scripted.example', user: 'alice', password: 'x' });
    const ready = await ask(port, '/readyz');
    assert.deepEqual([ready.status, ready.text], [200, 'ready\n']);
    front.terminate();
    await front.child.line(/ daemon\.stopping\b/);
    const draining = await ask(port, '/readyz');
    assert.deepEqual([draining.status, draining.text], [503, 'draining\n']);
    assert.equal((await ask(port, '/healthz')).status, 200);
    const { samples } = readMetrics((await ask(port, '/metrics')).text);
    assert.equal(samples.get('boshcm_ready'), 0);
    await front.stop(); // a second signal ends it at once
    await silent.stop({ lenient: true });
});

// Rows: -
test('a worker that stands still does not keep metrics back', async () => {
    // Only a program that may be dumped can have a thread of it stopped.
    const front = await start({ workers: 2, memory: { 'core-dumps': true } });
    const freezers = await Promise.all([0, 1].map(async (worker) => {
        const freezer = new Child('freezer', 'python3',
            [join(ROOT, 'tests/support/frozen_thread.py'), threadOf(front.child.pid, worker)],
            { input: 'pipe' });
        await freezer.line(/^frozen$/);
        return freezer;
    }));
    const { samples } = readMetrics((await ask(port, '/metrics')).text);
    assert.equal(samples.get('boshcm_workers'), 2);
    assert.equal((await ask(port, '/healthz')).status, 200);
    for (const freezer of freezers) {
        freezer.process.stdin.end();
        await freezer.exited;
    }
    await front.stop();
});

// Rows: -
test('a token opens metrics, and the pages of other sites do not', async () => {
    const file = join(temporaryFolder('token'), 'token');
    writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
    const front = await start({ admin: { port, 'token-file': file } });
    const bearing = (token, more) => ({ headers: { Authorization: `Bearer ${token}`, ...more } });
    const refused = await ask(port, '/metrics');
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'], /^Bearer /);
    assert.equal((await ask(port, '/metrics', bearing(`${TOKEN}x`))).status, 401);
    assert.equal((await ask(port, '/metrics', bearing(TOKEN))).status, 200);
    assert.equal((await ask(port, '/readyz')).status, 200);
    for (const foreign of [{ Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
        const answer = await ask(port, '/metrics', bearing(TOKEN, foreign));
        assert.equal(answer.status, 403);
        assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    const prometheus = await startPrometheus({ targetPort: port, token: TOKEN });
    await prometheus.value('boshcm_ready', (value) => value === 1);
    await prometheus.stop();
    // Another token, without a restart.
    writeFileSync(file, 'another-token-of-letters\n');
    front.reload();
    await front.child.line(/ daemon\.reloading\b/);
    assert.equal((await ask(port, '/metrics', bearing(TOKEN))).status, 401);
    assert.equal((await ask(port, '/metrics', bearing('another-token-of-letters'))).status, 200);
    writeFileSync(file, 'short\n');
    front.reload();
    await front.child.line(/ admin\.reload-failed\b/);
    assert.equal((await ask(port, '/metrics', bearing('another-token-of-letters'))).status, 200);
    await front.stop();
});

// Rows: -
test('without a token only this host may ask, by a name that is its own', async () => {
    const front = await start();
    assert.equal((await ask(port, '/metrics', { headers: { Host: 'evil.example' } })).status, 421);
    assert.equal((await ask(port, '/metrics',
                            { headers: { Host: `localhost:${port}` } })).status, 200);
    assert.equal((await ask(port, '/metrics', { method: 'POST' })).status, 405);
    assert.equal((await ask(port, '/http-bind')).status, 404);
    // And it is not where clients come in.
    assert.equal((await ask(front.port, '/metrics')).status, 404);
    await front.stop();
});

// Rows: -
test('the socket is in the directory that systemd made, for its group alone', async () => {
    const folder = temporaryFolder('run');
    chmodSync(folder, 0o755);
    const front = await start({ admin: undefined, env: { RUNTIME_DIRECTORY: folder } });
    const socket = join(folder, 'admin.sock');
    assert.equal(statSync(socket).mode & 0o777, 0o660);
    assert.equal((await ask(socket, '/metrics')).status, 200);
    await assert.rejects(ask(port, '/metrics'), /ECONNREFUSED/);
    await front.stop();
    assert.throws(() => statSync(socket), /ENOENT/);
    const without = await start({ admin: { enabled: false }, env: { RUNTIME_DIRECTORY: folder } });
    assert.throws(() => statSync(socket), /ENOENT/);
    await without.stop();
});
