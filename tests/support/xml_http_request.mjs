// XMLHttpRequest, as much of it as strophe.js asks for under Node: asynchronous POST of text.
// Connections are kept alive and as many as it takes, which is what browsers do up to six.
// Over TLS any certificate will do, and the name asked for is that of the tests' proxies, unless
// XMLHttpRequest.trust() says otherwise.
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';

import { PUBLIC_NAME } from './proxies.mjs';

const agent = new http.Agent({ keepAlive: true });
const secureAgent = (options) => new https.Agent({ keepAlive: true, ...options });

export class XMLHttpRequest {
    readyState = 0;
    status = 0;
    responseText = '';
    responseXML = null;
    onreadystatechange = () => {};
    static #host = PUBLIC_NAME;
    static #secureAgent = secureAgent({ rejectUnauthorized: false, servername: PUBLIC_NAME });
    #fields = {};
    #answered = '';
    #sent = null;

    // From now on HTTPS is spoken with `host` alone, and its certificate is verified: by `ca`, or by
    // those whom Node trusts.
    static trust(host, ca) {
        XMLHttpRequest.#host = host;
        XMLHttpRequest.#secureAgent = secureAgent({ ca, servername: isIP(host) ? '' : host });
    }

    open(method, url) {
        this.#sent = null;
        this.method = method;
        this.url = url;
        this.#enter(1);
    }

    setRequestHeader(name, value) { this.#fields[name] = value; }

    overrideMimeType() {} // the text is parsed whatever its type

    send(body) {
        const bytes = Buffer.from(body ?? '');
        const secure = this.url.startsWith('https:');
        const outgoing = (secure ? https : http).request(this.url, {
            method: this.method, agent: secure ? XMLHttpRequest.#secureAgent : agent,
            headers: { ...this.#fields, 'Content-Length': bytes.length,
                       ...(secure && { Host: XMLHttpRequest.#host }) },
        });
        this.#sent = outgoing;
        outgoing.on('response', (incoming) => {
            const chunks = [];
            incoming.on('data', (chunk) => chunks.push(chunk));
            incoming.on('end', () => {
                if (this.#sent !== outgoing) return;
                this.status = incoming.statusCode;
                this.#answered = Object.entries(incoming.headers)
                    .map(([name, value]) => `${name}: ${value}\r\n`).join('');
                this.responseText = Buffer.concat(chunks).toString('utf8');
                // What browsers do for text/xml; strophe.js brings the parser.
                this.responseXML = this.responseText &&
                    new DOMParser().parseFromString(this.responseText, 'text/xml');
                this.#enter(4);
            });
            incoming.on('error', () => this.#fail(outgoing));
        });
        outgoing.on('error', () => this.#fail(outgoing));
        outgoing.end(bytes);
    }

    abort() {
        const aborted = this.#sent;
        this.#sent = null;
        aborted?.destroy();
        this.readyState = 0;
    }

    getAllResponseHeaders() { return this.#answered; }

    #fail(outgoing) {
        if (this.#sent !== outgoing) return;
        this.status = 0;
        this.#enter(4);
    }

    #enter(state) {
        this.readyState = state;
        this.onreadystatechange();
    }
}
