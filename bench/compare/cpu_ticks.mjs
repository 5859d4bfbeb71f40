// CPU ticks — what the kernel has charged to a process and its children, or to each of its threads.
// Units: seconds, in steps of 10 ms: boshcm-load has finer ones, for whole processes.
import { readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // USER_HZ, the same for all of Linux' usual machines

// Of /proc/PID/stat: the name in it may have spaces and brackets.
export function parseStat(text) {
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, waitedUser, waitedSystem] =
        [1, 11, 12, 13, 14].map((index) => Number(fields[index]));
    return { parent, seconds: (user + system) / TICKS_PER_SECOND,
             waited: (waitedUser + waitedSystem) / TICKS_PER_SECOND };
}

// Nothing of who is gone.
function statOf(path) {
    try {
        return parseStat(readFileSync(path, 'utf8'));
    } catch (error) {
        if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
        throw error;
    }
}

export function threadSeconds(pid) {
    return new Map(readdirSync(`/proc/${pid}/task`)
        .map((id) => [id, statOf(`/proc/${pid}/task/${id}/stat`)?.seconds ?? 0]));
}

export function familySeconds(pid) {
    const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
        .map((name) => ({ pid: Number(name), stat: statOf(`/proc/${name}/stat`) }))
        .filter(({ stat }) => stat);
    const sum = (of) => of.stat.seconds +
        others.filter(({ stat }) => stat.parent === of.pid).reduce((total, each) => total + sum(each), 0);
    const own = others.find((each) => each.pid === pid);
    if (!own) throw new Error(`process ${pid} is gone`);
    return sum(own);
}

// Of all children of this process that have ended.
export const endedSeconds = () => statOf('/proc/self/stat').waited;
