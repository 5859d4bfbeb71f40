// ScriptedServer — an XMPP server that does what the test tells it, right or wrong.
// Real servers cannot be made to send garbage, half a tag, a stream error on command, or nothing.
//
//     const server = await ScriptedServer.start(async (stream) => {
//         await stream.open();                   // header and features
//         stream.write('<message');              // ... and never the rest
//     });
//
// Each connection runs the script once. A script that throws fails the test at server.stop().
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';

import { Arrivals } from './children.mjs';
import { NS, attributes, parse } from './xml.mjs';

// One token: markup whole, or text up to the next '<'. Quotes in tags may hold '>'.
const TOKEN = /<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<\/[^>]*>|<(?:[^>"']|"[^"]*"|'[^']*')*>|[^<]+/y;

export const FEATURES = {
    starttls: `<starttls xmlns='${NS.tls}'><required/></starttls>`,
    plain: `<mechanisms xmlns='${NS.sasl}'><mechanism>PLAIN</mechanism></mechanisms>`,
    bind: `<bind xmlns='${NS.bind}'/>`,
};

export class ServerStream {
    #rest = '';
    #depth = 0;
    #element = '';

    constructor(socket) {
        this.socket = socket;
        this.events = new Arrivals(); // { kind: 'header' | 'element' | 'close', text }
        this.bytes = ''; // all that came, as it came
        this.closed = new Promise((resolve) => socket.once('close', resolve));
        socket.setNoDelay(true);
        socket.setEncoding('utf8');
        socket.on('error', () => {});
        socket.on('data', (text) => {
            this.bytes += text;
            this.#scan(text);
        });
        this.closed.then(() => this.events.end('the stream was closed'));
    }

    write(bytes) { this.socket.write(bytes); }

    // In pieces of `size` bytes, each a segment of its own as far as TCP allows.
    async writeInPieces(text, size = 1) {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += size) {
            this.socket.write(bytes.subarray(at, at + size));
            await new Promise(setImmediate);
        }
    }

    header() { return this.#next('header'); }
    close() { return this.#next('close'); }
    async element() { return parse(await this.#next('element')); }

    // Answers the client's header with ours and features.
    async open({ features = FEATURES.plain, ...header } = {}) {
        const asked = await this.header();
        const from = /\sto=(["'])(.*?)\1/.exec(asked)?.[2];
        this.write(`<?xml version='1.0'?><stream:stream${attributes({
            'xmlns': NS.client, 'xmlns:stream': NS.stream, from, 'id': 'scripted',
            'version': '1.0', ...header })}><stream:features>${features}</stream:features>`);
        return asked;
    }

    // Lets in whoever comes, as any server does: SASL PLAIN, restart, bind. Returns the user name.
    // `features`: further ones of the stream that is logged in.
    async login(domain, { features = '' } = {}) {
        await this.open();
        const auth = await this.element();
        const user = Buffer.from(auth.textContent, 'base64').toString().split('\0')[1];
        this.write(`<success xmlns='${NS.sasl}'/>`);
        await this.open({ features: FEATURES.bind + features });
        const bind = await this.element();
        this.jid = `${user}@${domain}/${bind.textContent || 'scripted'}`;
        this.write(`<iq type='result' id='${bind.getAttribute('id')}'><bind xmlns='${NS.bind}'>` +
                   `<jid>${this.jid}</jid></bind></iq>`);
        return user;
    }

    // Agrees to TLS; the stream that goes on inside of it is the result. `injected` goes along with
    // <proceed/>, in clear.
    async startTls(credentials, { injected = '', ...options } = {}) {
        await this.open({ features: FEATURES.starttls });
        await this.element();
        this.write(`<proceed xmlns='${NS.tls}'/>${injected}`);
        return this.secure(credentials, options);
    }

    // TLS from here on.
    secure({ key, certificate }, options = {}) {
        this.socket.removeAllListeners('data');
        return new ServerStream(new TLSSocket(this.socket, {
            isServer: true, key: readFileSync(key), cert: readFileSync(certificate), ...options,
        }));
    }

    end() { this.socket.end(); }
    reset() { this.socket.resetAndDestroy(); }

    async #next(kind) {
        return (await this.events.next(`the client's ${kind}`, (each) => each.kind === kind)).text;
    }

    #emit(kind, text) { this.events.add({ kind, text, toString: () => `${kind} ${text}` }); }

    #scan(text) {
        this.#rest += text;
        let at = 0;
        for (;;) {
            TOKEN.lastIndex = at;
            const token = TOKEN.exec(this.#rest)?.[0];
            if (token === undefined) break;
            at += token.length;
            this.#take(token);
        }
        this.#rest = this.#rest.slice(at);
    }

    #take(token) {
        if (token.startsWith('<?')) return;
        if (/^<(?:\w+:)?stream[\s>]/.test(token)) { // a restart begins in the middle of a stream
            this.#depth = 1;
            this.#element = '';
            this.#emit('header', token);
        } else if (this.#depth === 1 && token.startsWith('</')) {
            this.#depth = 0;
            this.#emit('close', token);
        } else if (this.#depth > 1 || token.startsWith('<')) {
            this.#element += token;
            if (token.startsWith('</')) this.#depth -= 1;
            else if (/^<[^!]/.test(token) && !token.endsWith('/>')) this.#depth += 1;
            if (this.#depth === 1) {
                this.#emit('element', this.#inherited(this.#element));
                this.#element = '';
            }
        }
    }

    // What the element inherits from the stream header, so that it can be parsed alone.
    #inherited(element) {
        return /^<[^>]*\sxmlns=/.test(element) ? element
            : element.replace(/^<([\w:.-]+)/, `<$1 xmlns='${NS.client}'`);
    }
}

export class ScriptedServer {
    #faults = [];
    #sockets = new Set();

    static async start(script, port = 0) {
        const server = new ScriptedServer(script);
        await new Promise((resolve, reject) => {
            server.listener.once('error', reject);
            server.listener.listen(port, '127.0.0.1', 1024, resolve);
        });
        server.port = server.listener.address().port;
        return server;
    }

    constructor(script) {
        this.streams = new Arrivals();
        this.listener = createServer((socket) => {
            this.#sockets.add(socket);
            socket.once('close', () => this.#sockets.delete(socket));
            const stream = new ServerStream(socket);
            this.streams.add(stream);
            Promise.resolve(script(stream)).catch((error) => this.#faults.push(error));
        });
    }

    stream() { return this.streams.next('a connection to the scripted server'); }

    // `lenient`: scripts may have been cut off in the middle, as when the test ends the session.
    async stop({ lenient = false } = {}) {
        for (const socket of this.#sockets) socket.destroy();
        await new Promise((resolve) => this.listener.close(resolve));
        if (!lenient && this.#faults.length > 0) throw this.#faults[0];
    }
}
