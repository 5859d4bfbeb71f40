// VirtualRows: a list of which only the rows that can be seen exist, so that a hundred thousand
// sessions scroll as ten do. All rows are of one height.
//
// A row stays the same element as long as what it shows is there (by its key), so focus and
// selection stay where they are while the list is refreshed.
import { el, mark } from './dom.mjs';

const SPARE = 6; // rows above and below, so that none is missing while somebody scrolls

export class VirtualRows {
    #count = 0;
    #rows = new Map(); // key: element
    #height = 0;

    // make(): an empty row; fill(row, item, index); item(index): null where it is not known yet;
    // key(item). onRange(first, count): what can be seen now.
    constructor({ make, fill, item, key, onRange, label }) {
        Object.assign(this, { make, fill, item, key, onRange });
        this.body = el('div', { class: 'rows', role: 'rowgroup' });
        this.scroller = el('div', { class: 'scroller', tabindex: 0, role: 'table', 'aria-label': label });
        this.scroller.append(this.body);
        this.scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
        this.scroller.addEventListener('keydown', (event) => this.#onKey(event));
        new ResizeObserver(() => {
            this.#height = 0;
            this.draw();
        }).observe(this.scroller);
    }

    set count(count) {
        this.#count = count;
        mark(this.scroller, 'aria-rowcount', String(count + 1));
        this.body.style.blockSize = `${count * this.#rowHeight()}px`;
    }

    get range() {
        const height = this.#rowHeight();
        const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - SPARE);
        const seen = Math.ceil(this.scroller.clientHeight / height) + 2 * SPARE;
        return { first, count: Math.max(0, Math.min(seen, this.#count - first)) };
    }

    toTop() { this.scroller.scrollTop = 0; }

    draw() {
        this.body.style.blockSize = `${this.#count * this.#rowHeight()}px`;
        const { first, count } = this.range;
        const used = new Map();
        for (let index = first; index < first + count; ++index) {
            const item = this.item(index);
            const key = item ? this.key(item) : `place ${index}`;
            if (used.has(key)) continue; // it has moved while pages of the list were asked for
            const row = this.#rows.get(key) ?? this.make();
            used.set(key, row);
            mark(row, 'aria-rowindex', String(index + 2));
            mark(row, 'class', item ? 'row' : 'row empty');
            row.style.transform = `translateY(${index * this.#rowHeight()}px)`;
            this.fill(row, item, index);
            if (!row.isConnected) this.body.append(row);
        }
        for (const [key, row] of this.#rows) {
            if (!used.has(key)) row.remove();
        }
        this.#rows = used;
    }

    // As the style sheet has it, which is another one on a small screen.
    #rowHeight() {
        if (this.#height === 0) {
            const set = getComputedStyle(this.scroller).getPropertyValue('--row');
            const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
            this.#height = Math.round(parseFloat(set || '2.2') * rem);
        }
        return this.#height;
    }

    #onScroll() {
        this.draw();
        const { first, count } = this.range;
        this.onRange(first, count);
    }

    // Up and down go from row to row; the browser scrolls what has the focus into view.
    #onKey(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const row = event.target.closest('.row');
        if (!step) return;
        const at = row ? Number(row.getAttribute('aria-rowindex')) + step : this.range.first + 2;
        const next = [...this.#rows.values()].find((each) => each.getAttribute('aria-rowindex') === String(at));
        const target = next?.querySelector('a');
        if (!target) return;
        event.preventDefault();
        target.focus();
    }
}
