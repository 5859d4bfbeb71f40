// ConsoleMock — a listener that says what an administrator's console is to be shown: the page's own
// files, and the admin API with sessions and states that no real daemon could be brought into when
// a test wants it. What the API says here is what docs/console.md and the real one say.
//
//     const mock = await startConsoleMock({ sessions: 1000 });
//     mock.standing = 'draining';        mock.metrics.connectFailures = 3;
//     await mock.goAway();               await mock.comeBack();
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './children.mjs';
import { MockMetrics } from './mock_metrics.mjs';
import { details, madeSession } from './mock_sessions.mjs';

const FOLDER = new URL('../../web/console/', import.meta.url).pathname;
const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8',
                mjs: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };
// As admin/console.cpp has it; what is not so there, the test against the real daemon finds.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'";

class Refusal extends Error {
    constructor(status, answer) {
        super(String(status));
        Object.assign(this, { status, answer: typeof answer === 'string' ? { error: answer } : answer });
    }
}

export class ConsoleMock {
    begun = Date.now();
    version = '0.1.0';
    standing = 'ready';
    level = 'info';
    token = null; // wanted if there is one
    hasApi = true;
    drainLeft = null;
    isStopping = false; // by a signal: a drain that cannot be taken back
    fault = null; // what every API call is answered with: { status, error }
    metrics = new MockMetrics();
    sessions = [];
    distance = 0; // ms until sessions are listed
    reloads = { count: 0, last: null };
    nextReload = { ok: true, problems: [], restart_needed: [] };
    past = []; // what its metrics have been, whenever that is asked: { ms, text }
    traces = new Map();
    calls = []; // 'METHOD /path' with the body, of what changes something
    ended = [];
    #server = null;
    #port;

    async start(sessions) {
        this.sessions = Array.from({ length: sessions }, (_, number) => madeSession(number));
        this.#port = await freePort();
        await this.comeBack();
        return this;
    }

    get origin() { return `http://127.0.0.1:${this.#port}`; }

