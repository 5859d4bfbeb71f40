// WireTap — between boshcm and its server, to know what the server said: what a client must hear can
// then be told also of a server that does not always say the same.
import { connect, createServer } from 'node:net';

export class WireTap {
    #server;
    #sockets = new Set();
    said = ''; // by the server, on all connections

    static async start(port) {
        const tap = new WireTap();
        tap.#server = createServer({ noDelay: true }, (client) => {
            const server = connect({ port, host: '127.0.0.1', noDelay: true });
            for (const [from, to] of [[client, server], [server, client]]) {
                tap.#sockets.add(from);
                from.on('error', () => {}); // 'close' follows
                from.on('close', () => { tap.#sockets.delete(from); to.end(); });
                from.on('data', (bytes) => to.write(bytes));
            }
            server.on('data', (bytes) => { tap.said += bytes.toString('latin1'); });
        });
        await new Promise((resolve) => tap.#server.listen(0, '127.0.0.1', resolve));
        tap.port = tap.#server.address().port;
        return tap;
    }

    stop() {
        this.#server.close();
        for (const socket of this.#sockets) socket.destroy();
    }
}
