// Zoo — set-ups as operators have them, good and broken, with the real proxies; `boshcm doctor` run
// on them; and the lines that it prints, put into the program's configuration as they are.
//
//     const site = nginxSite({ port, to });
//     const broken = site.replace('proxy_read_timeout 75s;', 'proxy_read_timeout 2s;');
//     ... const [fix] = finding.fixes; const mended = applyFix(broken, fix);
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

import { Child, within } from './children.mjs';

const SANITIZER_REPORT = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:/;

// Sites in clear, in front of a boshcm; one directive a line, which is what applyFix() reads.
const FORWARDED = `        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
`;

// `tls`: lines for the server; `to`: ports of boshcm.
export function nginxSite({ port, to, listen = '', tls = '', hostMeta = true }) {
    return `upstream boshcm {
${[to].flat().map((each) => `    server 127.0.0.1:${each};\n`).join('')}}
server {
    listen 127.0.0.1:${port}${listen};
${tls}    location = /http-bind {
        proxy_pass http://boshcm;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
${FORWARDED}        proxy_read_timeout 75s;
        client_max_body_size 256k;
    }
    location = /xmpp-websocket {
        proxy_pass http://boshcm;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
${FORWARDED}        proxy_read_timeout 1h;
    }
${hostMeta ? `    location /.well-known/host-meta {
        proxy_pass http://boshcm;
${FORWARDED}    }
` : ''}}
`;
}

export function haproxySite({ port, to }) {
    return `defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 75s
    timeout http-request 10s
frontend web
    bind 127.0.0.1:${port}
    option http-buffer-request
    http-request set-header X-Forwarded-For %[src]
    default_backend boshcm
backend boshcm
    timeout tunnel 1h
    balance source
${[to].flat().map((each, i) => `    server boshcm${i} 127.0.0.1:${each}\n`).join('')}`;
}

export function apacheSite({ port, to }) {
    return `<VirtualHost 127.0.0.1:${port}>
    ProxyPreserveHost On
    ProxyPass /http-bind http://127.0.0.1:${to}/http-bind connectiontimeout=5 timeout=75 ttl=60
    ProxyPass /xmpp-websocket ws://127.0.0.1:${to}/xmpp-websocket connectiontimeout=5 timeout=3600
</VirtualHost>
`;
}

export function caddySite({ port, to }) {
    return `http://127.0.0.1:${port} {
    reverse_proxy /http-bind 127.0.0.1:${to} {
        flush_interval -1
        transport http {
            response_header_timeout 75s
        }
    }
    reverse_proxy /xmpp-websocket 127.0.0.1:${to} {
        flush_interval -1
    }
}
`;
}

// Where a block that begins at `first` ends: by braces, by a closing tag, or where the next begins.
function endOfBlock(lines, first) {
    const head = lines[first].trim();
    if (head.endsWith('{')) {
        let depth = 0;
        for (let i = first; i < lines.length; ++i) {
            depth += (lines[i].match(/\{/g) ?? []).length - (lines[i].match(/\}/g) ?? []).length;
            if (depth === 0) return i;
        }
    }
    const begins = head.startsWith('<') ? new RegExp(`^\\s*</${/<(\w+)/.exec(head)[1]}>`) : /^\S/;
    const end = lines.findIndex((line, i) => i > first && begins.test(line));
    return end < 0 ? lines.length : end;
}

// The lines of a fix, put where it says: what is to go goes, what is to come stands at the begin of
// the block. Of several blocks of that kind all are meant, unless the place says which.
export function applyFix(text, { place, remove, add }) {
    const opens = {
        'site': /^\S.*\{$/, 'server': /^server \{$/, 'upstream': /^upstream .*\{$/,
        '<VirtualHost>': /^<VirtualHost /, 'frontend': /^frontend /, 'backend': /^backend /,
        'defaults': /^defaults/, 'reverse_proxy': /^\s+reverse_proxy .*\{$/,
        'transport http': /^\s+transport http \{$/, 'request_body': /^\s+request_body \{$/,
        'location = /http-bind': /^\s+location = \/http-bind \{$/,
        'location = /xmpp-websocket': /^\s+location = \/xmpp-websocket \{$/,
        'location /.well-known/host-meta': /^\s+location \/\.well-known\/host-meta \{$/,
    }[place];
    assert.ok(opens, `no test knows where "${place}" is`);
    const lines = text.split('\n');
    const blocks = lines.flatMap((line, i) => opens.test(line) ? [i] : []).reverse();
    assert.ok(blocks.length > 0, `there is no ${place} in\n${text}`);
    for (const first of blocks) {
        const end = endOfBlock(lines, first);
        const kept = [];
        for (let i = first + 1; i < end; ++i) {
            const goes = remove.some((begin) => lines[i].trim().startsWith(begin));
            if (!goes) kept.push(lines[i]);
            else if (lines[i].trim().endsWith('{')) i = endOfBlock(lines, i); // with what is in it
        }
        lines.splice(first + 1, end - first - 1, ...add.map((line) => `    ${line}`), ...kept);
    }
    return lines.join('\n');
}

// `boshcm doctor` to its end.
export async function runDoctor(args, { colour = false } = {}) {
    const child = new Child('doctor', process.env.BOSHCM, ['doctor', ...args],
                            { env: { ASAN_OPTIONS: 'detect_leaks=1' } });
    const { code, signal } = await within(120, 'the end of the doctor', child.exited);
    assert.equal(signal, null, child.output);
    assert.doesNotMatch(child.output, SANITIZER_REPORT);
    assert.equal(colour, child.output.includes('\x1b['));
    return { code, output: child.output };
}

// The same with --json; the report as an object.
export async function diagnose(args) {
    const { code, output } = await runDoctor([...args, '--json']);
    const line = output.split('\n').find((each) => each.startsWith('{'));
    assert.ok(line, output);
    const found = JSON.parse(line);
    assert.equal(code, found.ok ? 0 : 1, output);
    const named = (severity) => found.findings.filter((each) => each.severity === severity)
        .map(({ name }) => name);
    return Object.assign(found, {
        code, output, problems: named('problem'), warnings: named('warning'), hints: named('hint'),
        good: named('ok'), finding: (name) => found.findings.find((each) => each.name === name),
    });
}

// The lines put into the list of a YAML file that begins with `place`.
export function applyToList(text, { place, add }) {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => line.startsWith(place));
    assert.ok(at >= 0, `there is no ${place}`);
    lines.splice(at + 1, 0, ...add);
    return lines.join('\n');
}

// The lines of a fix for an XMPP server: in Prosody's global part; in a map of ejabberd's, in its
// listener, or at the end.
export function applyToServer(text, { program, place, remove, add }) {
    const kept = text.split('\n').filter((line) =>
        !remove.some((begin) => line.trim().startsWith(begin)));
    const [before, after, indent] = program === 'prosody' ? [/^VirtualHost /, undefined, '']
        : place.startsWith('listen:') ? [undefined, /module: ejabberd_c2s$/, '    ']
        : place ? [undefined, new RegExp(`^${place}$`), '  '] : [/^$/, undefined, ''];
    const at = kept.findIndex((line) => (before ?? after).test(line));
    assert.ok(at >= 0, `there is no place ${place} in\n${text}`);
    kept.splice(before ? at : at + 1, 0, ...add.map((line) => indent + line));
    return kept.join('\n');
}

// An XMPP server once more, with its configuration changed.
export async function startAgain(server, change) {
    await server.stop();
    const { name, configuration, again } = server;
    const text = readFileSync(configuration, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text, `${name}: nothing has changed`);
    writeFileSync(configuration, changed);
    return again();
}
