// Compressed bodies both ways, by Node's zlib at the one end and ours at the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { Answer, BoshClient } from '../support/bosh_client.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { NS, child } from '../support/xml.mjs';

const world = await worldOfThisFile({ bosh: { compression: true, 'max-body': '64KiB' } });
const { port } = world.front;
const bob = await world.peer('bob');

// Compresses what it sends, takes what `accept` says, and keeps every answer.
class CompressingClient extends BoshClient {
    constructor({ compress = (bytes) => bytes, coding = null, accept = null }) {
        super(world.url);
        this.compress = compress;
        this.fields = { 'Content-Encoding': coding, 'Accept-Encoding': accept };
        this.answers = [];
    }

    wrap(rid, options) { return this.compress(Buffer.from(super.wrap(rid, options))); }

    async send(payload, options = {}) {
        const answer = await super.send(payload, { headers: this.fields, ...options });
        this.answers.push(answer);
        return answer;
    }

    login() {
        return super.login({ domain: DOMAIN, user: 'alice', password: world.accounts.alice,
                             resource: 'small' });
    }
}

// Accept-Encoding as curl --compressed, a browser and others write it.
const CLIENTS = {
    'gzip': { compress: gzipSync, coding: 'gzip', accept: 'deflate, gzip, br, zstd', answers: 'gzip' },
    'deflate': { compress: deflateSync, coding: 'deflate', accept: 'deflate;q=1.0, gzip;q=0.5',
                 answers: 'deflate' },
    'deflate without its header': { compress: deflateRawSync, coding: 'deflate', accept: 'x-gzip',
                                    answers: 'gzip' },
    'nothing': { accept: 'br;q=1.0, *;q=0' },
    'gzip, but reads none': { compress: gzipSync, coding: 'gzip', accept: 'gzip;q=0, identity' },
    'gzip, and says nothing of answers': { compress: gzipSync, coding: 'gzip' },
};

for (const [what, { answers, ...client }] of Object.entries(CLIENTS)) {
    // Rows: B-013, B-015, B-016, B-080, B-081, S-014
    test(`a whole session of a client that compresses with ${what}`, async () => {
        const alice = new CompressingClient(client);
        await alice.login();
        assert.equal(alice.creation.attribute('accept'), 'gzip,deflate');

        const text = '가나다라 abcd '.repeat(1000);
        alice.post(`<message xmlns='jabber:client' to='${bob.jid}'><body>${text}</body></message>`);
        assert.equal(child(await bob.message('the long text'), 'body').textContent, text);
        bob.send(`<message to='${alice.jid}'><body>${text}</body></message>`);
        const back = await alice.message('the long text back');
        assert.equal(child(back, 'body').textContent, text);
        await alice.terminate();

        const long = alice.answers.find((each) => each.text.includes(text));
        assert.equal(long.fields.get('content-encoding'), answers);
        if (answers) assert.ok(Number(long.fields.get('content-length')) < text.length / 20);
        for (const answer of alice.answers) {
            assert.match(answer.fields.get('vary'), /\bAccept-Encoding\b/);
            assert.equal(answer === alice.creation, answer.attribute('accept') !== undefined);
            if (answer.text.includes(NS.sasl)) {
                assert.equal(answer.fields.get('content-encoding'), undefined, answer.text);
            }
        }
    });
}

// Rows: B-107, B-015
test('a repeat is answered in the coding that the repeat accepts', async () => {
    const alice = new CompressingClient({});
    await alice.create({ to: DOMAIN });
    await alice.features();
    const rid = ++alice.rid;
    const ask = (accept) => alice.send(`<iq xmlns='jabber:client' type='get' id='${'i'.repeat(500)}'>` +
        `<query xmlns='${NS.roster}'/></iq>`, { rid, headers: { 'Accept-Encoding': accept } });
    const first = await ask('gzip'); // an error: who asks is not logged in
    assert.equal(first.fields.get('content-encoding'), 'gzip');
    for (const [accept, coding] of [['deflate', 'deflate'], ['identity', undefined], ['gzip', 'gzip']]) {
        const again = await ask(accept);
        assert.equal(again.fields.get('content-encoding'), coding);
        assert.equal(again.text, first.text);
    }
    await alice.terminate();
});

// Rows: B-016, B-032, S-013
test('bombs and garbage are refused, and the session whose sid they bear goes on', async () => {
    const alice = new CompressingClient(CLIENTS.gzip);
    await alice.login();
    const ask = async (body, coding = 'gzip', pieces = [body]) => {
        const connection = await HttpConnection.open(port);
        connection.send(`POST /http-bind HTTP/1.1\r\nHost: a\r\nContent-Encoding: ${coding}\r\n` +
                        `Origin: http://a.example\r\nContent-Length: ${body.length}\r\n\r\n`);
        for (const piece of pieces) {
            connection.send(piece);
            await new Promise(setImmediate);
        }
        const response = await connection.response();
        assert.equal(response.fields.get('access-control-allow-origin'), '*');
        if (response.status === 413) await connection.expectClosed();
        connection.close();
        return response;
    };
    const wrap = (inside) =>
        `<body rid='1' sid='${alice.sid}' xmlns='${NS.httpbind}'>${inside}</body>`;
    // Thousand times its size; beyond max-body in any case.
    assert.equal((await ask(gzipSync(wrap(' '.repeat(30_000_000))))).status, 413);
    assert.equal((await ask(deflateSync(wrap(' '.repeat(65_536))), 'deflate')).status, 413);
    const sound = gzipSync(wrap(''));
    const garbage = [
        [sound.subarray(0, -1)], [Buffer.concat([sound, sound])], [Buffer.from(wrap(''))],
        [Buffer.alloc(0)], [gzipSync(sound), 'gzip, gzip'], [sound, 'br'], [sound, 'deflate'],
    ];
    for (const [body, coding] of garbage) {
        assert.equal(new Answer(await ask(body, coding)).condition, 'bad-request');
    }
    // Sound, and in pieces of a byte each; only the sid is nobody's.
    const stranger = gzipSync(`<body rid='1' sid='x' xmlns='${NS.httpbind}'/>`);
    const pieces = Array.from(stranger, (byte) => Buffer.of(byte));
    assert.equal(new Answer(await ask(stranger, 'gzip', pieces)).condition, 'item-not-found');

    await alice.iq('get', `<query xmlns='${NS.roster}'/>`);
    await alice.terminate();
});

// Rows: B-016, H-071
test('a page of another origin may say that it compresses', async () => {
    const connection = await HttpConnection.open(port);
    const preflight = await connection.request({ method: 'OPTIONS', headers: {
        'Origin': 'http://a.example', 'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-encoding,content-type' } });
    assert.match(preflight.fields.get('access-control-allow-headers'), /\bContent-Encoding\b/);
    connection.close();
});
