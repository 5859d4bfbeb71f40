// Attacks below or beside HTTP: on WebSockets and on TLS.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { closePayload, frame, OPCODE } from '../support/ws_client.mjs';
import { Line, pause, tally } from './line.mjs';

const FOREIGN_PAGE = 'https://evil.example';

function upgrade(origin) {
    return 'GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
        `Sec-WebSocket-Protocol: xmpp\r\n${origin ? `Origin: ${origin}\r\n` : ''}\r\n`;
}

async function opened(where, origin) {
    const line = new Line(where);
    await line.opened;
    line.write(upgrade(origin));
    await line.settle(5, 1);
    return line;
}

// The code of the close frame that ends what came; undefined: there is none.
function closeCode({ text }) {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = bytes.indexOf('\r\n\r\n') + 4; at + 1 < bytes.length;) {
        const [first, length] = bytes.subarray(at, at + 2);
        if ((first & 0x0f) === OPCODE.close) return length >= 2 ? bytes.readUInt16BE(at + 2) : 1005;
        const size = length === 126 ? bytes.readUInt16BE(at + 2) : length;
        at += 2 + (length === 126 ? 2 : 0) + size;
    }
    return undefined;
}

// A frame's head that promises this many bytes.
function promise(size) {
    const head = Buffer.alloc(14);
    head[0] = 0x81;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(size, 2);
    return head;
}

const OPEN = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.example' version='1.0'/>`;
const FRAMES = {
    'promised 2^62 bytes': [promise(1n << 62n)],
    'promised 2^63 bytes': [promise(1n << 63n)],
    'sent 10 MB': [frame(OPCODE.text, Buffer.alloc(10_000_000, 'x'))],
    '20,000 fragments': [frame(OPCODE.text, '<', { fin: false }),
                          ...Array.from({ length: 20_000 }, () =>
                              frame(OPCODE.continuation, 'a', { fin: false }))],
    'empty fragments': [frame(OPCODE.text, '', { fin: false }),
                        ...Array.from({ length: 20_000 }, () =>
                            frame(OPCODE.continuation, '', { fin: false }))],
    'unmasked': [frame(OPCODE.text, OPEN, { masked: false })],
    'a ping of 126 bytes': [frame(OPCODE.ping, 'x'.repeat(126))],
    'no UTF-8': [frame(OPCODE.text, Buffer.from([0xc0, 0x80]))],
    'binary': [frame(OPCODE.binary, OPEN)],
    'entities': [frame(OPCODE.text, '<!DOCTYPE a [<!ENTITY b "b">]><open/>')],
    'depth': [frame(OPCODE.text, OPEN), frame(OPCODE.text, '<a>'.repeat(50_000))],
    'a second stream': [frame(OPCODE.text, OPEN),
                        frame(OPCODE.text, `</stream:stream><stream:stream to='other.example'>`)],
};

// Each form ends its own connection: by a stream error, a close frame with a code, or without a word.
async function frames(where) {
    const outcome = {};
    await Promise.all(Object.entries(FRAMES).map(async ([what, bytes]) => {
        const line = await opened(where);
        assert.equal(line.statuses[0], 101, what);
        for (const each of bytes) line.write(each);
        for (let end = Date.now() + 10_000; Date.now() < end && !line.ended;) {
            if (closeCode(line) !== undefined) line.write(frame(OPCODE.close, closePayload(1000)));
            await Promise.race([line.closed, pause(50)]);
        }
        assert.ok(line.ended, `${what} was put up with`);
        const [, error] = /<([a-z-]+) xmlns=['"]urn:ietf:params:xml:ns:xmpp-streams/.exec(line.text) ?? [];
        outcome[what] = error ?? closeCode(line) ?? 'cut';
        assert.notEqual(outcome[what], 1000, what);
    }));
    return outcome;
}

// Pings without end, and nobody who reads the answers.
async function pingFlood(where) {
    const lines = await Promise.all(Array.from({ length: 10 }, () => opened(where)));
    const flood = Buffer.concat(Array.from({ length: 20_000 }, () =>
        frame(OPCODE.ping, 'x'.repeat(125))));
    for (const line of lines) {
        line.socket.pause();
        line.write(flood);
    }
    await pause(2000);
    for (const line of lines) line.destroy();
}

export async function webSockets({ port }) {
    const where = { port, address: '127.0.0.88' }; // whose requests nobody slows down yet
    const foreign = await opened(where, FOREIGN_PAGE);
    assert.deepEqual(foreign.statuses, [403], 'a page of another origin got a WebSocket');
    foreign.destroy();
    const outcome = await frames(where);
    await pingFlood(where);
    return outcome;
}

// A real client's handshake over a socket whose bytes we can touch.
async function handshake(port, options = {}) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.66' });
    const secured = connectTls({ socket, servername: 'chat.example', rejectUnauthorized: false,
                                 ...options });
    const fault = new Promise((resolve) => secured.on('error', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => {
        secured.once('secureConnect', resolve);
        secured.once('close', resolve);
    });
    return { socket, secured, fault, closed };
}

export async function tlsAbuse({ tlsPort }) {
    const where = { port: tlsPort };
    const starts = {
        'a record cut off': Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252]),
        'a record too long': Buffer.concat([Buffer.from([22, 3, 1, 0xff, 0xff]), randomBytes(70_000)]),
        'an alert first': Buffer.from([21, 3, 3, 0, 2, 2, 40]),
        'noise': randomBytes(2000),
        'nothing': Buffer.alloc(0),
    };
    const lines = await Promise.all(Object.values(starts).flatMap((bytes) =>
        Array.from({ length: 10 }, async () => {
            const line = new Line(where);
            await line.opened;
            if (bytes.length > 0) line.write(bytes);
            return line;
        })));
    // Meanwhile: those that shake hands, and then do what nobody may.
    const renewed = await handshake(tlsPort, { maxVersion: 'TLSv1.2' });
    renewed.secured.renegotiate({}, () => {});
    assert.match((await renewed.fault).message, /no renegotiation/);
    const forged = await handshake(tlsPort);
    forged.socket.write(Buffer.from([23, 3, 3, 0, 32, ...randomBytes(32)]));
    await forged.closed;
    const cut = await handshake(tlsPort);
    cut.socket.end(Buffer.from([23, 3, 3, 64, 0, ...randomBytes(100)]));
    await cut.closed;
    await Promise.all(lines.map((line) => line.settle(15)));
    const count = tally(lines);
    for (const line of lines) line.destroy();
    assert.ok(!count.open, `still open: ${JSON.stringify(count)}`);
    return count;
}
