// IdleProxy — what reverse proxies and load balancers do to connections on which nothing passes: after
// so many seconds both sides are closed, without a word.
import { connect, createServer } from 'node:net';

export class IdleProxy {
    #server;
    #sockets = new Set();

    static async start({ port, seconds }) {
        const proxy = new IdleProxy();
        proxy.#server = createServer({ noDelay: true }, (client) => {
            const server = connect({ port, host: '127.0.0.1', noDelay: true });
            const both = [client, server];
            const end = () => both.forEach((socket) => socket.destroy());
            let timer;
            const passed = () => {
                clearTimeout(timer);
                timer = setTimeout(end, seconds * 1000);
            };
            for (const socket of both) {
                proxy.#sockets.add(socket);
                socket.on('data', passed);
                socket.on('error', () => {}); // 'close' follows
                socket.on('close', () => {
                    proxy.#sockets.delete(socket);
                    clearTimeout(timer);
                });
            }
            client.pipe(server);
            server.pipe(client);
            passed();
        });
        await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
        proxy.port = proxy.#server.address().port;
        return proxy;
    }

    // The same URL through the proxy.
    through(url) {
        const there = new URL(url);
        there.port = this.port;
        return there.href;
    }

    async stop() {
        for (const socket of this.#sockets) socket.destroy();
        await new Promise((resolve) => this.#server.close(resolve));
    }
}
