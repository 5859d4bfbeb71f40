// Every block of the documentation, by its class: commands are run, configurations loaded by the program
// they are for, outputs compared with what is put out. docs_pages has the files of page-authors.md,
// tests/lint/docs.py the classes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { BoshClient } from '../support/bosh_client.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';
import { block, blocks, ROOT } from '../support/documents.mjs';
import { startEjabberd } from '../support/ejabberd.mjs';
import { passwordFile, report } from '../support/probe.mjs';
import { startProsody } from '../support/prosody.mjs';
import { Workshop } from '../support/workshop.mjs';

const DOMAIN = 'example.org';
const accounts = { alice: 'secret' };
const prosody = await startProsody({ domain: DOMAIN, accounts, lines: block('prosody', 'clear').text });
const workshop = new Workshop(prosody.port);
after(() => prosody.stop());

const named = ({ page, line }) => `${page}:${line}`;
const system = (command, args, options = {}) => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
    assert.equal(status, 0, `${command} ${args.join(' ')}:\n${stdout}${stderr}`);
    return stdout + stderr;
};

// ---------------------------------------------------------------------------- cm.xml

// What a part of a configuration needs around it.
function whole(text) {
    if (/<boshcm\b/.test(text)) return text;
    const part = /^\s*<certificate\b/.test(text)
        ? `<listener address="127.0.0.1" port="8443" tls="own">\n${text}</listener>\n` : text;
    return '<boshcm xmlns="urn:boshcm:config:1">\n' +
        (/<listener\b/.test(part) ? '' : '<listener address="127.0.0.1" port="8080" tls="proxy"/>\n') +
        (/<domain\b/.test(part) ? '' : '<domain name="example.org"/>\n') + part + '</boshcm>\n';
}

function check(text) {
    const file = join(temporaryFolder('check'), 'cm.xml');
    writeFileSync(file, workshop.here(text));
    return { file, ...spawnSync(process.env.BOSHCM, ['check', '--config', file], { encoding: 'utf8' }) };
}

for (const each of blocks('config')) {
    // Rows: -
    test(`${named(each)}: boshcm check takes it`, () => {
        for (const [, secret] of each.text.matchAll(/secret-file="([^"]*)"/g)) {
            writeFileSync(workshop.here(secret), `whsec_${randomBytes(32).toString('base64')}\n`,
                          { mode: 0o600 });
        }
        const { status, stderr, signal, error } = check(whole(each.text));
        assert.equal(status, 0, `${stderr}${signal ?? ''}${error ?? ''}`);
    });
}

// Rows: -
test('the mistake that errors.md shows is told so', () => {
    const { file, status, stderr } = check(
        '<boshcm xmlns="urn:boshcm:config:1">\n\n<listener port="99999" address="::" tls="none"/>\n' +
        '<domain name="example.org"/></boshcm>\n');
    assert.equal(status, 2);
    assert.ok(stderr.replaceAll(file, 'cm.xml').includes(block('fault', '').text), stderr);
});

// ---------------------------------------------------------------------------- servers

const START = { prosody: startProsody, ejabberd: startEjabberd };

// The server with the lines that the page has for it, boshcm with those for cm.xml, and a client, who
// comes both ways. (Natively it does not log in where the PROXY protocol is expected.)
async function logsIn(kind, way, lines, { changes = ['', ''], ...settings }) {
    const port = await freePort();
    const server = await START[kind]({ domain: DOMAIN, accounts, port, ...settings,
                                       lines: lines?.replaceAll('5224', port) });
    const { text } = block('config', `${kind}-${way}`);
    const domain = (/ port="\d+"/.test(text) ? text.replace(/port="\d+"/, `port="${port}"`)
        : text.replace('host="127.0.0.1"', `host="127.0.0.1" port="${port}"`)).replace(...changes);
    try {
        const found = await workshop.whileServing(
            () => report([DOMAIN, '--config', workshop.configuration, '--account', `alice@${DOMAIN}`,
                          '--password-file', passwordFile('secret')]), domain);
        assert.ok(found.ok && found.step('web', 'login').ok, found.output);
        return { found, domain };
    } finally {
        await server.stop();
    }
}

for (const kind of Object.keys(START)) {
    const lines = blocks(kind).map(({ text }) => text).join('');

    // Rows: -
    test(`${kind}: what its page has for it and for cm.xml lets clients in`, async () => {
        const { domain } = await logsIn(kind, 'clear', lines, {});
        assert.match(domain, /tls="none"/);
    });

    // Rows: -
    test(`${kind}: the same by TLS, with a certificate of one's own`, async () => {
        const authority = new Authority();
        const { found } = await logsIn(kind, 'tls', undefined, {
            credentials: authority.issue({ names: [DOMAIN] }),
            changes: ['<server ', `<server ca-file="${authority.file}" `],
        });
        assert.ok(found.step('native', 'tls').ok);
    });
}

