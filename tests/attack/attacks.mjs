// Attacks on a web front, each a function from where to attack to what came of it. They run in a
// process of their own (attacker.mjs), so that what they cost is not taken for what the victim does.
// Each is bounded in time, and throws if it got what it should not.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { http2Floods, http2Tunnels } from './http2_attacks.mjs';
import { Line, pause, say, tally } from './line.mjs';
import { tlsAbuse, webSockets } from './socket_attacks.mjs';

const DOMAIN = 'chat.example';
const NS = 'http://jabber.org/protocol/httpbind';
const HEAD = 'POST /http-bind HTTP/1.1\r\nHost: x\r\n';

function request(body, fields = '') {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    return Buffer.concat([Buffer.from(`${HEAD}${fields}Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}
const creation = (inside = '', attributes = '') => `<body rid='1' to='${DOMAIN}' wait='1' hold='1' ` +
    `ver='1.11' xmlns='${NS}'${attributes}>${inside}</body>`;

// ---- requests that two programs may cut differently

const HIDDEN = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const SMUGGLING = [
    `${HEAD}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Content-Length: ${5 + HIDDEN.length}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n0;x=\n\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nAB\r\n0\r\n\r\n${HIDDEN}`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n${HIDDEN}`,
    `${HEAD}Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    `${HEAD}Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    `${HEAD}Content-Length: +0\r\n\r\n${HIDDEN}`,
    `${HEAD}X: y\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    `${HEAD}X: y\rContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    `${HEAD}X: y\r\n Content-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    `POST /http-bind HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
];

// Directly: at most one answer, and it ends the connection. Through a proxy, whose connections to
// the victim are shared: whoever comes next gets the answer to its own question.
async function smuggling({ port, proxies = [] }) {
    for (const form of SMUGGLING) {
        const line = await say({ port }, form, 8, 2);
        assert.ok(line.statuses.length <= 1, `two answers to ${JSON.stringify(form)}`);
        assert.ok(line.statuses[0] === 400 || line.statuses[0] === 501, `${line.statuses}: ${form}`);
    }
    for (const proxy of proxies) {
        for (const form of SMUGGLING) {
            await say(proxy, form.replaceAll('Host: x', `Host: ${proxy.servername}`), 3);
            for (let next = 0; next < 3; ++next) {
                const honest = await say(proxy, `GET /http-bind HTTP/1.1\r\n` +
                    `Host: ${proxy.servername}\r\nConnection: close\r\n\r\n`);
                assert.deepEqual(honest.statuses, [200], `behind ${JSON.stringify(form)}`);
                assert.match(honest.text, /XMPP over BOSH/);
            }
        }
    }
    return { forms: SMUGGLING.length, fronts: 1 + proxies.length };
}

// ---- floods

async function headFlood({ port }) {
    const lines = await Promise.all(Array.from({ length: 50 }, (_, number) => say({ port },
        number % 2 ? `${HEAD}X: ${'x'.repeat(4_000_000)}` : HEAD + 'X: y\r\n'.repeat(200_000))));
    const count = tally(lines);
    assert.ok((count[431] ?? 0) + (count.closed ?? 0) === lines.length, JSON.stringify(count));
    return count;
}

async function chunkFlood({ port }) {
    const chunked = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    const lines = await Promise.all(Array.from({ length: 30 }, (_, number) => say({ port },
        chunked + [`1;${'e'.repeat(2_000_000)}`, '1\r\nx\r\n'.repeat(600_000),
                   `ffffffffffffffff\r\n${'x'.repeat(1_000_000)}`][number % 3])));
    const count = tally(lines);
    assert.ok(!count[200] && !count.open, JSON.stringify(count));
    return count;
}

async function pipelining({ port }) {
    const many = request(creation()).toString().repeat(3000);
    const lines = await Promise.all(Array.from({ length: 10 }, () => say({ port }, many, 4, 3000)));
    const answers = lines.reduce((sum, line) => sum + line.statuses.length, 0);
    assert.ok(answers < 10_000, `${answers} answers: nobody was slowed down`);
    return { connections: lines.length, answers };
}

// ---- slowness

async function trickle(lines, bytes, seconds) {
    const end = Date.now() + seconds * 1000;
    for (let at = 0; Date.now() < end && lines.some((line) => !line.ended); ++at) {
        for (const line of lines) line.write(bytes(at));
        await pause(500);
    }
    for (const line of lines) line.destroy();
    const count = tally(lines);
    assert.ok(!count.open, `still open: ${JSON.stringify(count)}`);
    return count;
}

async function slowHead({ port }) {
    const lines = Array.from({ length: 200 }, () => new Line({ port }));
    await Promise.all(lines.map((line) => line.opened));
    for (const line of lines) line.write('POST /http-bind HTTP/1.1\r\n');
    return trickle(lines, () => 'X', 8);
}

async function slowBody({ port }) {
    const lines = Array.from({ length: 200 }, () => new Line({ port }));
    await Promise.all(lines.map((line) => line.opened));
    for (const line of lines) line.write(`${HEAD}Content-Length: 60000\r\n\r\n<body`);
    return trickle(lines, () => ' ', 14);
}

// Asks for much, and reads nothing: cut off, or refused when half of the memory is on its way.
async function slowReader({ port }) {
    const page = 'GET /large/file.bin HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3);
    const lines = Array.from({ length: 40 }, () => new Line({ port }));
    await Promise.all(lines.map((line) => line.opened));
    for (const line of lines) {
        line.socket.pause();
        line.write(page);
    }
    await pause(6000); // longer than the write-timeout
    await Promise.all(lines.map((line) => {
        line.socket.resume();
        return line.settle(10, 3);
    }));
    const cut = lines.filter((line) => line.ended && line.statuses[0] === 200).length;
    const refused = lines.filter((line) => line.statuses.every((status) => status === 503)).length;
    for (const line of lines) line.destroy();
    assert.ok(cut > 0 && refused > 0, `${cut} cut off, ${refused} refused`);
    assert.equal(cut + refused, lines.length, 'who does not read is cut off or refused');
    return { cut, refused };
}

async function halfOpen({ port }) {
    const lines = Array.from({ length: 2000 }, (_, number) =>
        new Line({ port, address: `127.0.1.${1 + number % 8}` }));
    await Promise.all(lines.map((line) => line.opened));
    lines.forEach((line, number) => { if (number % 2) line.write('P'); });
    await Promise.all(lines.map((line) => line.settle(10)));
    const count = tally(lines);
    for (const line of lines) line.destroy();
    assert.ok(!count.open, JSON.stringify(count));
    return count;
}

// ---- what is small on the wire

async function bombs({ port }) {
    const entities = '<!DOCTYPE body [<!ENTITY a "ha">' + Array.from('bcdefghij', (name, i) =>
        `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`).join('') + ']>' +
        creation('<message><body>&j;</body></message>');
    const documents = {
        entities,
        external: '<!DOCTYPE body [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + creation('&x;'),
        depth: creation('<a>'.repeat(60_000)),
        attributes: creation(`<a ${Array.from({ length: 20_000 }, (_, i) => `a${i}='x'`).join(' ')}/>`),
        namespaces: creation('<a ' + Array.from({ length: 8000 }, (_, i) =>
            `xmlns:n${i}='urn:${i}'`).join(' ') + '/>'),
        name: creation(`<${'n'.repeat(200_000)}/>`),
    };
    const outcome = {};
    for (const [what, document] of Object.entries(documents)) {
        const lines = await Promise.all(Array.from({ length: 5 }, () => say({ port }, request(document))));
        for (const line of lines) {
            assert.match(line.text, /condition='bad-request'|HTTP\/1\.1 413 /, what);
        }
        outcome[what] = lines[0].statuses[0];
    }
    const gzip = gzipSync(Buffer.alloc(200_000_000, ' '));
    const twice = gzipSync(gzip);
    for (const [what, body] of [['gzip', gzip], ['gzip twice', twice]]) {
        const line = await say({ port }, request(body, 'Content-Encoding: gzip\r\n'));
        assert.ok(line.statuses[0] === 413 || /condition='bad-request'/.test(line.text), what);
        outcome[what] = line.statuses[0];
    }
    return outcome;
}

// ---- what is not theirs

async function sidGuessing({ port }) {
    let guesses = 0;
    const outcome = {};
    const began = Date.now();
    // 120 a minute may miss. A busy machine needs a while for more.
    while (guesses < 2000 && (Date.now() - began < 5000 || !outcome[429])) {
        const line = new Line({ port });
        await line.opened;
        for (let i = 0; i < 20; ++i, ++guesses) {
            const sid = Buffer.from(Array.from({ length: 20 }, () => Math.random() * 256))
                .toString('base64url');
            line.write(request(`<body sid='${sid}' rid='${i}' xmlns='${NS}'/>`));
            await line.settle(5, i + 1);
        }
        for (const status of line.statuses) outcome[status] = (outcome[status] ?? 0) + 1;
        assert.doesNotMatch(line.text, /<body(?![^>]*item-not-found)/, 'a guess was right');
        line.destroy();
    }
    assert.ok(outcome[429] > 0, `never slowed down: ${JSON.stringify(outcome)}`);
    const allowed = 120 + 2 * (Date.now() - began) / 1000;
    assert.ok((outcome[200] ?? 0) <= allowed + 20, JSON.stringify(outcome));
    return outcome;
}

async function sessionFlood({ port }) {
    const outcome = {};
    const line = new Line({ port, address: '127.0.0.77' });
    await line.opened;
    for (let i = 0; i < 400 && !line.ended; ++i) {
        line.write(request(creation()));
        await line.settle(5, i + 1);
    }
    for (const [, condition] of line.text.matchAll(/condition='([^']*)'/g)) {
        outcome[condition] = (outcome[condition] ?? 0) + 1;
    }
    line.destroy();
    assert.ok(outcome['policy-violation'] > 0, JSON.stringify(outcome));
    return outcome;
}

async function contentInjection({ port }) {
    const tries = ['text/xml&#13;&#10;X-Evil: yes', 'text/xml&#10;X-Evil: yes', 'text/html; charset=x',
                   'text/xml&#0;', 'image/svg+xml', `text/${'x'.repeat(5000)}`];
    for (const content of tries) {
        const line = await say({ port }, request(creation('', ` content='${content}'`)));
        const head = line.text.slice(0, line.text.indexOf('\r\n\r\n'));
        assert.doesNotMatch(head, /X-Evil|svg|charset=x/, content);
        if (/Content-Type: text\/html/.test(head)) assert.match(head, /sandbox/);
    }
    const line = await say({ port }, request('no xml', 'Origin: https://a\rX-Evil: yes\r\n'));
    assert.doesNotMatch(line.text, /X-Evil/);
    return { tries: tries.length + 1 };
}

export const ATTACKS = { smuggling, headFlood, chunkFlood, pipelining, slowHead, slowBody, slowReader,
                         halfOpen, bombs, sidGuessing, sessionFlood, contentInjection,
                         webSockets, tlsAbuse, http2Floods, http2Tunnels };
