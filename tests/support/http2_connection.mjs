// Http2Connection — one connection of HTTP/2 to boshcm, by Node's client, for any number of requests
// at a time; it stands in for HttpConnection in a BoshClient. Http2Frames — another one whose bytes
// are the test's own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { within } from './children.mjs';

export class Http2Connection {
    // tls: { ca, servername }, or nothing for prior knowledge in clear; options: as Node has them.
    static async open(port, tls, options) {
        const session = connectHttp2(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
                                     { ...tls, ...options });
        await within(10, 'an HTTP/2 connection', once(session, 'connect'));
        return new Http2Connection(session);
    }

    constructor(session) {
        this.session = session;
        this.socket = { get writable() { return !session.closed && !session.destroyed; } };
        this.closed = once(session, 'close');
        session.on('error', () => {}); // each request fails by itself
    }

    // As HttpConnection.request(); resolves with { status, fields, text }.
    async request({ method = 'POST', path, body = '', headers = {} }) {
        const lower = Object.entries(headers)
            .map(([name, value]) => [name.toLowerCase(), value])
            .filter(([name]) => name !== 'host');
        const stream = this.session.request({
            ':method': method, ':path': path, 'content-type': 'text/xml; charset=utf-8',
            ...Object.fromEntries(lower),
        });
        stream.setEncoding('utf8');
        stream.end(body);
        let text = '';
        stream.on('data', (part) => { text += part; });
        const [fields] = await once(stream, 'response');
        if (!stream.readableEnded) await once(stream, 'end');
        return { status: fields[':status'], fields, text };
    }

    reset() { this.session.destroy(); }
}

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const DATA = 0, HEADERS = 1, PRIORITY = 2, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7,
    WINDOW_UPDATE = 8, CONTINUATION = 9;
export const END_STREAM = 1, ACK = 1, END_HEADERS = 4;

export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
    const header = Buffer.alloc(9);
    header.writeUIntBE(payload.length, 0, 3);
    header[3] = type;
    header[4] = flags;
    header.writeUInt32BE(stream, 5);
    return Buffer.concat([header, payload]);
}

// Fields as literals that are not indexed (RFC 7541 §6.2.2).
export function headerBlock(fields) {
    const text = (value) => {
        assert.ok(value.length < 127);
        return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
    };
    return Buffer.concat(Object.entries(fields)
        .flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

export class Http2Frames {
    #received = Buffer.alloc(0);

    static async open(port, tls, { localAddress } = {}) {
        const to = { port, host: '127.0.0.1', localAddress };
        const socket = tls ? connectTls({ ...to, ALPNProtocols: ['h2'], ...tls }) : connect(to);
        await within(10, 'a connection', once(socket, tls ? 'secureConnect' : 'connect'));
        const frames = new Http2Frames(socket);
        frames.send(PREFACE, frame(SETTINGS, 0, 0));
        return frames;
    }

    constructor(socket) {
        this.socket = socket;
        this.goaway = null;
        this.counts = {};
        socket.on('data', (bytes) => this.#read(bytes));
        socket.on('error', () => {}); // it is closed on purpose
        this.closed = new Promise((resolve) => { socket.once('close', resolve); });
    }

    send(...frames) { return this.socket.write(Buffer.concat(frames)); }

    // Sends `more()` again and again until the other side ends it; the code of its GOAWAY.
    async flood(more, seconds = 30) {
        let over = false;
        const end = this.closed.then(() => { over = true; });
        this.socket.once('end', () => { over = true; });
        while (!over && !this.goaway) {
            const room = this.send(...more());
            // Not as fast as the kernel's buffers take it: who sends megabytes after the end gets a
            // reset, and may not see the GOAWAY before it.
            await Promise.race([end, room ? new Promise((resolve) => { setTimeout(resolve, 1); })
                : once(this.socket, 'drain').catch(() => {})]);
        }
        await within(seconds, 'the end of the connection', end);
        return this.goaway?.code;
    }

    #read(bytes) {
        this.#received = Buffer.concat([this.#received, bytes]);
        while (this.#received.length >= 9) {
            const size = this.#received.readUIntBE(0, 3);
            if (this.#received.length < 9 + size) return;
            const type = this.#received[3];
            const payload = this.#received.subarray(9, 9 + size);
            this.counts[type] = (this.counts[type] ?? 0) + 1;
            if (type === GOAWAY) this.goaway = { last: payload.readUInt32BE(0), code: payload.readUInt32BE(4) };
            this.#received = this.#received.subarray(9 + size);
        }
    }
}
