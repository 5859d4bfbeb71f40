// Servers that no real one would be: scripted ones that lie, mumble, stall and hang up.
// The client gets the answer the rules say, the server the stream error, and an honest session on
// a real server goes on all the while.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { BoshClient } from '../support/bosh_client.mjs';
import { Chatter } from '../support/chatter.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { startWorld } from '../support/world.mjs';
import { NS, child, children, condition, serialize } from '../support/xml.mjs';

const EVIL = 'evil.example';

// One server for the file; each test says what it does next.
let script = async () => {};
const server = await ScriptedServer.start((stream) => script(stream));
const world = await startWorld({
    domains: { [EVIL]: server.port }, bosh: { 'features-wait': '5s' },
});
const honest = await Chatter.start(world);

after(async () => {
    await honest.stop();
    await world.stop();
    await server.stop({ lenient: true });
});

// What the server does on the next connection. Returns a promise of that connection's stream.
function nextStream(then) {
    return new Promise((resolve) => {
        script = async (stream) => {
            resolve(stream);
            await then(stream);
        };
    });
}

// A session of the evil domain, logged in; `then` is what the server does after that.
async function session(then) {
    const stream = nextStream(async (each) => {
        await each.login(EVIL);
        await each.element(); // the initial presence
        await then(each);
    });
    const client = new BoshClient(world.url);
    await client.login({ domain: EVIL, user: 'alice', password: 'x' });
    return { client, stream: await stream };
}

// What the stream was sent after its stream error began, if anything.
const streamError = (stream) => /<stream:error>[^]*/.exec(stream.bytes)?.[0];

const BAD_BYTES = {
    'a tag that ends another': ["<message><body>x</message></body>", 'not-well-formed'],
    'a bare ampersand': ['<message><body>a & b</body></message>', 'not-well-formed'],
    'an unbound prefix': ['<message><x:y/></message>', 'not-well-formed'],
    'invalid UTF-8': [Buffer.from('<message><body>\xff\xfe</body></message>', 'latin1'),
                      'not-well-formed'],
    'binary noise': [Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37 + 1) & 0xff)), null],
    'an HTTP answer': ['HTTP/1.1 400 Bad Request\r\n\r\n', 'bad-format'],
    'a comment': ['<!-- psst -->', 'restricted-xml'],
    'a processing instruction': ['<?php phpinfo() ?>', 'restricted-xml'],
    'a DTD': ['<!DOCTYPE x [<!ENTITY a "b">]>', 'restricted-xml'],
    'an entity of its own': ['<message><body>&nbsp;</body></message>', null],
    'a stanza over the limit': [`<message><body>${'x'.repeat(600_000)}</body></message>`,
                                'policy-violation'],
    'elements nested too deep': [`<message>${'<a>'.repeat(2000)}`, 'policy-violation'],
};

for (const [what, [bytes, expected]] of Object.entries(BAD_BYTES)) {
    // Rows: X-034, U-012, U-016, U-052, U-084
    test(`${what} from the server`, async () => {
        const { client, stream } = await session((each) => each.write(bytes));
        const end = await client.ended;
        assert.equal(end.type, 'terminate');
        assert.equal(end.condition, 'remote-connection-failed');
        await stream.closed;
        const error = streamError(stream);
        assert.ok(error, `no stream error in ${stream.bytes.slice(-300)}`);
        if (expected) assert.match(error, new RegExp(`<${expected} `));
        assert.match(error, /<\/stream:stream>$/);
        await honest.stillThere();
    });
}

const NO_STREAMS = {
    'something that is no XMPP at all': '220 mail.example ESMTP\r\n',
    'another root': "<?xml version='1.0'?><hello xmlns='urn:x'/>",
    'a stream of another namespace': `<stream:stream xmlns:stream='urn:x' xmlns='${NS.client}' version='1.0'>`,
    'a stream of servers': `<stream:stream xmlns:stream='${NS.stream}' xmlns='jabber:server' version='1.0'>`,
    'another encoding': `<?xml version='1.0' encoding='UTF-16'?><stream:stream>`,
};

for (const [what, bytes] of Object.entries(NO_STREAMS)) {
    // Rows: U-009, B-084, B-311
    test(`${what} instead of a stream header`, async () => {
        const stream = nextStream(async (each) => {
            await each.header();
            each.write(bytes);
        });
        const client = new BoshClient(world.url);
        const answer = await client.create({ to: EVIL });
        assert.equal(answer.type, 'terminate');
        assert.equal(answer.condition, 'remote-connection-failed');
        assert.equal(answer.attribute('sid'), undefined);
        await (await stream).closed;
        await honest.stillThere();
    });
}

// Rows: X-030, B-312
test('a stream error arrives whole: condition, text and what the application added', async () => {
    const { client } = await session((stream) => {
        stream.write("<message><body>before</body></message><stream:error>" +
            `<policy-violation xmlns='${NS.streams}'/>` +
            `<text xmlns='${NS.streams}' xml:lang='ko'>너무 많아요</text>` +
            "<too-many xmlns='urn:example:limits' limit='3'/></stream:error></stream:stream>");
        stream.end();
    });
    const end = await client.ended;
    await client.message('the message before the error');
    assert.equal(end.condition, 'remote-stream-error');
    const error = end.payload('error', NS.stream);
    assert.deepEqual(children(error).map((each) => [each.localName, each.namespaceURI]),
                     [['policy-violation', NS.streams], ['text', NS.streams],
                      ['too-many', 'urn:example:limits']]);
    assert.equal(child(error, 'text').textContent, '너무 많아요');
});

