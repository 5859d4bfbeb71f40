// Children — what a test starts on this machine, and its certain end.
// Every process, folder and deadline of the end-to-end tests comes from here. However a test file
// ends (passed, failed, thrown, interrupted), its processes are stopped by their ids and its
// temporary folders removed. E2E_KEEP=1 keeps the folders, with what boshcm said in them.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

const living = new Set();
const folders = new Set();

process.on('exit', () => {
    for (const child of living) child.process.kill('SIGKILL');
    if (process.env.E2E_KEEP) {
        for (const folder of folders) console.error(`# kept ${folder}`);
    } else {
        for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
});
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
    process.on(signal, () => process.exit(status));
}

export function temporaryFolder(name) {
    const folder = mkdtempSync(join(tmpdir(), `boshcm-${name}-`));
    folders.add(folder);
    return folder;
}

// A port of loopback that nobody has, nor will have before somebody listens there: it is below those
// that the kernel gives away, and each process of tests takes them from places of its own.
const PORTS = { first: 10_240, count: 22_528, each: 64 };
let portsTaken = 0;
export async function freePort() {
    for (;;) {
        const place = process.pid * PORTS.each % PORTS.count + portsTaken++ % PORTS.each;
        const port = PORTS.first + place;
        const server = createServer();
        const isFree = await new Promise((resolve) => {
            server.once('error', () => resolve(false));
            server.listen(port, '127.0.0.1', () => resolve(true));
        });
        if (!isFree) continue;
        await new Promise((resolve) => server.close(resolve));
        return port;
    }
}

// The promise's value, or an error that says what did not come in time.
export function within(seconds, what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not within ${seconds} s: ${what}`)),
                           seconds * 1000);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Things that arrive one after the other, and those who wait for one that fits.
export class Arrivals {
    #waiting = [];
    #ended = null;
    #keep;
    all = []; // everything, in order, whether somebody took it or not
    #untaken = [];

    // `keep`: only so many of the latest.
    constructor({ keep = Infinity } = {}) { this.#keep = keep; }

    add(item) {
        this.all.push(item);
        for (const list of [this.all, this.#untaken]) {
            if (list.length > this.#keep) list.shift();
        }
        const index = this.#waiting.findIndex((waiter) => waiter.fits(item));
        if (index < 0) {
            this.#untaken.push(item);
        } else {
            this.#waiting.splice(index, 1)[0].resolve(item);
        }
    }

    // The first that fits and was not taken yet; waits for it.
    next(what, fits = () => true, seconds = 20) {
        const index = this.#untaken.findIndex(fits);
        if (index >= 0) return Promise.resolve(this.#untaken.splice(index, 1)[0]);
        if (this.#ended) return Promise.reject(new Error(`${what}: ${this.#ended}`));
        let waiter;
        const arrival = new Promise((resolve, reject) => {
            waiter = { fits, resolve, reject };
            this.#waiting.push(waiter);
        });
        return within(seconds, what, arrival).catch((error) => {
            this.#waiting = this.#waiting.filter((other) => other !== waiter);
            const seen = this.all.slice(-5).map((item) => String(item).slice(0, 400)).join('\n  ');
            throw new Error(`${error.message}; the last to arrive were:\n  ${seen}`);
        });
    }

    // Nothing more will come.
    end(why) {
        this.#ended = why;
        for (const waiter of this.#waiting.splice(0)) waiter.reject(new Error(why));
    }
}

const HEARD_KEPT = 65_536; // characters of what somebody else hears

export class Child {
    // `lines`: what it wrote to standard output and error, as Arrivals of lines. `folder`: where
    // E2E_KEEP puts them. `hear`: who is told each line, where there are too many to keep.
    constructor(name, command, args, { env = {}, cwd, input = 'ignore', folder, hear } = {}) {
        this.name = name;
        if (folder && process.env.E2E_KEEP) this.log = join(folder, `${name}.log`);
        this.hear = hear;
        this.lines = new Arrivals(hear ? { keep: 100 } : {});
        this.output = '';
        this.process = spawn(command, args, {
            cwd, env: { ...process.env, ...env }, stdio: [input, 'pipe', 'pipe'],
        });
        living.add(this);
        this.exited = new Promise((resolve) => {
            this.process.once('error', (error) => {
                living.delete(this);
                this.lines.end(`${name} could not be started: ${error.message}`);
                resolve({ code: null, signal: null, error });
            });
            this.process.once('close', (code, signal) => {
                living.delete(this);
                this.lines.end(`${name} ended (${signal ?? `exit ${code}`}); it had said:\n` +
                               this.output.slice(-4000));
                resolve({ code, signal });
            });
        });
        for (const stream of [this.process.stdout, this.process.stderr]) this.#collect(stream);
    }

    get pid() { return this.process.pid; }

    line(pattern, seconds = 30) {
        return this.lines.next(`${this.name} to say ${pattern}`, (line) => pattern.test(line),
                               seconds);
    }

    // It waits for something to do (its first thread does), or has ended. As the kernel says: the
    // state is what stands behind the name in brackets.
    async sleeps(seconds = 30) {
        const deadline = Date.now() + seconds * 1000;
        const state = () => readFileSync(`/proc/${this.pid}/stat`, 'latin1').split(') ').at(-1)[0];
        while (this.process.exitCode === null && this.process.signalCode === null &&
               state() !== 'S') {
            if (Date.now() > deadline) throw new Error(`${this.name} is still busy`);
            await setImmediate();
        }
    }

    // Asks it to stop, and after `patience` seconds ends it. What processes of its own, which may live
    // on then, have to say is not waited for.
    async stop(signal = 'SIGTERM', patience = 15) {
        this.process.kill(signal);
        const hard = setTimeout(() => {
            this.process.kill('SIGKILL');
            for (const stream of [this.process.stdout, this.process.stderr]) stream.destroy();
        }, patience * 1000);
        const end = await this.exited;
        clearTimeout(hard);
        return end;
    }

    #collect(stream) {
        let rest = '';
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
            this.output += text;
            if (this.hear) this.output = this.output.slice(-HEARD_KEPT);
            if (this.log) appendFileSync(this.log, text);
            const lines = (rest + text).split('\n');
            rest = lines.pop();
            for (const line of lines) {
                this.hear?.(line);
                this.lines.add(line);
            }
        });
        stream.on('end', () => { if (rest) this.lines.add(rest); });
    }
}
