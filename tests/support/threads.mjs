// The threads of a program under test.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// The thread of a worker, by its name.
export function threadOf(pid, worker) {
    const tasks = join('/proc', String(pid), 'task');
    return readdirSync(tasks).find((task) =>
        readFileSync(join(tasks, task, 'comm'), 'utf8').trim() === `worker-${worker}`);
}
