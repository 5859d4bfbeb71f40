// HttpConnection — one TCP connection to an HTTP server, every byte under the test's control.
// What is sent is sent as it is, valid or not, in whatever pieces; what comes back is parsed with
// no mercy: a response is what its Content-Length says, and chunked ones are refused (B-013).
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gunzipSync, inflateSync } from 'node:zlib';

import { Arrivals, within } from './children.mjs';

export class HttpConnection {
    static async open(port, options = {}) {
        const connection = new HttpConnection(port, options);
        await within(10, `a connection to port ${port}`, connection.opened);
        return connection;
    }

    #input = Buffer.alloc(0);

    // servername: over TLS, with whatever certificate the other end shows; tls: further options.
    constructor(port, { localAddress, servername, tls = {} } = {}) {
        this.responses = new Arrivals();
        const to = { port, host: '127.0.0.1', localAddress, noDelay: true };
        this.socket = servername === undefined ? connect(to)
            : connectTls({ ...to, servername, rejectUnauthorized: false, ...tls });
        this.opened = new Promise((resolve, reject) => {
            this.socket.once(servername === undefined ? 'connect' : 'secureConnect', resolve);
            this.socket.once('error', reject);
        });
        this.closed = new Promise((resolve) => this.socket.once('close', resolve));
        this.socket.on('error', () => {}); // 'close' follows
        this.socket.on('data', (bytes) => {
            this.#input = Buffer.concat([this.#input, bytes]);
            try {
                while (this.#takeResponse());
            } catch (error) {
                this.malformed = error.message;
                this.responses.end(error.message);
                this.socket.destroy();
            }
        });
        this.socket.on('end', () => {
            if (this.#input.length > 0) {
                this.responses.end(`closed inside a response: ${this.#input.toString()}`);
            }
        });
        this.closed.then(() => this.responses.end('the connection was closed'));
    }

    send(bytes) { this.socket.write(bytes); }

    // A request with a Content-Length; `headers` replace the usual ones, null leaves one out.
    request({ method = 'POST', path = '/http-bind', version = '1.1', headers = {}, body = '' }) {
        const bytes = Buffer.from(body);
        const fields = { Host: 'localhost', 'Content-Type': 'text/xml; charset=utf-8',
                         'Content-Length': String(bytes.length), ...headers };
        const head = Object.entries(fields).filter(([, value]) => value !== null)
            .map(([name, value]) => `${name}: ${value}\r\n`).join('');
        this.send(Buffer.concat([Buffer.from(`${method} ${path} HTTP/${version}\r\n${head}\r\n`),
                                 bytes]));
        return this.response();
    }

    // Longer than any `wait` that a test asks for: a held poll is answered only then.
    response(seconds = 40) { return this.responses.next('a response', () => true, seconds); }

    // The other end closes without saying anything more.
    async expectClosed(seconds = 30) { await within(seconds, 'the end of the connection', this.closed); }

    // By the network or the other end, not for what came over it.
    get broken() {
        return !this.malformed && (this.socket.destroyed || this.socket.readableEnded);
    }

    close() { this.socket.end(); }
    reset() {
        if (this.socket.encrypted) this.socket.destroy(); // Node cannot send an RST under TLS
        else this.socket.resetAndDestroy();
    }

    #takeResponse() {
        const end = this.#input.indexOf('\r\n\r\n');
        if (end < 0) return false;
        const [statusLine, ...lines] = this.#input.subarray(0, end).toString('latin1').split('\r\n');
        const [, version, status] = /^HTTP\/(\d\.\d) (\d{3})(?: .*)?$/.exec(statusLine) ??
            raise(`not a status line: ${statusLine}`);
        const fields = new Map();
        for (const line of lines) {
            const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ??
                raise(`not a field: ${line}`);
            const key = name.toLowerCase();
            fields.set(key, fields.has(key) ? `${fields.get(key)}, ${value}` : value);
        }
        if (fields.has('transfer-encoding')) raise('a response with Transfer-Encoding');
        const bodiless = status < 200 || status === '204' || status === '304';
        const length = Number(fields.get('content-length') ?? (bodiless ? 0 : NaN));
        if (!Number.isInteger(length)) raise(`a ${status} response without Content-Length`);
        if (this.#input.length < end + 4 + length) return false;
        const body = this.#input.subarray(end + 4, end + 4 + length);
        this.#input = this.#input.subarray(end + 4 + length);
        const text = decode(fields.get('content-encoding'), body).toString();
        this.responses.add({ version, status: Number(status), fields, body, text,
                             toString: () => `${status} ${text}` });
        return true;
    }
}

function decode(coding, body) {
    const decoders = { gzip: gunzipSync, deflate: inflateSync };
    if (coding === undefined) return body;
    return (decoders[coding] ?? raise(`a response in the coding ${coding}`))(body);
}

function raise(what) {
    throw new Error(what);
}
