// Samples — what a process has of the machine at a moment, and how that goes on with time.
import { readFileSync, readdirSync } from 'node:fs';

import { familySeconds } from '../compare/cpu_ticks.mjs';

export const KIB = 1024;

const kibOf = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)[1]);

// `ownKib`: what it has made itself, its heap and stacks, and what was swapped out of it. What it has of
// files, its program and libraries, is shared with whoever comes and goes, and so its part changes.
export function sampleOf(pid) {
    const maps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return {
        ownKib: kibOf(maps, 'Anonymous') + kibOf(maps, 'SwapPss'),
        rssKib: kibOf(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS'),
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
        cpuSeconds: familySeconds(pid),
    };
}

// Least squares, in units of y for each unit of x; undefined where there is no line.
export function slopeOf(points) {
    const mean = (read) => points.reduce((sum, point) => sum + read(point), 0) / points.length;
    const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
    const variance = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
    return variance > 0
        ? points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / variance
        : undefined;
}

const SECONDS_PER_HOUR = 3600;

// `samples`: with `seconds`, from the beginning.
export const kibPerHour = (samples) => slopeOf(samples.map(({ seconds, ownKib }) =>
    [seconds / SECONDS_PER_HOUR, ownKib]));
