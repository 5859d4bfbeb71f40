// Numbers with their units, short enough for a chart and without a digit too many.
const SPACE = '\u202f'; // narrow, and no line ends there
export const NONE = '–';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
const worded = (format) => (value) => (known(value) ? format(value) : NONE);

// Three digits at most, of which one is behind the point where it matters.
function digits(value) {
    const size = Math.abs(value);
    if (size < 0.005) return '0';
    if (size >= 99.95) return grouped.format(value);
    return value.toFixed(size >= 9.95 || Number.isInteger(value) ? 0 : size >= 0.095 ? 1 : 2);
}

function scaled(value, step, units) {
    let unit = 0;
    let rest = value;
    while (Math.abs(rest) >= step * 0.9995 && unit < units.length - 1) {
        rest /= step;
        unit += 1;
    }
    return digits(rest) + (units[unit] ? SPACE + units[unit] : '');
}

export const count = worded((value) => grouped.format(value));
export const short = worded((value) => scaled(value, 1000, ['', 'k', 'M', 'G']));
export const bytes = worded((value) => scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']));
export const rate = worded((value) => `${short(value)}${SPACE}/s`);
export const byteRate = worded((value) => `${bytes(value)}/s`);
export const percent = worded((value) => `${digits(value * 100)}${SPACE}%`);
export const cores = worded((value) => (value === 1 ? `1${SPACE}core` : `${digits(value)}${SPACE}cores`));

// A short time: of a turn of the loop, of a held request.
export const span = worded((seconds) => {
    if (seconds === 0) return `0${SPACE}s`;
    if (seconds < 0.000_999_5) return `${digits(seconds * 1e6)}${SPACE}µs`;
    if (seconds < 0.9995) return `${digits(seconds * 1000)}${SPACE}ms`;
    return seconds < 120 ? `${digits(seconds)}${SPACE}s` : duration(seconds);
});

// A long one, in its two largest units: an age.
export const duration = worded((seconds) => {
    const whole = Math.floor(Math.max(0, seconds));
    const [days, hours, minutes] = [whole / 86_400, whole / 3600, whole / 60].map(Math.floor);
    const two = (number) => String(number).padStart(2, '0');
    if (days > 0) return `${grouped.format(days)}${SPACE}d ${two(hours % 24)}${SPACE}h`;
    if (hours > 0) return `${hours}${SPACE}h ${two(minutes % 60)}${SPACE}min`;
    if (minutes > 0) return `${minutes}${SPACE}min ${two(whole % 60)}${SPACE}s`;
    return `${whole}${SPACE}s`;
});

export const plural = (number, one, many = `${one}s`) =>
    `${count(number)}${SPACE}${number === 1 ? one : many}`;

const two = (number) => String(number).padStart(2, '0');
// As the log has it: in UTC. `at` in milliseconds since 1970.
export function clock(at, { milliseconds = false } = {}) {
    const text = new Date(at).toISOString();
    return milliseconds ? text.slice(11, 23) : text.slice(11, 19);
}
export const localClock = (at) => {
    const time = new Date(at);
    return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
};
