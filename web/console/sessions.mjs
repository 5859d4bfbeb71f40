// The sessions: a table to be searched, and behind each row the page of that session.
import { el, mark, say } from './dom.mjs';
import { SessionList } from './session_list.mjs';
import { SessionPage } from './session.mjs';
import { VirtualRows } from './virtual_rows.mjs';
import { bytes, count, duration, plural, NONE } from './units.mjs';

const REFRESH = 3000; // ms
const TYPING = 180; // ms without a key, until it is looked for

const COLUMNS = [
    { key: 'sid', title: 'Session' }, { key: 'jid', title: 'JID', sort: 'jid' },
    { key: 'domain', title: 'Domain', sort: 'domain' }, { key: 'address', title: 'Address' },
    { key: 'transport', title: 'Transport' }, { key: 'state', title: 'State' },
    { key: 'age', title: 'Age', sort: 'age', number: true },
    { key: 'idle', title: 'Idle', sort: 'idle', number: true, help: 'Since the client was last heard' },
    { key: 'held', title: 'Held', number: true, help: 'Requests that are held' },
    { key: 'queue', title: 'Queue', sort: 'queue', number: true, help: 'Stanzas that wait for the client' },
];
const TRANSPORTS = { '': 'All transports', bosh: 'BOSH', websocket: 'WebSocket' };
const STATES = ['opening', 'negotiating', 'open', 'closing'];
const ORDERS = [['age asc', 'Youngest first'], ['age desc', 'Oldest first'], ['idle desc', 'Longest idle first'],
                ['queue desc', 'Longest queue first'], ['jid asc', 'By JID'], ['domain asc', 'By domain']];

const options = (pairs) => pairs.map(([value, words]) => el('option', { value }, words));

export class SessionsView {
    #list = new SessionList();
    #timer = null;
    #typing = null;

