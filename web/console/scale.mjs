// Where a chart's axis ends: at a number that halves to another plain one, and that does not change
// with each look.
const PLAIN = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

function ceiling(value, binary) {
    const base = binary ? 1024 : 10;
    const unit = base ** Math.floor(Math.log(value) / Math.log(base));
    if (binary) return unit * 2 ** Math.ceil(Math.log2(value / unit));
    return unit * PLAIN.find((step) => step * unit >= value * 0.999_999);
}

// `least`: it never ends below.
export function topOf(highest, { least = 1, binary = false, before = 0, most = Infinity } = {}) {
    const wanted = Math.max(highest, least);
    // A top that is still of use is kept: a curve that stays where it is can be compared with before.
    if (before >= wanted && wanted > before * 0.3) return before;
    return Math.min(most, ceiling(wanted, binary));
}