    async comeBack() {
        this.#server = createServer((request, response) => {
            this.#answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
        });
        await new Promise((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    }

    async goAway() {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }

    async #answer(request, response) {
        const url = new URL(request.url, this.origin);
        let body = '';
        for await (const part of request) body += part;
        if (url.pathname.startsWith('/console/')) return this.#file(url.pathname, response);
        try {
            if (this.token && request.headers.authorization !== `Bearer ${this.token}`) {
                throw new Refusal(401, 'a token is wanted');
            }
            if (url.pathname === '/metrics') {
                return response.writeHead(200, { 'Content-Type': 'text/plain' }).end(this.#metricsText());
            }
            if (!this.hasApi) throw new Refusal(404, 'Not Found');
            if (this.fault && url.pathname !== '/api/status') throw new Refusal(this.fault.status, this.fault.error);
            const value = await this.#call(request.method, url, body);
            response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            response.writeHead(error.status, { 'Content-Type': 'application/json' })
                .end(JSON.stringify(error.answer));
        }
        return undefined;
    }

    #file(path, response) {
        const name = path.slice('/console/'.length) || 'index.html';
        try {
            response.writeHead(200, { 'Content-Type': TYPES[name.split('.').at(-1)],
                                      'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' })
                .end(readFileSync(FOLDER + name));
        } catch {
            response.writeHead(404).end();
        }
    }

    #numbers() {
        const of = (transport) => this.sessions.filter((each) => each.authenticated && each.transport === transport);
        const [bosh, websocket] = [of('bosh').length, of('websocket').length];
        return { bosh, websocket, authenticating: this.sessions.length - bosh - websocket };
    }

    #metricsText() {
        return this.metrics.text({ sessions: this.#numbers(), ready: this.standing === 'ready',
                                   version: this.version });
    }

    // As if it had run for so long before anybody looked.
    remember(seconds) {
        const { clock } = this.metrics;
        const now = clock();
        for (let ms = -seconds * 1000; ms < 0; ms += 5000) {
            this.metrics.clock = () => now + ms;
            this.past.push({ ms, text: this.#metricsText() });
        }
        this.metrics.clock = clock;
    }

    #history() {
        const series = {};
        for (const { text } of this.past) {
            for (const [, name, value] of text.matchAll(/^(\S+) (\S+)$/gm)) (series[name] ??= []).push(Number(value));
        }
        const once = (values) => (new Set(values).size === 1 ? [values[0]] : values);
        return { period_s: 5, ms: this.past.map(({ ms }) => ms),
                 series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, once(values)])) };
    }

    async #call(method, url, body) {
        const [, , what, name] = url.pathname.split('/').map(decodeURIComponent);
        if (method !== 'GET') this.calls.push(`${method} ${url.pathname}${body && ` ${body}`}`);
        const given = body ? JSON.parse(body) : {};
        const key = `${method} ${what}${name === undefined ? '' : '/'}`;
        switch (key) {
        case 'GET status': return this.#status();
        case 'GET history': return this.#history();
        case 'GET sessions': await sleep(this.distance); return this.#list(url.searchParams);
        case 'GET sessions/': return details(this.#find(name), this);
        case 'DELETE sessions/': return this.#end(this.#find(name));
        case 'POST traces': return this.#trace(given);
        case 'GET traces/': return this.#traced(this.#traceOf(name), Number(url.searchParams.get('after') ?? 0));
        case 'DELETE traces/': this.#traceOf(name); this.traces.delete(name); return { ended: name };
        case 'POST drain': this.standing = 'draining'; this.drainLeft = given.deadline_s ?? null; return { standing: 'draining' };
        case 'DELETE drain': return this.#cancelDrain();
        case 'POST reload': return this.#reload();
        case 'POST log-level': this.level = given.level; return { log_level: given.level };
        default: throw new Refusal(404, 'there is no such thing');
        }
    }

    #status() {
        const { bosh, websocket } = this.#numbers();
        const uptime = Math.floor(this.metrics.clock() / 1000 - this.metrics.started);
        return { version: this.version, standing: this.standing, uptime_s: uptime,
                 started: new Date(Math.floor(this.metrics.started) * 1000).toISOString().replace('.000', ''),
                 workers: 2, drain_left_s: this.drainLeft, sessions: { bosh, websocket }, most: { bosh: 100_000, websocket: 100_000 },
                 log_level: this.level, domains: ['chat.example', 'guest.example'], reload: this.reloads };
    }

    #list(query) {
        const wanted = (query.get('search') ?? '').toLowerCase();
        const is = (name) => (each) => !query.get(name) || each[name] === query.get(name);
        const found = this.sessions.filter((each) => [each.sid, each.domain, each.jid, each.address]
            .some((text) => text?.toLowerCase().includes(wanted))).filter(is('transport')).filter(is('state'));
        const keys = { age: (each) => each.age_s, idle: (each) => each.idle_s, queue: (each) => each.queue.bytes,
                       domain: (each) => each.domain ?? '', jid: (each) => each.jid ?? '' };
        const key = keys[query.get('sort') ?? 'age'];
        const turn = query.get('order') === 'desc' ? -1 : 1;
        const sorted = found.sort((one, other) => turn * (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
        const offset = Number(query.get('offset') ?? 0);
        return { total: this.sessions.length, matched: sorted.length,
                 sessions: sorted.slice(offset, offset + Number(query.get('limit') ?? 100)) };
    }

    #find(sid) {
        const found = this.sessions.filter((each) => each.sid.startsWith(sid));
        if (found.length === 0) throw new Refusal(404, 'there is no such session');
        if (found.length > 1) {
            throw new Refusal(409, { error: 'several sessions begin so', sids: found.map((each) => each.sid) });
        }
        return found[0];
    }

    #end(session) {
        this.sessions = this.sessions.filter((each) => each !== session);
        this.ended.push(session.sid);
        return { ended: session.sid };
    }

    #trace({ sid, jid, bodies = false }) {
        const id = `t${this.traces.size + 1}`;
        this.traces.set(id, { sid: sid ?? 'AbCdEfGh', jid, bodies, events: [], waiting: [] });
        return { id };
    }

    #traceOf(id) {
        const trace = this.traces.get(id);
        if (!trace) throw new Refusal(404, 'there is no such trace');
        return trace;
    }

    // To whoever traces.
    saw(id, event) {
        const trace = this.traces.get(id);
        trace.events.push({ n: trace.events.length + 1, at: new Date().toISOString(), sid: trace.sid, ...event });
        for (const wake of trace.waiting.splice(0)) wake();
    }

    async #traced(trace, after) {
        const news = () => trace.events.filter(({ n }) => n > after);
        if (news().length === 0) {
            await Promise.race([new Promise((resolve) => trace.waiting.push(resolve)),
                                new Promise((resolve) => setTimeout(resolve, 20_000).unref())]);
        }
        const events = news();
        return { events, next: events.at(-1)?.n ?? after };
    }

    #cancelDrain() {
        if (this.isStopping) throw new Refusal(409, 'it is stopping already');
        this.standing = 'ready';
        return { standing: 'ready' };
    }

    #reload() {
        const last = { at: new Date().toISOString(), ...this.nextReload };
        this.reloads = { count: this.reloads.count + 1, last };
        return this.nextReload;
    }
}

export const startConsoleMock = ({ sessions = 1000 } = {}) => new ConsoleMock().start(sessions);
