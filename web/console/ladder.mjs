// A ladder: client, boshcm and server as three lines, and what went from one to another as arrows
// between them, from top to bottom as time passes. It is a list, so that who cannot see the picture
// reads the same: who did what to whom, and when.
import { el, unseen } from './dom.mjs';
import { clock, duration, span } from './units.mjs';

const PAUSE = 3000; // ms without an event that are shown as such
const NAMES = { c: 'client', b: 'boshcm', s: 'server' };
const ORDER = 'cbs';
const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

// The part between two lines; class names say where it is and which way it leads.
export function arrow({ from, to, tone = '', isCut = false }, ...label) {
    const [one, other] = [ORDER.indexOf(from), ORDER.indexOf(to)];
    const where = `at-${NAMES[ORDER[Math.min(one, other)]]} span-${Math.abs(one - other)}`;
    const way = one === other ? 'spot' : one < other ? 'right' : 'left';
    return el('span', { class: `lanes ${tone}` },
        el('span', { class: `arrow ${where} ${way}${isCut ? ' cut' : ''}` }, label));
}

export const sayWay = ({ from, to }) =>
    unseen(from === to ? `${NAMES[from]}: ` : `${NAMES[from]} to ${NAMES[to]}: `);

// events: [{ at, way: { from, to, tone, isCut }, words, facts }]; who: what stands below each name.
export function ladder(events, who, now) {
    const items = [];
    const between = (words) => items.push(el('li', { class: 'pause' }, el('span', { class: 'for' }, words)));
    let day = dayOf(now);
    events.forEach(({ at, way, words, facts, name }, index) => {
        const pause = index > 0 ? at - events[index - 1].at : 0;
        if (pause >= PAUSE) between(`${duration(pause / 1000)} later`);
        if (dayOf(at) !== day) between(dayOf(at));
        day = dayOf(at);
        items.push(el('li', { class: `event ${way.tone}` },
            el('time', { datetime: new Date(at).toISOString(), title: `${span(Math.max(0, now - at) / 1000)} ago` },
               clock(at, { milliseconds: true }).slice(0, -2)),
            arrow(way, el('span', { class: 'label', title: name }, sayWay(way), words,
                          facts ? el('small', {}, ` ${facts}`) : null))));
    });
    const heads = ['Client', 'boshcm', 'Server'].map((name, index) =>
        el('span', { class: 'actor' }, el('b', {}, name), el('small', {}, who[index] ?? '')));
    return el('div', { class: 'ladder' },
        el('div', { class: 'actors' }, el('span', { class: 'soft utc' }, 'UTC'), el('span', { class: 'names' }, heads)),
        el('ol', {}, items));
}
