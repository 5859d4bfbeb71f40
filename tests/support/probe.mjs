// Probe — `boshcm probe` run to its end, and what it reported.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Child, temporaryFolder, within } from './children.mjs';

const SANITIZER_REPORT = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:/;

// libstrophe 0.12.2 keeps what a refused SASL exchange held. Leaks of ours are reported as ever.
const suppressions = join(temporaryFolder('sanitizer'), 'suppressions');
writeFileSync(suppressions, 'leak:libstrophe.so\n');

// A file with the password, for --password-file.
export function passwordFile(password) {
    const file = join(temporaryFolder('password'), 'password');
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    return file;
}

// The arguments as on the command line; `input` is given on standard input.
export async function probe(args, { input } = {}) {
    const child = new Child('probe', process.env.BOSHCM, ['probe', ...args],
                            { input: input === undefined ? 'ignore' : 'pipe',
                              env: { LSAN_OPTIONS:
                                         `suppressions=${suppressions}:print_suppressions=0` } });
    if (input !== undefined) child.process.stdin.end(input);
    const { code, signal } = await within(60, 'the end of the probe', child.exited);
    assert.equal(signal, null, child.output);
    assert.doesNotMatch(child.output, SANITIZER_REPORT);
    return { code, output: child.output };
}

// The same with --json; the report is an object.
export async function report(args, options) {
    const { code, output } = await probe([...args, '--json'], options);
    const [line] = output.split('\n').filter((each) => each.startsWith('{'));
    assert.ok(line, output);
    const found = JSON.parse(line);
    assert.equal(code, found.ok ? 0 : 1, output);
    return Object.assign(found, {
        code, output,
        names: found.steps.map((step) => `${step.way} ${step.name}`),
        step: (way, name) => found.steps.find((each) => each.way === way && each.name === name),
    });
}
