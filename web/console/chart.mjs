// Chart: curves over the last minutes, drawn as SVG, so that its colours are the style sheet's.
// All its series are there from the beginning, whatever they are worth, so that nothing moves
// when one begins.
//
// Keyboard: with the focus on a plot, arrow keys point at a time, Escape at none.
import { cursor } from './cursor.mjs';
import { el, mark, say, svg } from './dom.mjs';
import { REACH_SECONDS } from './looks.mjs';
import { topOf } from './scale.mjs';
import { localClock } from './units.mjs';

const HEIGHT = 116;
const PLOT = { left: 52, right: 6, top: 6, bottom: 17 };
const GAP = 7000; // ms without a look: nothing is drawn across
const REACH = REACH_SECONDS * 1000;
const HALVES = [0, 0.5, 1];

export class Chart {
    #points = []; // { at, values: { key: number or null } }
    #top = 0;
    #width = 0;
    #drawn = [];
    #isSeen = true;

    // series: [{ key, label, tone }], the first at the bottom where they are stacked. figure: what of
    // the values stands beside the title, in large.
    // format: of that; short: of all other numbers, whose unit can be seen from it.
    constructor({ title, help, format, short = format, series, stacked = false, least, binary, most, figure }) {
        Object.assign(this, { title, format, short, series, stacked, figure });
        this.range = { least, binary, most };
        this.#build(help);
        cursor.addEventListener('move', () => this.#point());
        new ResizeObserver(([entry]) => this.#resize(entry.contentRect.width)).observe(this.plot);
        new IntersectionObserver(([entry]) => {
            this.#isSeen = entry.isIntersecting;
            if (this.#isSeen) this.#draw();
        }, { rootMargin: '200px' }).observe(this.element);
    }

    // [{ at, values }], behind those that are there.
    add(points) {
        this.#points.push(...points);
        const from = this.#points.at(-1).at - REACH;
        while (this.#points[0].at < from) this.#points.shift();
        if (this.#isSeen) this.#draw();
    }

    #build(help) {
        this.now = el('output', { class: 'now' });
        this.values = new Map(this.series.map(({ key }) => [key, el('b')]));
        const legend = this.series.map(({ key, label, tone }) =>
            el('li', {}, el('i', { class: `swatch ${tone}` }), `${label} `, this.values.get(key)));
        this.plot = svg('svg', { class: 'plot', height: HEIGHT, tabindex: 0, role: 'img' });
        this.grid = HALVES.map(() => svg('line', { class: 'grid' }));
        this.marks = HALVES.map(() => svg('text', { class: 'mark', 'text-anchor': 'end' }));
        this.times = ['−4 min', '−2 min', 'now'].map((words) => svg('text', {
            class: 'mark', y: HEIGHT - 3, 'text-anchor': words === 'now' ? 'end' : 'middle' }, words));
        const path = (kind) => new Map(this.series.map(({ key, tone }) =>
            [key, svg('path', { class: `${kind} ${tone}` })]));
        this.areas = path('area');
        this.lines = path('line');
        this.pointer = svg('line', { class: 'pointer', y1: PLOT.top, y2: HEIGHT - PLOT.bottom });
        this.plot.append(...this.grid, ...this.areas.values(), ...this.lines.values(), this.pointer,
                         ...this.marks, ...this.times);
        this.plot.addEventListener('pointermove', (event) => this.#pointAtX(event.offsetX));
        this.plot.addEventListener('pointerleave', () => cursor.move(null));
        this.plot.addEventListener('blur', () => cursor.move(null));
        this.plot.addEventListener('keydown', (event) => this.#onKey(event));
        this.element = el('figure', { class: 'panel', title: help },
            el('figcaption', {}, el('h3', {}, this.title), this.now),
            el('ul', { class: 'legend' }, legend), this.plot);
    }

    #resize(width) {
        if (width === 0 || width === this.#width) return;
        this.#width = width;
        const inner = width - PLOT.left - PLOT.right;
        for (const line of this.grid) {
            line.setAttribute('x1', PLOT.left);
            line.setAttribute('x2', width - PLOT.right);
        }
        this.times.forEach((text, index) =>
            text.setAttribute('x', PLOT.left + inner * [0.2, 0.6, 1][index]));
        this.#draw();
    }

    #x(at) {
        const inner = this.#width - PLOT.left - PLOT.right;
        return PLOT.left + inner * (1 - (this.#points.at(-1).at - at) / REACH);
    }

    #y(value) {
        const inner = HEIGHT - PLOT.top - PLOT.bottom;
        return PLOT.top + inner * (1 - Math.min(1, value / this.#top));
    }

    #draw() {
        if (this.#width === 0 || this.#points.length === 0) return;
        this.#stack();
        const highest = Math.max(0, ...this.#drawn.flatMap(({ upper }) => upper.filter((y) => y !== null)));
        this.#top = topOf(highest, { ...this.range, before: this.#top });
        HALVES.forEach((half, index) => {
            const y = Math.round(this.#y(this.#top * half)) + 0.5;
            this.grid[index].setAttribute('y1', y);
            this.grid[index].setAttribute('y2', y);
            this.marks[index].setAttribute('x', PLOT.left - 6);
            this.marks[index].setAttribute('y', y + 3.5);
            say(this.marks[index], this.short(this.#top * half));
        });
        for (const { key, upper, lower } of this.#drawn) this.#drawSeries(key, upper, lower);
        this.#point();
    }

    // Where each series is drawn: for each point its value, on top of those before it if they are
    // stacked.
    #stack() {
        let below = this.#points.map(() => 0);
        this.#drawn = this.series.map(({ key }) => {
            const lower = below;
            const upper = this.#points.map(({ values }, index) => {
                const value = values[key];
                if (value === null || value === undefined) return null;
                return this.stacked ? lower[index] + value : value;
            });
            if (this.stacked) below = upper.map((value, index) => value ?? lower[index]);
            return { key, upper, lower };
        });
    }

    #drawSeries(key, upper, lower) {
        let [line, area, from] = ['', '', 0];
        const point = (index, values) =>
            `${this.#x(this.#points[index].at).toFixed(1)},${this.#y(values[index]).toFixed(1)}`;
        for (let index = 0; index <= upper.length; ++index) {
            const ends = index === upper.length || upper[index] === null ||
                (index > from && this.#points[index].at - this.#points[index - 1].at > GAP);
            if (!ends) continue;
            if (index > from) {
                const run = Array.from({ length: index - from }, (_, step) => from + step);
                const top = run.map((each) => point(each, upper)).join('L');
                line += `M${top}${run.length === 1 ? 'h0.1' : ''}`;
                area += `M${top}L${run.reverse().map((each) => point(each, lower)).join('L')}Z`;
            }
            from = index < upper.length && upper[index] === null ? index + 1 : index;
        }
        this.lines.get(key).setAttribute('d', line);
        // Areas that lie over each other would be a colour that none of them has.
        if (this.stacked || key === this.series[0].key) this.areas.get(key).setAttribute('d', area);
    }

    // The point next to where somebody points; the latest if nobody does.
    #chosen() {
        if (cursor.at === null) return this.#points.at(-1);
        return this.#points.reduce((best, point) =>
            (Math.abs(point.at - cursor.at) < Math.abs(best.at - cursor.at) ? point : best));
    }

    #point() {
        if (this.#points.length === 0 || !this.#isSeen) return;
        const { at, values } = this.#chosen();
        for (const { key } of this.series) say(this.values.get(key), this.short(values[key]));
        const figure = this.figure ? this.figure(values) : values[this.series[0].key];
        say(this.now, this.format(figure));
        mark(this.pointer, 'class', cursor.at === null ? 'pointer' : 'pointer shown');
        if (cursor.at !== null) {
            const x = Math.round(this.#x(at)) + 0.5;
            this.pointer.setAttribute('x1', x);
            this.pointer.setAttribute('x2', x);
            say(this.times[2], localClock(at));
        } else {
            say(this.times[2], 'now');
        }
        mark(this.plot, 'aria-label', `${this.title}, ${cursor.at === null ? 'now' : localClock(at)}: ` +
            this.series.map(({ key, label }) => `${label} ${this.format(values[key])}`).join(', '));
    }

    #pointAtX(x) {
        if (this.#points.length === 0) return;
        const inner = this.#width - PLOT.left - PLOT.right;
        const part = Math.min(1, Math.max(0, (x - PLOT.left) / inner));
        cursor.move(this.#points.at(-1).at - (1 - part) * REACH);
    }

    #onKey(event) {
        const steps = { ArrowLeft: -1, ArrowRight: 1 };
        if (event.key === 'Escape') cursor.move(null);
        if (!(event.key in steps) || this.#points.length === 0) return;
        event.preventDefault();
        const index = this.#points.indexOf(this.#chosen()) + steps[event.key];
        const point = this.#points[Math.max(0, index)];
        cursor.move(!point || point === this.#points.at(-1) ? null : point.at);
    }
}
