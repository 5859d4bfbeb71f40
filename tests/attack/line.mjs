// Line — an attacker's connection, and what became of it.
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

// A socket that says what came, and when it ended. Attackers have addresses of their own.
export class Line {
    constructor({ port, address = '127.0.0.66', servername }) {
        const to = { port, host: '127.0.0.1', localAddress: address, noDelay: true };
        this.text = '';
        this.ended = false;
        this.socket = servername ? connectTls({ ...to, servername, rejectUnauthorized: false })
            : connect(to);
        this.opened = new Promise((resolve) => {
            this.socket.once(servername ? 'secureConnect' : 'connect', () => resolve(true));
            this.socket.once('close', () => resolve(false));
        });
        this.closed = new Promise((resolve) => this.socket.once('close', resolve))
            .then(() => { this.ended = true; });
        this.socket.on('error', () => {}); // 'close' follows
        this.socket.on('data', (bytes) => { this.text += bytes.toString('latin1'); });
    }

    write(bytes) { if (this.socket.writable) this.socket.write(bytes); }
    destroy() { this.socket.destroy(); }
    get statuses() { return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code)); }

    // Until the other end closes, or so many answers are there, or the time is over.
    async settle(seconds, answers = Infinity) {
        const end = Date.now() + seconds * 1000;
        while (!this.ended && this.statuses.length < answers && Date.now() < end) {
            await Promise.race([this.closed, pause(20)]);
        }
        return this;
    }
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function say(where, bytes, seconds = 8, answers = 1) {
    const line = new Line(where);
    await line.opened;
    line.write(bytes);
    await line.settle(seconds, answers);
    line.destroy();
    return line;
}

// How many lines ended how: by the last status, or closed without one, or still open.
export function tally(lines) {
    const count = {};
    for (const line of lines) {
        const what = line.statuses.at(-1) ?? (line.ended ? 'closed' : 'open');
        count[what] = (count[what] ?? 0) + 1;
    }
    return count;
}