// ---------------------------------------------------------------------------- commands

for (const each of blocks('sh')) {
    const how = { '': 'run', started: 'started', 'by-name': 'looked at' }[each.words];

    // Rows: -
    test(`${named(each)}: commands, ${how}`, async () => {
        if (each.words === 'by-name') return workshop.names(each.text);
        if (each.words === 'started') {
            assert.match(await workshop.start(each.text, /^Open it:/), /http:\/\/127\.0\.0\.1:\d+\//);
            return undefined;
        }
        const wantsOne = /boshcm probe|curl/.test(each.text) && !/boshcm run/.test(each.text);
        if (wantsOne) return workshop.whileServing(() => workshop.run(each.text));
        await workshop.configure();
        try {
            return await workshop.run(each.text);
        } finally {
            await workshop.rest();
        }
    });
}

// Rows: -
test('with the descriptors that capacity.md reckons, boshcm says that it has room for so many', async () => {
    for (const [kind, word] of [['bosh', 'bosh_sessions'], ['websocket', 'websockets']]) {
        const said = system('python3', [join(ROOT, 'scripts/capacity.py'), `--${kind}`, '500',
                                        '--workers', '1']);
        const limit = Number(/^descriptors +([\d,]+)$/m.exec(said)[1].replace(',', ''));
        await workshop.configure();
        try {
            await workshop.run(`ulimit -n ${limit}; boshcm run`);
        } finally {
            const [, room] = new RegExp(` daemon\\.ready .*\\b${word}=(\\d+)`).exec(await workshop.rest());
            assert.ok(room >= 500 && room < 525, `${kind}: ${room} with ${limit}`);
        }
    }
});

// ---------------------------------------------------------------------------- other programs

for (const each of blocks('unit')) {
    // Rows: -
    test(`${named(each)}: systemd takes ${each.words}`, () => {
        const folder = temporaryFolder('units');
        const [service] = each.words.split('.');
        const own = (text) => workshop.here(text.replaceAll('/usr/bin/boshcm', process.env.BOSHCM));
        // What the page adds to the unit, or the service that its timer starts.
        const beside = service === 'boshcm'
            ? readFileSync(join(ROOT, 'conf/systemd/boshcm.service'), 'utf8')
            : block('unit', `${service}.service`).text;
        writeFileSync(join(folder, `${service}.service`), own(beside));
        const file = join(folder, each.words);
        const base = each.words === `${service}.service` && service === 'boshcm' ? own(beside) : '';
        writeFileSync(file, `${base}\n${own(each.text)}`);
        const said = system('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', file]);
        assert.equal(said, '', said);
    });
}

for (const each of blocks('dockerfile')) {
    // Rows: -
    test(`${named(each)}: Docker's instruction, and the program knows its options`, () => {
        const theirs = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
        const [, flags, command] = /^HEALTHCHECK (.*?)\\\n\s+CMD boshcm (.*)\n$/s.exec(each.text);
        for (const flag of flags.match(/--\w+/g)) assert.ok(theirs.includes(flag), flag);
        const help = execFileSync(process.env.BOSHCM, [command.split(' ')[0], '--help'],
                                  { encoding: 'utf8' });
        for (const option of command.match(/--[\w-]+/g)) assert.ok(help.includes(option), option);
    });
}

