// Process I/O — how many bytes a process has read and written, sockets included, as the kernel counts
// them. Of a generator they are what its clients say and hear.
import { readFileSync } from 'node:fs';

export function parseIo(text) {
    const count = (name) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)[1]);
    return count('rchar') + count('wchar');
}

export const bytesMoved = (pid) => parseIo(readFileSync(`/proc/${pid}/io`, 'utf8'));
