// WsClient — a WebSocket client in which the test decides every byte: handshake, frames, masks.
// strophe.js shows that real clients work; this one sends what no library would send. What comes
// back is read with no mercy: a frame that is masked, reserved or not in its shortest form is an
// error (W-020..W-022), and so is text that is not UTF-8.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { deflateRawSync, inflateRawSync, constants } from 'node:zlib';

import { Arrivals, within } from './children.mjs';
import { FRAMING, XmppWebSocket } from './xmpp_websocket.mjs';

export const CLOSE = `<close xmlns="${FRAMING}" />`;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const NAMES = Object.fromEntries(Object.entries(OPCODE).map(([name, code]) => [code, name]));

// A frame as a client writes it, unless the test says otherwise.
export function frame(opcode, payload = '', { fin = true, rsv = 0, masked = true, form } = {}) {
    const bytes = Buffer.from(payload);
    const size = bytes.length;
    const bits = form ?? (size < 126 ? 7 : size < 65536 ? 16 : 64);
    const length = Buffer.alloc(bits === 7 ? 0 : bits / 8);
    if (bits === 16) length.writeUInt16BE(size);
    if (bits === 64) length.writeBigUInt64BE(BigInt(size));
    const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode,
                  (masked ? 0x80 : 0) | (bits === 7 ? size : bits === 16 ? 126 : 127)];
    const mask = masked ? randomBytes(4) : Buffer.alloc(0);
    const body = masked ? bytes.map((byte, index) => byte ^ mask[index % 4]) : bytes;
    return Buffer.concat([Buffer.from(head), length, mask, body]);
}

export function closePayload(code, reason = '') {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    return Buffer.concat([payload, Buffer.from(reason)]);
}

export class WsClient extends XmppWebSocket {
    #input = Buffer.alloc(0);
    #message = []; // fragments so far
    #deflated = false;

    // `headers` replace the usual fields; null leaves one out. servername: whose certificate a wss:
    // server shows; ca: who vouches for it, or nobody checks it.
    constructor(url, { headers = {}, behind = Buffer.alloc(0), servername, ca, localAddress } = {}) {
        super();
        const { protocol, port, pathname } = new URL(url);
        const to = { port: Number(port), host: '127.0.0.1', localAddress, noDelay: true };
        this.frames = new Arrivals(); // control frames: { name, code, text }
        this.key = randomBytes(16).toString('base64');
        this.socket = protocol === 'ws:' ? connect(to)
            : connectTls({ ...to, servername, ca, rejectUnauthorized: ca !== undefined,
                           ALPNProtocols: ['http/1.1'] });
        this.closed = new Promise((resolve) => this.socket.once('close', resolve));
        this.socket.on('error', () => {}); // 'close' follows
        this.response = new Promise((resolve) => { this.resolveResponse = resolve; });
        this.socket.on('data', (bytes) => {
            this.#input = Buffer.concat([this.#input, bytes]);
            try {
                this.#read();
            } catch (error) {
                this.malformed = error;
                this.#end(`malformed: ${error.message}`);
                this.socket.destroy();
            }
        });
        this.closed.then(() => this.#end('the connection was closed'));
        const fields = { Host: servername ? `${servername}:${port}` : 'localhost', Connection: 'Upgrade', Upgrade: 'websocket',
                         'Sec-WebSocket-Key': this.key, 'Sec-WebSocket-Version': '13',
                         'Sec-WebSocket-Protocol': 'xmpp', ...headers };
        const head = Object.entries(fields).filter(([, value]) => value !== null)
            .map(([name, value]) => `${name}: ${value}\r\n`).join('');
        this.socket.write(Buffer.concat([
            Buffer.from(`GET ${pathname} HTTP/1.1\r\n${head}\r\n`), behind]));
    }

    static async connect(url, options) {
        const client = new WsClient(url, options);
        const { status, fields } = await within(10, 'the handshake', client.response);
        assert.equal(status, 101);
        assert.equal(fields.get('sec-websocket-accept'),
                     createHash('sha1').update(client.key + GUID).digest('base64'));
        assert.equal(fields.get('sec-websocket-protocol'), 'xmpp');
        return client;
    }

    bytes(buffer) { this.socket.write(buffer); }
    frame(...parts) { this.bytes(frame(...parts)); }
    send(text) { this.frame(OPCODE.text, text); }
    deflate(text) {
        const coded = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
        this.frame(OPCODE.text, coded.subarray(0, -TAIL.length), { rsv: 4 });
    }
    ping(payload) { this.frame(OPCODE.ping, payload); }
    closeFrame(code, reason) {
        this.frame(OPCODE.close, code === undefined ? '' : closePayload(code, reason));
    }
    control(name, seconds) {
        return this.frames.next(`a ${name} frame`, (each) => each.name === name, seconds);
    }
    // The end as W-047 has it: <close/> in a message, then the Close frame with that code; TCP is
    // closed by the other side once we have answered.
    async expectClose(code, { element = true } = {}) {
        if (element) assert.equal(await this.text('<close/>', (each) => each === CLOSE), CLOSE);
        assert.equal((await this.control('close')).code, code);
        this.closeFrame(code);
        await this.expectClosed();
    }
    async expectClosed(seconds = 15) {
        await within(seconds, 'the end of the connection', this.closed);
        assert.equal(this.malformed, undefined);
    }

    // Without a word.
    reset() { this.socket.resetAndDestroy(); }
    end() { this.socket.end(); }

    #end(why) {
        this.messages.end(why);
        this.frames.end(why);
        this.resolveResponse({ status: 0, fields: new Map(), text: why });
    }

