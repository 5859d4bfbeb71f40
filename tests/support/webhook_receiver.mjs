// WebhookReceiver — a real HTTP server that webhooks lead to, and a secret to check them with.
//
//     const receiver = await WebhookReceiver.start();
//     ... webhooks: [receiver.hook({ events: 'session.ended' })]
//     const event = await receiver.next('session.ended');
//
// What it answers is up to `answer`, which the test may change: it gets the event, and gives a status,
// or { status, headers }, or a promise of these.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import { join } from 'node:path';

import { Arrivals, freePort, temporaryFolder } from './children.mjs';

export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

export function secretFile(...secrets) {
    const file = join(temporaryFolder('secret'), 'hook.secret');
    writeFileSync(file, `${secrets.join('\n')}\n`, { mode: 0o600 });
    return file;
}

export class WebhookReceiver {
    answer = () => 204;
    // Each request as it came: { at, headers, body (bytes), event, version, answered }.
    requests = [];
    #arrivals = new Arrivals();

    // port: one that is free already; certificate: as Authority issues it, then it is HTTPS and
    // speaks HTTP/2 as well.
    static async start({ port, certificate, secret = newSecret() } = {}) {
        const receiver = new WebhookReceiver();
        receiver.port = port ?? await freePort();
        receiver.secret = secret;
        receiver.scheme = certificate ? 'https' : 'http';
        const handle = (request, response) => receiver.#handle(request, response);
        receiver.server = certificate
            ? createSecureServer({ allowHTTP1: true, key: readFileSync(certificate.key),
                                   cert: readFileSync(certificate.certificate) }, handle)
            : createHttp(handle);
        receiver.sockets = new Set();
        receiver.server.on('connection', (socket) => {
            receiver.sockets.add(socket);
            socket.on('close', () => receiver.sockets.delete(socket));
        });
        await new Promise((resolve) => receiver.server.listen(receiver.port, '127.0.0.1', resolve));
        return receiver;
    }

    // As the configuration wants it; `settings` are further attributes.
    hook(settings = {}) {
        const host = settings.host ?? '127.0.0.1';
        return { url: `${this.scheme}://${host}:${this.port}/hook`, 'allow-private': true,
                 'first-pause': '50ms', 'longest-pause': '500ms',
                 'secret-file': secretFile(this.secret), ...settings, host: undefined };
    }

    // The first event of that type that was answered well, and that nobody has taken yet.
    next(type, fits = () => true, seconds) {
        return this.#arrivals.next(`a webhook ${type}`,
                                   (event) => event.type === type && fits(event), seconds);
    }
    // All that were answered well, in the order in which they came.
    get events() { return this.#arrivals.all; }

    async stop() {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((resolve) => this.server.close(resolve));
    }

    async #handle(request, response) {
        const parts = [];
        for await (const part of request) parts.push(part);
        const body = Buffer.concat(parts);
        const event = JSON.parse(body.toString());
        event.toString = () => body.toString();
        const seen = { at: Date.now(), method: request.method, path: request.url,
                       headers: request.headers, body, event, version: request.httpVersion };
        this.requests.push(seen);
        const answer = await this.answer(event, seen);
        const { status, headers } = typeof answer === 'number' ? { status: answer } : answer;
        response.writeHead(status, headers).end(() => {
            if (status >= 200 && status < 300) this.#arrivals.add(event);
        });
    }
}