// Rows: B-084, B-312, U-053
test('a stream error before the features answers the creation request', async () => {
    nextStream(async (stream) => {
        await stream.header();
        stream.write(`<stream:stream xmlns='${NS.client}' xmlns:stream='${NS.stream}' id='1' ` +
            `version='1.0'><stream:error><host-unknown xmlns='${NS.streams}'/></stream:error>` +
            '</stream:stream>');
        stream.end();
    });
    const answer = await new BoshClient(world.url).create({ to: EVIL });
    assert.equal(answer.condition, 'remote-stream-error');
    assert.equal(condition(answer.payload('error', NS.stream)), 'host-unknown');
    assert.equal(answer.attribute('sid'), undefined);
});

// Rows: X-032
test('a stream closed without an error is an end without a condition', async () => {
    const { client, stream } = await session((each) => {
        each.write('<message><body>last</body></message></stream:stream>');
    });
    const end = await client.ended;
    assert.equal(end.type, 'terminate');
    assert.equal(end.condition, undefined);
    await client.message('the last message');
    await stream.close(); // U-051: the close is answered
});

// Rows: X-033
test('a connection cut off in the middle of a stanza', async () => {
    const { client } = await session((stream) => {
        stream.write('<message><body>never to be');
        setTimeout(() => stream.reset(), 50);
    });
    assert.equal((await client.ended).condition, 'remote-connection-failed');
    assert.equal(client.stanzas.all.filter((each) => each.localName === 'message').length, 0);
});

// Rows: B-082, X-007, B-083
test('a server slow with its features: a session first, the features when they come', async () => {
    let features;
    nextStream(async (stream) => {
        await stream.header();
        features = () => stream.write(`<stream:stream xmlns='${NS.client}' ` +
            `xmlns:stream='${NS.stream}' id='1' from='${EVIL}' version='1.0'><stream:features>` +
            `<mechanisms xmlns='${NS.sasl}'><mechanism>PLAIN</mechanism></mechanisms>` +
            '</stream:features>');
    });
    const client = new BoshClient(world.url);
    const start = Date.now();
    const created = await client.create({ to: EVIL });
    assert.ok(Date.now() - start >= 4900);
    assert.ok(client.sid);
    assert.equal(created.payloads.length, 0);
    const poll = client.send();
    features();
    const answer = await poll;
    assert.ok(answer.payload('features', NS.stream));
    assert.equal(answer.attribute('from'), EVIL);
    assert.equal(answer.attribute('version', NS.xbosh), '1.0');
    await client.terminate();
});

// Rows
test('starttls and compression are not offered on; everything else is', async () => {
    nextStream((stream) => stream.open({ features:
        "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" +
        "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>" +
        `<mechanisms xmlns='${NS.sasl}'><mechanism>PLAIN</mechanism></mechanisms>` +
        "<register xmlns='http://jabber.org/features/iq-register'/><odd xmlns='urn:odd' a='1'/>" }));
    const client = new BoshClient(world.url);
    await client.create({ to: EVIL });
    const features = await client.features();
    assert.deepEqual(children(features).map((each) => each.localName),
                     ['mechanisms', 'register', 'odd']);
    await client.terminate();
});

// Rows: U-010, U-013, B-139
test('a server that sends one byte at a time', async () => {
    const { client } = await session((stream) => stream.writeInPieces(
        "<message id='1'><body>한 글자씩 😀</body></message> \n <message id='2'>" +
        '<body><![CDATA[<]]>&gt;</body></message>'));
    assert.equal((await client.message('the first')).textContent, '한 글자씩 😀');
    assert.equal((await client.message('the second')).textContent, '<>');
    await client.terminate();
});

// Rows: X-044, B-029, U-017
test('what a stanza inherits from the stream header goes along with it', async () => {
    nextStream(async (stream) => {
        await stream.header();
        stream.write(`<s:stream xmlns:s='${NS.stream}' xmlns='${NS.client}' xmlns:q='urn:q' ` +
            `xml:lang='ko' id='1' from='${EVIL}' version='1.0'><s:features/>` +
            "<message><q:x/></message><message xml:lang='de'/>");
    });
    const client = new BoshClient(world.url);
    await client.create({ to: EVIL });
    client.poll();
    const first = client.creation.payload('message') ?? await client.message('the first');
    assert.equal(child(first, 'x').namespaceURI, 'urn:q', serialize(first));
    assert.equal(first.getAttribute('xml:lang'), 'ko');
    const second = client.creation.payloads.filter((each) => each.localName === 'message')[1] ??
        await client.message('the second');
    assert.equal(second.getAttribute('xml:lang'), 'de');
    assert.equal(second.namespaceURI, NS.client);
});

// Rows: B-135
test('white space from the server answers nothing', async () => {
    const { client, stream } = await session(() => {});
    stream.write(' ');
    stream.write('\n\n');
    const seen = client.stanzas.all.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(client.stanzas.all.length, seen);
    stream.write('<message/>');
    await client.message('the message after the white space');
    await client.terminate();
});

// Rows: B-138, B-144, U-013
test('three megabytes from the server while nobody asks, all in order', async () => {
    const count = 300;
    const { client } = await session((stream) => {
        for (let number = 0; number < count; ++number) {
            stream.write(`<message id='${number}'><body>${'x'.repeat(10_000)}</body></message>`);
        }
    });
    for (let number = 0; number < count; ++number) {
        const message = await client.message(`message ${number}`);
        assert.equal(message.getAttribute('id'), String(number));
    }
    await client.terminate();
    await honest.stillThere();
});

// Rows: B-145, B-008
test('a server that does not read holds up its own client only', async () => {
    const { client, stream } = await session((each) => { each.socket.pause(); });
    for (let number = 0; number < 20; ++number) {
        client.post(`<message><body>${'y'.repeat(100_000)}</body></message>`);
    }
    await honest.stillThere();
    stream.socket.resume();
    await honest.stillThere();
    client.vanish();
});