// Rows: -
test('Prometheus takes its part of metrics.md', () => {
    const file = join(temporaryFolder('prometheus'), 'prometheus.yml');
    writeFileSync(file, block('prometheus', '').text.replace('/usr/share/boshcm/examples/',
                                                             join(ROOT, 'conf/')));
    system('promtool', ['check', 'config', file]);
    const queries = block('promql', '').text.split(/^#.*\n/m).filter((text) => text.trim());
    assert.ok(queries.length > 3);
    const rules = join(temporaryFolder('promql'), 'rules.yml');
    writeFileSync(rules, 'groups:\n  - name: page\n    rules:\n' + queries.map((text, number) =>
        `      - record: page:query${number}\n        expr: |\n` +
        text.trimEnd().replace(/^/gm, '          ')).join('\n') + '\n');
    assert.match(system('promtool', ['check', 'rules', rules]), new RegExp(`${queries.length} rules`));
});

// ---------------------------------------------------------------------------- outputs

const OUTPUTS = {
    // Its worked example: tests/scripts/capacity_test.py.
    capacity: ({ text }) => assert.match(text, /^memory .*\nprocessor .*\ndescriptors .*\n$/),

    // errors.md has the event, which its lint has compared with the sources; they have the keys.
    'log-line': ({ text }) => {
        const catalogue = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
        const inSources = (key) => spawnSync('grep', ['-rqF', '--include=*.cpp', `{"${key}", `, '.'],
                                             { cwd: workshop.tree }).status === 0;
        for (const line of text.trimEnd().split('\n')) {
            const [, event] = /^(?:\S+ )?(?:(?:debug|info|warning|error) )?([a-z]+\.[a-z-]+)\b/.exec(line);
            assert.ok(catalogue.includes(`\n| \`${event}\` |`), event);
            const keys = [...line.matchAll(/ ([a-z_]+)=(?:"[^"]*"|\S+)/g)].map(([, key]) => key);
            assert.deepEqual(keys.filter((key) => !inSources(key)), [], line);
        }
    },

    // Its columns; e2e/steering has what stands in them.
    sessions: ({ text }) => {
        const [, table] = /TextTable table\(\{("SID"[^}]*)\}/.exec(
            readFileSync(join(ROOT, 'cm/admin_cli.cpp'), 'utf8'));
        const columns = [...table.matchAll(/">?([^"]*)"/g)].map(([, name]) => name);
        const [command, head, ...rows] = text.trimEnd().split('\n');
        assert.match(command, /^\$ boshcm sessions /);
        assert.deepEqual(head.split(/ {2,}/), columns);
        for (const row of rows.slice(0, -1)) assert.equal(row.split(/ {2,}/).length, columns.length, row);
        assert.match(rows.at(-1), /^\d+ of \d+ sessions$/);
    },

    // Its arrows, and that nothing is shown that people wrote.
    trace: ({ text }) => {
        const arrows = [...readFileSync(join(ROOT, 'cm/trace_cli.cpp'), 'utf8')
            .matchAll(/Drawn\{"[a-z-]+", "([^"]*)"\}/g)].map(([, arrow]) => arrow.trim());
        const [command, ...lines] = text.trimEnd().split('\n');
        assert.match(command, /^\$ boshcm trace /);
        assert.equal(arrows.length, 4);
        for (const line of lines) {
            assert.match(line, /^\d\d:\d\d:\d\d\.\d{3}  \S{8}  /);
            assert.ok(arrows.some((arrow) => line.slice(24).trimStart().startsWith(arrow)), line);
        }
        assert.deepEqual(new Set(text.match(/<body>([^<]*)</g)), new Set(['<body>…<']));
    },

    // What the doctor's own tests find so; here, that it has these findings in these words.
    doctor: ({ text }) => {
        const inSources = (words) => spawnSync('grep', ['-rqF', '--include=*.cpp', words, 'doctor'],
                                               { cwd: workshop.tree }).status === 0;
        const names = [...text.matchAll(/\[([a-z-]+)\]/g)].map(([, name]) => `"${name}"`);
        const words = ['" found: "', 'A held request is cut after ', ' stands in front of ',
                       'proxy_read_timeout', ...names];
        assert.ok(names.length > 0);
        assert.deepEqual(words.filter((each) => !inSources(each)), []);
    },

    // The words of the service's status are those that the program tells systemd.
    status: ({ text }) => {
        const words = /Status: "(\D+)\d+"/.exec(text)[1];
        assert.ok(readFileSync(join(ROOT, 'cm/service_report.cpp'), 'utf8').includes(`"${words}"`));
    },

    'access-log': async ({ text }) => {
        await workshop.whileServing(async () => {
            const client = new BoshClient(`http://127.0.0.1:${workshop.port}/http-bind`);
            await client.login({ domain: DOMAIN, user: 'alice', password: 'secret', quiet: true });
            client.vanish();
        });
        const keys = (line) => [...line.matchAll(/ (\w+)=/g)].map(([, key]) => key);
        const [line] = workshop.log.split('\n').filter((each) => / http\.request .* sid=/.test(each));
        assert.deepEqual(keys(line), keys(text));
    },

    probe: async ({ text }) => {
        const said = await workshop.whileServing(
            () => workshop.run('boshcm probe --config /etc/boshcm/cm.xml example.org'));
        const form = /^(ok {6}|FAILED {2})(native|web {3}) [a-z]+ +\d+ ms(  .*)?$/;
        const steps = (lines) => lines.split('\n').filter((each) => /^(ok|FAILED) /.test(each));
        for (const line of [...steps(said), ...steps(text)]) assert.match(line, form);
        const manual = readFileSync(join(ROOT, 'docs/man/boshcm.1'), 'utf8');
        for (const line of steps(text)) assert.ok(manual.includes(`.Ql ${line.split(/ +/)[2]} `), line);
        const findings = readFileSync(join(ROOT, 'probe/problem.cpp'), 'utf8');
        assert.match(text, /The certificate of .* has expired: /);
        assert.ok(findings.includes('"The certificate of {place} has expired: {detail}."'));
    },
};

for (const each of blocks('output')) {
    // Rows: -
    test(`${named(each)}: ${each.words} is put out so`, () => OUTPUTS[each.words](each));
}
