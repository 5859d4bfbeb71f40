// The program's commands for a running daemon, as a person types them.
import assert from 'node:assert/strict';

import { Child } from './children.mjs';

const ENV = { ASAN_OPTIONS: 'detect_leaks=1:exitcode=99', UBSAN_OPTIONS: 'halt_on_error=1' };

// One that goes on: a Child, whose lines are what it prints.
export function startCli(...args) {
    assert.ok(process.env.BOSHCM, 'BOSHCM names the program under test');
    return new Child('cli', process.env.BOSHCM, args, { env: ENV });
}

// One that ends by itself: { status, out, err }.
export async function cli(...args) {
    const child = startCli(...args);
    const texts = { out: '', err: '' };
    child.process.stdout.on('data', (text) => { texts.out += text; });
    child.process.stderr.on('data', (text) => { texts.err += text; });
    const { code } = await child.exited;
    return { status: code, ...texts };
}
