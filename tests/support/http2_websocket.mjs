// Http2WebSocket — a WebSocket in a stream of an Http2Connection (RFC 8441), of code that is not
// ours: the stream is Node's, the frames are those of npm's ws.
import { once } from 'node:events';
import { WebSocket } from 'ws';

import { Arrivals, within } from './children.mjs';
import { XmppWebSocket } from './xmpp_websocket.mjs';

// It makes the requests of HTTP/1.1 itself; that of HTTP/2 is made here, and it takes the stream.
class StreamWebSocket extends WebSocket {
    constructor(stream) {
        super(null, undefined, { autoPong: true });
        this._isServer = false;
        this.setSocket(stream, Buffer.alloc(0), { allowSynchronousEvents: true });
    }
}

export class Http2WebSocket extends XmppWebSocket {
    // What the request is answered: { status, fields, stream }. `headers` replace the usual fields;
    // null leaves one out.
    static async request(connection, path, headers = {}) {
        const fields = {
            ':method': 'CONNECT', ':protocol': 'websocket', ':path': path,
            'sec-websocket-version': '13', 'sec-websocket-protocol': 'xmpp', ...headers };
        const stream = connection.session.request(
            Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
            { endStream: false });
        stream.on('error', () => {}); // whoever waits for more than the answer hears of it
        const [answer] = await within(10, 'an answer to CONNECT', once(stream, 'response'));
        return { status: answer[':status'], fields: answer, stream };
    }

    static async open(connection, path, headers) {
        const { status, fields, stream } = await Http2WebSocket.request(connection, path, headers);
        if (status !== 200) throw new Error(`CONNECT was answered ${status}`);
        return new Http2WebSocket(fields, stream);
    }

    constructor(fields, stream) {
        super();
        this.fields = fields;
        this.stream = stream;
        this.pongs = new Arrivals();
        this.socket = new StreamWebSocket(stream);
        this.socket.on('message', (bytes) => this.messages.add(bytes.toString()));
        this.socket.on('pong', (bytes) => this.pongs.add(bytes.toString()));
        this.socket.on('error', (error) => { this.malformed = error; });
        this.closed = new Promise((resolve) => {
            this.socket.once('close', (code) => {
                this.messages.end(`closed with ${code}`);
                resolve(code);
            });
        });
    }

    send(text) { this.socket.send(text); }
    ping(payload) { this.socket.ping(payload); }

    // The code that the other side closes it with.
    async closeCode(seconds = 15) {
        const code = await within(seconds, 'the end of the WebSocket', this.closed);
        if (this.malformed) throw this.malformed;
        return code;
    }
}
