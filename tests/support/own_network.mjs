// inOwnNetwork — runs a test in a network of its own, with nothing in it but loopback: where ports
// may run out, and the only link may be cut. Takes root and the commands unshare and ip.
//
//     if (isInOwnNetwork()) { ... ; process.exit(); }       // what happens in there
//     test('...', needsNetwork, () => inOwnNetwork(import.meta.url));
//
// The file is run again, inside; it fails by what it throws.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Child } from './children.mjs';

export const needsNetwork = {
    skip: process.getuid() !== 0 && 'only root may make a network of its own',
};

export const isInOwnNetwork = () => process.env.OWN_NETWORK === 'yes';

export async function inOwnNetwork(url) {
    const inside = new Child('own-network', 'unshare', ['--net', 'sh', '-c',
        'ip link set lo up && exec "$0" "$1"', process.execPath, fileURLToPath(url)],
        { env: { OWN_NETWORK: 'yes' } });
    const { code } = await inside.exited;
    assert.equal(code, 0, inside.output.slice(-4000));
}

// Whether bytes arrive.
export function setLink(state) {
    execFileSync('ip', ['link', 'set', 'lo', state]);
}