    // Of those below: see SessionPage.
    constructor(daemon, { onTrace }) {
        this.one = new SessionPage(daemon, { onTrace });
        this.#buildTools();
        this.rows = new VirtualRows({
            label: 'Sessions', make: () => this.#makeRow(), fill: (row, item) => this.#fillRow(row, item),
            item: (index) => this.#list.item(index), key: ({ sid }) => sid,
            onRange: (first, number) => { if (!this.#list.has(first, number)) this.#loadSoon(); },
        });
        this.rows.scroller.prepend(this.#head());
        this.note = el('p', { class: 'empty-note', hidden: true });
        this.table = el('section', { class: 'sessions', 'aria-label': 'Sessions' },
            this.tools, el('div', { class: 'table' }, this.rows.scroller, this.note));
        this.element = el('div', {}, this.table);
        document.addEventListener('keydown', (event) => this.#onSlash(event));
    }

    title() { return this.sid ? `Session ${this.sid}` : 'Sessions'; }

    show(sid) {
        this.sid = sid || null;
        clearTimeout(this.#timer);
        if (this.sid) {
            this.element.replaceChildren(this.one.element);
            this.one.show(this.sid);
        } else {
            this.one.hide();
            this.element.replaceChildren(this.table);
            this.#load();
        }
    }

    hide() {
        clearTimeout(this.#timer);
        this.#timer = null;
        this.one.hide();
    }

    #buildTools() {
        this.search = el('input', { type: 'search', id: 'search', placeholder: 'Session, JID, domain or address',
                                    autocomplete: 'off', spellcheck: 'false', 'aria-keyshortcuts': '/' });
        this.search.addEventListener('input', () => {
            clearTimeout(this.#typing);
            this.#typing = setTimeout(() => this.#ask({ search: this.search.value.trim() }), TYPING);
        });
        this.transport = el('select', { 'aria-label': 'Transport' }, options(Object.entries(TRANSPORTS)));
        this.state = el('select', { 'aria-label': 'State' },
                        options([['', 'All states'], ...STATES.map((state) => [state, state])]));
        this.order = el('select', { 'aria-label': 'Order', class: 'order' }, options(ORDERS));
        for (const name of ['transport', 'state']) {
            this[name].addEventListener('change', () => this.#ask({ [name]: this[name].value }));
        }
        this.order.addEventListener('change', () => {
            const [sort, order] = this.order.value.split(' ');
            this.#ask({ sort, order });
        });
        this.count = el('p', { class: 'count', 'aria-live': 'polite' });
        this.tools = el('div', { class: 'tools', role: 'search' },
            el('label', { for: 'search', class: 'unseen' }, 'Search sessions'), this.search,
            this.transport, this.state, this.order, this.count);
    }

    #head() {
        this.heads = COLUMNS.map(({ key, title, sort, number, help }) => {
            const words = sort ? el('button', { type: 'button', on: { click: () => this.#sort(sort) } }, title) : title;
            return el('span', { class: `c-${key}${number ? ' number' : ''}`, role: 'columnheader', title: help,
                                data: sort ? { sort } : {} }, words);
        });
        return el('div', { class: 'row head', role: 'row', 'aria-rowindex': 1 }, this.heads);
    }

    #sort(sort) {
        const { query } = this.#list;
        const first = ['jid', 'domain', 'age'].includes(sort) ? 'asc' : 'desc';
        const turned = query.order === 'asc' ? 'desc' : 'asc';
        this.#ask({ sort, order: query.sort === sort ? turned : first });
    }

    #ask(changes) {
        this.#list.ask(changes);
        this.rows.toTop();
        this.#load();
    }

    #makeRow() {
        const cells = Object.fromEntries(COLUMNS.map(({ key, number }) =>
            [key, el('span', { class: `c-${key}${number ? ' number' : ''}`, role: 'cell' })]));
        cells.link = el('a', { class: 'mono' });
        cells.sid.append(cells.link);
        const row = el('div', { class: 'row', role: 'row' }, Object.values(cells).filter((cell) => cell !== cells.link));
        row.cells = cells;
        row.addEventListener('click', (event) => {
            // A click anywhere in the row, unless it is the end of marking text.
            if (event.target.closest('a') || getSelection().toString() !== '') return;
            cells.link.click();
        });
        return row;
    }

    #fillRow(row, item) {
        const { cells } = row;
        if (!item) return;
        say(cells.link, item.sid);
        mark(cells.link, 'href', `#/sessions/${encodeURIComponent(item.sid)}`);
        say(cells.jid, item.jid ?? 'not logged in yet');
        mark(cells.jid, 'class', item.jid ? 'c-jid' : 'c-jid soft');
        say(cells.domain, item.domain ?? NONE);
        say(cells.address, item.address ?? NONE);
        say(cells.transport, `${TRANSPORTS[item.transport] ?? item.transport}${item.secure ? '' : ', in clear'}`);
        say(cells.state, item.state);
        mark(cells.state, 'class', item.state === 'open' ? 'c-state' : 'c-state unsettled');
        say(cells.age, duration(item.age_s));
        say(cells.idle, duration(item.idle_s));
        say(cells.held, item.held === null ? NONE : count(item.held));
        const waits = item.queue?.stanzas > 0;
        say(cells.queue, waits ? `${count(item.queue.stanzas)} · ${bytes(item.queue.bytes)}` : '0');
        mark(cells.queue, 'class', waits ? 'c-queue number waits' : 'c-queue number');
        for (const [key, value] of [['jid', item.jid], ['domain', item.domain], ['address', item.address]]) {
            mark(cells[key], 'title', value ?? null);
        }
    }

    #loadSoon() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#load(), 60);
    }

    async #load() {
        clearTimeout(this.#timer);
        const { first, count: number } = this.rows.range;
        // Whoever has overtaken it goes on; were both to, each would abort the other's question.
        if (!await this.#list.load(first, number)) return;
        this.#draw();
        clearTimeout(this.#timer);
        if (!this.element.isConnected || this.sid) return;
        const range = this.rows.range;
        // What has come into view meanwhile is asked for at once.
        const missing = this.#list.fault === null && !this.#list.has(range.first, range.count);
        this.#timer = setTimeout(() => this.#load(), missing ? 60 : REFRESH);
    }

    #draw() {
        const { matched, total, query, fault, unanswered } = this.#list;
        if (matched !== null) this.rows.count = matched;
        this.rows.draw();
        for (const head of this.heads) {
            const { sort } = head.dataset;
            if (!sort) continue;
            const way = { asc: 'ascending', desc: 'descending' }[query.order];
            mark(head, 'aria-sort', sort === query.sort ? way : 'none');
        }
        const wanted = `${query.sort} ${query.order}`;
        if (this.order.value !== wanted) this.order.value = wanted;
        const isAll = query.search === '' && query.transport === '' && query.state === '';
        say(this.count, fault ? '' : isAll ? plural(total, 'session') : `${count(matched)} of ${plural(total, 'session')}`);
        const words = fault ? `The sessions cannot be told: ${fault.message}.`
            : unanswered.length > 0 ? `Of worker ${unanswered.join(', ')} nothing was heard: it may be stuck.`
            : matched === 0 ? (isAll ? 'There is no session.' : 'No session is like that.') : '';
        this.note.hidden = words === '';
        mark(this.note, 'class', fault || unanswered.length > 0 ? 'empty-note fault' : 'empty-note');
        say(this.note, words);
    }

    // As in many lists: "/" begins a search.
    #onSlash(event) {
        if (event.key !== '/' || !this.table.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target.closest?.('input, select, textarea, dialog')) return;
        event.preventDefault();
        this.search.select();
        this.search.focus();
    }
}
