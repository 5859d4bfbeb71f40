// Bars: what there was most of in the last minutes, by name. It has as many places as there will
// ever be rows in it, so that nothing below moves.
import { el, mark, say } from './dom.mjs';

export class Bars {
    // format: of a number. rows: how many places there are. none: what is said when there is nothing.
    constructor({ title, help, format, rows = 5, none }) {
        this.format = format;
        this.now = el('output', { class: 'now' });
        this.none = el('p', { class: 'none' }, none);
        this.places = Array.from({ length: rows }, () => {
            const [name, bar, number] = [el('span', { class: 'name' }), el('i'), el('b')];
            const item = el('li', { hidden: true }, name, el('span', { class: 'bar' }, bar), number);
            return { item, name, bar, number };
        });
        this.element = el('figure', { class: 'panel', title: help },
            el('figcaption', {}, el('h3', {}, title), this.now),
            el('div', { class: 'bars' }, this.none,
               el('ol', {}, this.places.map(({ item }) => item))));
    }

    // Map of names to numbers.
    show(numbers) {
        const all = [...numbers].filter(([, number]) => number > 0).sort(([, one], [, other]) => other - one);
        const sum = all.reduce((total, [, number]) => total + number, 0);
        const shown = all.slice(0, this.places.length);
        if (all.length > shown.length) {
            const rest = all.slice(shown.length - 1);
            shown[shown.length - 1] =
                [`${rest.length} others`, rest.reduce((total, [, number]) => total + number, 0)];
        }
        const most = Math.max(1, ...shown.map(([, number]) => number));
        this.places.forEach(({ item, name, bar, number }, index) => {
            mark(item, 'hidden', index < shown.length ? null : '');
            if (index >= shown.length) return;
            say(name, shown[index][0]);
            mark(name, 'title', shown[index][0]);
            bar.style.inlineSize = `${(100 * shown[index][1]) / most}%`;
            say(number, this.format(shown[index][1]));
        });
        mark(this.none, 'hidden', shown.length === 0 ? null : '');
        say(this.now, this.format(sum));
    }
}