    #read() {
        if (this.refused) return;
        if (this.upgraded) {
            while (this.#takeFrame());
            return;
        }
        const end = this.#input.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [statusLine, ...lines] = this.#input.subarray(0, end).toString('latin1').split('\r\n');
        const fields = new Map(lines.map((line) => {
            const colon = line.indexOf(':');
            return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }));
        this.#input = this.#input.subarray(end + 4);
        const status = Number(statusLine.split(' ')[1]);
        this.upgraded = status === 101;
        this.refused = !this.upgraded;
        this.fields = fields;
        this.resolveResponse({ status, fields });
        this.#read();
    }

    #takeFrame() {
        if (this.#input.length < 2) return false;
        const [first, second] = this.#input;
        assert.equal(second & 0x80, 0, 'a masked frame of the server');
        let length = second & 0x7f;
        let at = 2;
        if (length >= 126) {
            const size = length === 126 ? 2 : 8;
            if (this.#input.length < at + size) return false;
            length = size === 2 ? this.#input.readUInt16BE(at) : Number(this.#input.readBigUInt64BE(at));
            at += size;
            assert.ok(length > (size === 2 ? 125 : 65535), 'a length not in its shortest form');
        }
        if (this.#input.length < at + length) return false;
        const payload = this.#input.subarray(at, at + length);
        this.#input = this.#input.subarray(at + length);
        this.#take(first, payload);
        return true;
    }

    #take(first, payload) {
        const name = NAMES[first & 0x0f];
        const fin = (first & 0x80) !== 0;
        assert.ok(name, `opcode ${first & 0x0f}`);
        if (name === 'text' || name === 'continuation') {
            assert.equal(name === 'text', this.#message.length === 0, 'fragments in their order');
            if (name === 'text') this.#deflated = (first & 0x40) !== 0;
            this.#message.push(payload);
            assert.ok(fin || payload.length === 65536, 'fragments only above 64 KiB');
            if (!fin) return;
            let whole = Buffer.concat(this.#message.splice(0));
            if (this.#deflated) {
                this.deflatedMessages = (this.deflatedMessages ?? 0) + 1;
                whole = inflateRawSync(Buffer.concat([whole, TAIL]),
                                       { finishFlush: constants.Z_SYNC_FLUSH });
            }
            this.messages.add(new TextDecoder('utf-8', { fatal: true }).decode(whole));
            return;
        }
        assert.equal(first & 0x70, 0, 'reserved bits');
        assert.ok(fin && payload.length <= 125, 'a control frame that is short and whole');
        const code = name === 'close' && payload.length >= 2 ? payload.readUInt16BE(0) : undefined;
        const text = payload.toString();
        this.frames.add({ name, code, text, toString: () => `${name} ${code ?? text}` });
    }
}
