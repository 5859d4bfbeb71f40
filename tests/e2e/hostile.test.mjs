// Hostile web clients: each gets the answer the rules say, and honest ones notice nothing.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { threadSeconds } from '../../bench/compare/cpu_ticks.mjs';
import { Answer, BoshClient } from '../support/bosh_client.mjs';
import { Chatter } from '../support/chatter.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { DOMAIN, startWorld } from '../support/world.mjs';
import { NS } from '../support/xml.mjs';

const world = await startWorld({
    bosh: { 'max-body': '1MiB' }, http: { 'head-timeout': '3s', 'body-timeout': '3s' },
});
const { port } = world.front;
// What it has worked so far, however long others had the processors meanwhile.
const secondsOfWork = () =>
    [...threadSeconds(world.front.child.pid).values()].reduce((sum, each) => sum + each, 0);
const honest = await Chatter.start(world);

after(async () => {
    await honest.stop();
    await world.stop();
});

const create = (inside = '', prologue = '') => `${prologue}<body rid='1000' to='${DOMAIN}' ` +
    `wait='5' hold='1' ver='1.11' xmlns='${NS.httpbind}'>${inside}</body>`;

// A body whose every payload is as bad as it can be.
const DOCUMENTS = {
    'nothing at all': '',
    'no XML': 'rid=1&to=example.org',
    'a start tag without its end': `<body rid='1' ver='1.6' to='${DOMAIN}' xmlns='${NS.httpbind}'>`,
    'half a tag': `<body rid='1' to='${DOMAIN}'`,
    'the wrong end tag': `<body rid='1' ver='1.6' to='${DOMAIN}' xmlns='${NS.httpbind}'></bodi>`,
    'a second root': `${create()}<body/>`,
    'text behind the end': `${create()}x`,
    'an attribute twice': `<body rid='1' rid='2' xmlns='${NS.httpbind}'/>`,
    'an undeclared prefix': create('<x:message/>'),
    'a bare ampersand': create('<message><body>a & b</body></message>'),
    'a control character': create('<message><body>\u0001</body></message>'),
    'a reference to one': create('<message><body>&#1;</body></message>'),
    'another root element': `<message xmlns='jabber:client'/>`,
    'a body of another namespace': `<body rid='1' to='${DOMAIN}' xmlns='urn:x'/>`,
    'a body of no namespace': `<body rid='1' to='${DOMAIN}'/>`,
    'text in the wrapper': create('hello'),
    'a comment': create('<!-- -->'),
    'a processing instruction': create('<?x?>'),
    'an unknown entity': create('<message><body>&nbsp;</body></message>'),
    'a DTD': create('', '<!DOCTYPE body>'),
    'an external entity': create('<message><body>&x;</body></message>',
        '<!DOCTYPE body [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    'an entity bomb': create('<message><body>&j;</body></message>', '<!DOCTYPE body [' +
        '<!ENTITY a "ha">' + Array.from('bcdefghij', (name, i) =>
            `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(10)}">`).join('') + ']>'),
    'XML 1.1': create('', "<?xml version='1.1'?>"),
    'another encoding': create('', "<?xml version='1.0' encoding='ISO-8859-1'?>"),
    'invalid UTF-8': Buffer.from(create('<message><body>\xff</body></message>'), 'latin1'),
    'UTF-8 that encodes a surrogate':
        Buffer.from(create('<message><body>\xed\xa0\x80</body></message>'), 'latin1'),
    'overlong UTF-8': Buffer.from(create('<message><body>\xc0\xaf</body></message>'), 'latin1'),
    'UTF-16': Buffer.from(`\ufeff${create()}`, 'utf16le'),
    '100,000 nested elements': create('<a>'.repeat(100_000) + '</a>'.repeat(100_000)),
    '100,000 elements that never close': `<body ver='1.6' xmlns='${NS.httpbind}'>` + '<a>'.repeat(100_000),
    '5,000 attributes': create(`<a ${Array.from({ length: 5000 }, (_, i) => `a${i}=''`).join(' ')}/>`),
    '5,000 namespaces': create(
        `<a ${Array.from({ length: 5000 }, (_, i) => `xmlns:a${i}='u${i}'`).join(' ')}/>`),
    'a name of 100 kB': create(`<${'n'.repeat(100_000)}/>`),
    'no rid': `<body to='${DOMAIN}' ver='1.11' xmlns='${NS.httpbind}'/>`,
    'rid 0': create().replace("'1000'", "'0'"),
    'a negative rid': create().replace("'1000'", "'-1'"),
    'a rid beyond 2^53': create().replace("'1000'", "'9007199254740992'"),
    'a rid of 400 digits': create().replace("'1000'", `'${'9'.repeat(400)}'`),
    'a wait that is no number': create().replace("'5'", "'soon'"),
    'a content type with a line break':
        create().replace(' wait', " content='text/xml&#13;&#10;Set-Cookie: a=b' wait"),
};

for (const [what, document] of Object.entries(DOCUMENTS)) {
    // Rows: B-002, B-003, B-004, B-005, B-006, B-007, B-012, B-018, B-026, B-041, B-305, S-010, S-011
    test(`${what} is a bad-request`, async () => {
        const connection = await HttpConnection.open(port);
        const before = secondsOfWork();
        const answer = new Answer(await connection.request({ body: document }));
        assert.equal(answer.status, 200);
        assert.equal(answer.type, 'terminate');
        assert.equal(answer.condition, 'bad-request');
        assert.equal(answer.attribute('sid'), undefined);
        assert.equal(answer.fields.get('content-type'), 'text/xml; charset=utf-8');
        assert.equal(answer.fields.get('access-control-allow-origin'), '*');
        assert.equal(answer.fields.get('set-cookie'), undefined);
        const worked = secondsOfWork() - before;
        assert.ok(worked < 3, `it worked for ${worked} s`);
        // It is not the connection's fault.
        assert.equal((await connection.request({ body: '<x/>' })).status, 200);
        connection.close();
    });
}

// Rows: B-306, B-309, B-225
test('a bad payload ends the session that sent it, and nothing of it goes on', async () => {
    const victim = await world.rawLogin('alice', 'victim', { quiet: true });
    // On one connection, so that the poll is held when the bad one comes.
    const connection = await HttpConnection.open(port);
    const poll = victim.send('', { connection });
    const bad = victim.send(`<message xmlns='jabber:client' to='${honest.bob.jid}'>` +
        '<body>smuggled</body></message><message><body>&bomb;</body></message>', { connection });
    assert.equal((await poll).condition, 'other-request');
    assert.equal((await bad).condition, 'bad-request');
    assert.equal((await victim.send()).condition, 'item-not-found');
    await honest.stillThere();
    assert.ok(!honest.bob.stanzas.all.some((each) => String(each).includes('smuggled')));
});

// Rows: B-041, B-047, B-302, H-072
test('a client without ver gets the HTTP status of its time, and still the CORS fields', async () => {
    const connection = await HttpConnection.open(port);
    const answer = await connection.request({
        body: `<body to='${DOMAIN}' xmlns='${NS.httpbind}'/>`, headers: { Origin: 'http://a.example' } });
    assert.equal(answer.status, 400);
    assert.equal(answer.text, '');
    assert.equal(answer.fields.get('access-control-allow-origin'), '*');
    connection.close();
});

// Rows: B-305, S-003
test('who cannot be understood cannot end another session', async () => {
    const client = await world.rawLogin('alice', 'bystander');
    const connection = await HttpConnection.open(port);
    const answer = new Answer(await connection.request({
        body: `<body sid='${client.sid}' rid='1'` }));
    assert.equal(answer.condition, 'bad-request');
    await client.iq('get', `<query xmlns='${NS.roster}'/>`);
    await client.terminate();
});

// Rows: B-100, S-003, S-005
test('sessions cannot be guessed: unknown sid, wrong rid and dead session look the same', async () => {
    const client = await world.rawLogin('alice', 'guessed');
    const ask = async (sid, rid) => {
        const connection = await HttpConnection.open(port);
        const answer = await connection.request({
            body: `<body sid='${sid}' rid='${rid}' xmlns='${NS.httpbind}'/>` });
        connection.close();
        return answer.text;
    };
    const unknown = await ask('A'.repeat(client.sid.length), 5);
    const empty = await ask('', 5);
    const outside = await ask(client.sid, client.rid + 1000);
    const dead = await ask(client.sid, client.rid + 1);
    assert.match(unknown, /condition=['"]item-not-found['"]/);
    assert.deepEqual([empty, outside, dead], [unknown, unknown, unknown]);
});

// Rows: B-032, H-044, H-072
test('a body over the limit is refused by its Content-Length alone', async () => {
    const connection = await HttpConnection.open(port);
    connection.send('POST /http-bind HTTP/1.1\r\nHost: x\r\nOrigin: http://a.example\r\n' +
                    'Content-Length: 1048577\r\n\r\n<body');
    const answer = await connection.response();
    assert.equal(answer.status, 413);
    assert.equal(answer.fields.get('access-control-allow-origin'), '*');
    await connection.expectClosed();
});

// Rows: B-032, H-044
test('a chunked body over the limit is refused when it gets there', async () => {
    const connection = await HttpConnection.open(port);
    connection.send('POST /http-bind HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let chunk = 0; chunk < 20; ++chunk) {
        connection.send(`10000\r\n${' '.repeat(0x10000)}\r\n`);
    }
    assert.equal((await connection.response()).status, 413);
    await connection.expectClosed();
});

const LONG = {
    'a target of 9 kB': [`POST /http-bind?${'x'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    'a field of 20 kB': [`POST /http-bind HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    '101 fields': ['POST /http-bind HTTP/1.1\r\nHost: x\r\n' + 'X: x\r\n'.repeat(101) + '\r\n', 431],
};

for (const [what, [head, status]] of Object.entries(LONG)) {
    // Rows: H-043
    test(`${what} is answered with ${status}`, async () => {
        const connection = await HttpConnection.open(port);
        connection.send(head);
        assert.equal((await connection.response()).status, status);
        await connection.expectClosed();
    });
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const post = (fields, rest = '') =>
    `POST /http-bind HTTP/1.1\r\nHost: x\r\n${fields}\r\n${rest}`;
const BAD_FRAMING = {
    'Content-Length and Transfer-Encoding':
        post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    'Transfer-Encoding and Content-Length':
        post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${SMUGGLED}`),
    'chunked twice': post('Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    'chunked not last': post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${SMUGGLED}`),
    'chunked in HTTP/1.0':
        `POST /http-bind HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    'two different lengths': post('Content-Length: 0\r\nContent-Length: 5\r\n', SMUGGLED),
    'a length with a sign': post('Content-Length: +5\r\n', SMUGGLED),
    'a length beyond all numbers': post('Content-Length: 99999999999999999999\r\n', SMUGGLED),
    'a chunk size that is none': post('Transfer-Encoding: chunked\r\n', `zz\r\n${SMUGGLED}`),
    'a chunk size with junk': post('Transfer-Encoding: chunked\r\n', `5 5\r\nhello\r\n0\r\n\r\n`),
    'a chunk without its line end': post('Transfer-Encoding: chunked\r\n', `5\r\nhelloX0\r\n\r\n`),
    'a bare line feed': 'POST /http-bind HTTP/1.1\nHost: x\n\n',
    'a bare carriage return': 'POST /http-bind HTTP/1.1\r\nHost: x\rX: y\r\n\r\n',
    'a space before the colon': post('Content-Length : 5\r\n', SMUGGLED),
    'a folded line': post('X: a\r\n b\r\n'),
    'white space before the first field': 'POST /http-bind HTTP/1.1\r\n Host: x\r\n\r\n',
    'a NUL in a value': post('X: a\0b\r\n'),
    'no Host': 'POST /http-bind HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    'two Hosts': post('Host: y\r\n'),
    'two spaces in the request line': 'POST  /http-bind HTTP/1.1\r\nHost: x\r\n\r\n',
    'no HTTP at all': `<body rid='1' xmlns='${NS.httpbind}'/>\r\n\r\n`,
};

for (const [what, bytes] of Object.entries(BAD_FRAMING)) {
    // Rows: H-006, H-020, H-022, H-023, H-024, H-025, H-026, H-027, H-028, H-029, H-030, H-033
    test(`${what} is answered with 400 and the end of the connection`, async () => {
        const connection = await HttpConnection.open(port);
        connection.send(bytes);
        const answer = await connection.response();
        assert.ok(answer.status === 400 || (answer.status === 501 && what.startsWith('chunked')),
                  String(answer));
        await connection.expectClosed();
        // Not a word about what was behind it.
        assert.equal(connection.responses.all.length, 1);
    });
}

// Rows: H-042, H-045, S-040
test('300 half-open connections cost the others nothing, and are ended', async () => {
    const hello = Buffer.from('16030100050100000103', 'hex'); // TLS on a plain port
    const beginnings = ['', 'P', hello, 'POST /http-bind HTTP/1.1\r\nHost: x\r\nContent-Le',
                        post('Content-Length: 100\r\n', '<body')];
    const half = await Promise.all(Array.from({ length: 300 }, async (_, number) => {
        const connection = await HttpConnection.open(port);
        connection.send(beginnings[number % beginnings.length]);
        return connection;
    }));
    for (let round = 0; round < 5; ++round) await honest.stillThere();
    await Promise.all(half.map((connection) => connection.expectClosed(15)));
    for (const connection of half) {
        for (const answer of connection.responses.all) assert.equal(answer.status, 408);
    }
    await honest.stillThere();
});

// Rows: B-140, B-141, S-042
test('clients that vanish in the middle of everything', async () => {
    for (let round = 0; round < 30; ++round) {
        const client = new BoshClient(world.url);
        await client.create({ to: DOMAIN });
        client.send().catch(() => {});
        client.send("<message xmlns='jabber:client'><body>half a login</body></message>")
            .catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, round % 3));
        client.vanish();
    }
    await honest.stillThere();
});

// Rows: B-111
test('the same request again and again is stopped', async () => {
    const client = await world.rawLogin('alice', 'repeating');
    await client.iq('get', `<query xmlns='${NS.roster}'/>`);
    const rid = client.rid - 1;
    const connection = await HttpConnection.open(port);
    let answer;
    for (let repeat = 0; repeat < 20; ++repeat) {
        answer = new Answer(await connection.request({
            body: `<body sid='${client.sid}' rid='${rid}' xmlns='${NS.httpbind}'/>` }));
        if (answer.type === 'terminate') break;
        assert.ok(repeat < 12, 'a twelfth repeat was still answered');
    }
    assert.equal(answer.condition, 'policy-violation');
    client.vanish();
    await honest.stillThere();
});
