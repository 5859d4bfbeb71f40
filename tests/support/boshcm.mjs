// Boshcm — the program under test: started with a configuration of the test's own, and ended with
// an account of how it ended.
// Life: stop() asserts what must be true of every run, whatever the test was about: SIGTERM ends
// the program with 0, no libuv handle is left open, and no sanitizer has anything to report.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Child, freePort, temporaryFolder } from './children.mjs';
import { attributes, escape } from './xml_text.mjs';

// All scenarios are run with one worker and with several.
export const WORKERS = Number(process.env.E2E_WORKERS ?? 2);

const SANITIZER_REPORT = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:/;

// domains: { 'chat.example': port }, each with its server on loopback in plain TCP, or in the
// port's place { servers: [attributes], deny: [network], ...attributes }; routes:
// { 'chat.example': [port] } with further ones; the others are attributes of the elements of that
// name, static a list of { path, directory }.
// listener: further attributes of the listener on `port`, listeners: a list of others; limits and
// memory: as bosh; workers: how many; trusted and hosts: what is in <http>; discovery and admin:
// none unless given; webhooks: a list of them, hooks: the attributes around; hear: as Child takes it; launcher: given port and folder, the command that
// starts the program, to be named behind it; descriptors: how many it may open.
function domain(name, described, routes) {
    const empty = (element, values) => `    <${element}${attributes(values)}/>\n`;
    const plain = (each) => ({ host: '127.0.0.1', port: each, tls: 'none' });
    const { servers = [], deny = [], ...rest } =
        typeof described === 'object' ? described : { servers: [plain(described)] };
    return `  <domain${attributes({ name, ...rest })}>\n` +
        servers.map((each) => empty('server', { host: '127.0.0.1', ...each })).join('') +
        routes.map((each) => empty('route', plain(each))).join('') +
        deny.map((network) => empty('deny', { network })).join('') + '  </domain>\n';
}

// certificates: a list of { certificate, key }, as Authority issues them.
function listenerElement({ certificates = [], ...values }) {
    return `  <listener${attributes({ tls: 'none', ...values })}>` +
        certificates.map(({ certificate, key }) =>
            `<certificate${attributes({ chain: certificate, key })}/>`).join('') + '</listener>\n';
}

function configuration({ port, domains, routes = {}, retired = [], bosh = {}, http = {}, log = {}, shutdown = {},
                         origins, statics = [], listener = {}, listeners = [], limits = {}, memory = {},
                         trusted = [], hosts = [], discovery, admin, webhooks = [], hooks = {},
                         upstream = {}, websocket = {},
                         websocketOrigins = [], workers = WORKERS }) {
    const texts = (name, values) =>
        values.map((value) => `<${name}>${escape(value)}</${name}>`).join('');
    const empty = (name, values) => `  <${name}${attributes(values)}/>\n`;
    const cors = origins === undefined ? '' :
        `<cors>${texts('origin', origins)}</cors>`;
    return '<?xml version="1.0" encoding="UTF-8"?>\n<boshcm xmlns="urn:boshcm:config:1">\n' +
        empty('log', { level: 'debug', ...log }) +
        [{ address: '127.0.0.1', port, ...listener }, ...listeners].map(listenerElement).join('') +
        `  <http${attributes(http)}>${texts('trusted-proxy', trusted)}${texts('host', hosts)}</http>\n` +
        empty('limits', limits) +
        `  <bosh${attributes(bosh)}>${cors}</bosh>\n` +
        `  <websocket${attributes(websocket)}>${texts('origin', websocketOrigins)}</websocket>\n` +
        empty('upstream', upstream) +
        Object.entries(domains).map(([name, described]) =>
            domain(name, described, routes[name] ?? [])).join('') +
        retired.map((name) => empty('domain', { name, retired: true })).join('') +
        statics.map((served) => empty('static', served)).join('') +
        (discovery ? empty('discovery', discovery) : '') +
        (admin ? empty('admin', admin) : '') +
        (webhooks.length ? `  <webhooks${attributes(hooks)}>\n` +
            webhooks.map((each) => empty('webhook', each)).join('') + '  </webhooks>\n' : '') +
        empty('workers', { count: workers }) + empty('memory', memory) + empty('shutdown', shutdown) + '</boshcm>\n';
}

export async function startBoshcm(settings) {
    const program = process.env.BOSHCM;
    assert.ok(program, 'BOSHCM names the program under test');
    const folder = temporaryFolder('cm');
    const port = await freePort();
    const file = join(folder, 'cm.xml');
    writeFileSync(file, configuration({ ...settings, port }));
    const { descriptors } = settings;
    const [command, ...args] =
        [...settings.launcher?.({ port, folder }) ?? [],
         ...descriptors ? ['prlimit', `--nofile=${descriptors}:${descriptors}`] : [],
         program, 'run', '--config', file];
    const child = new Child('boshcm', command, args, {
        folder, hear: settings.hear,
        env: {
            ...settings.env,
            ASAN_OPTIONS: ['detect_leaks=1:abort_on_error=0:exitcode=99',
                           ...(settings.sanitizers ? [settings.sanitizers] : [])].join(':'),
            UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
        },
    });
    await child.line(/\bdaemon\.ready\b/);
    const path = settings.bosh?.path ?? '/http-bind';
    return {
        name: 'boshcm', port, child, configuration: file,
        reload: () => child.process.kill('SIGHUP'),
        // The file as other settings have it, and what the log then says of reading it.
        configure: async (others) => {
            writeFileSync(file, typeof others === 'string' ? others
                : configuration({ ...settings, ...others, port }));
            const said = child.line(/ daemon\.(reloaded|reload-failed)\b/);
            child.process.kill('SIGHUP');
            return (await said).includes(' daemon.reloaded');
        },
        boshUrl: `http://127.0.0.1:${port}${path}`,
        wsUrl: `ws://127.0.0.1:${port}${settings.websocket?.path ?? '/xmpp-websocket'}`,
        // The first part of how a session ends by SIGTERM: the signal alone.
        terminate: () => child.process.kill('SIGTERM'),
        stop: async () => {
            const { code, signal } = await child.stop('SIGTERM', 30);
            const report = child.output.slice(-6000);
            assert.doesNotMatch(child.output, SANITIZER_REPORT, report);
            assert.doesNotMatch(child.output, /handle(s)?[ .-]open/, report);
            assert.deepEqual({ code, signal }, { code: 0, signal: null }, report);
        },
    };
}
