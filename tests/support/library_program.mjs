// What the programs around client libraries have in common: they are told what to do by lines of
// JSON on standard input, and tell what happens by lines of JSON on standard output.
import { createInterface } from 'node:readline';

export function tell(event, values = {}) {
    process.stdout.write(`${JSON.stringify({ event, ...values })}\n`);
}

// `commands`: what to call for each name, with the other values of the line. The program ends with
// its input.
export function obey(commands) {
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => {
        const { name, ...values } = JSON.parse(line);
        commands[name](values);
    });
    lines.on('close', () => process.exit());
}
