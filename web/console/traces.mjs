// A live trace: what goes through, of one session or of all that a JID has, as it goes through.
// What is in stanzas is masked unless somebody asks for it and says so twice.
import { api } from './api.mjs';
import { confirmed } from './dialog.mjs';
import { button, el, mark, say } from './dom.mjs';
import { wayOf } from './event_words.mjs';
import { arrow, sayWay } from './ladder.mjs';
import { bytes, count, plural } from './units.mjs';

const MOST_SHOWN = 1000; // events; older ones are dropped
const AGAIN = 1000; // ms until it is asked for again after an answer that was none

export class TracesView {
    #asking = null;
    #id = null;
    #seen = 0;
    #dropped = 0;

    constructor() {
        this.what = el('input', { id: 'trace-of', autocomplete: 'off', spellcheck: 'false',
                                  placeholder: 'Session or JID', required: true });
        this.bodies = el('input', { type: 'checkbox', id: 'trace-bodies' });
        this.warning = el('p', { class: 'warning', role: 'note', hidden: true },
            'What people write to each other will be on this screen. Passwords never are.');
        this.bodies.addEventListener('change', () => { this.warning.hidden = !this.bodies.checked; });
        this.start = el('button', { class: 'primary' }, 'Start');
        this.stop = button('Stop', () => this.#end('Stopped.'), { hidden: true });
        this.clear = button('Clear', () => this.#clear());
        this.save = button('Save as text', () => this.#save());
        this.follow = el('input', { type: 'checkbox', id: 'trace-follow', checked: true });
        this.state = el('p', { class: 'trace-state', role: 'status' }, 'No trace is running.');
        this.events = el('ol', { class: 'trace-events', tabindex: 0, 'aria-label': 'What went through, newest last' });
        this.form = el('form', { class: 'trace-form' },
            el('label', { for: 'trace-of' }, 'Trace'), this.what,
            el('span', { class: 'check-line' }, this.bodies,
               el('label', { for: 'trace-bodies' }, 'with the content of stanzas')),
            this.start, this.stop);
        this.form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.begin({ of: this.what.value.trim(), bodies: this.bodies.checked });
        });
        this.element = el('div', { class: 'traces' },
            el('h1', { class: 'unseen', tabindex: -1 }, 'Traces'), this.form, this.warning,
            el('div', { class: 'trace-tools' }, this.state,
               el('span', { class: 'check-line' }, this.follow, el('label', { for: 'trace-follow' }, 'follow')),
               this.clear, this.save),
            this.events);
        addEventListener('pagehide', () => this.#asking?.abort());
    }

    title() { return this.#id === null ? 'Traces' : `Trace of ${this.what.value}`; }

    // of: a session's sid, or a JID.
    async begin({ of, bodies = false }) {
        if (of === '') return;
        if (bodies && !await confirmed({
            title: `Show what ${of} writes and reads?`,
            content: [el('p', {}, 'The content of stanzas will be on this screen: what people write to each other. ' +
                                  'That somebody asked for it is in the log.')],
            yes: 'Show it',
        })) return;
        await this.#end('');
        this.what.value = of;
        this.bodies.checked = bodies;
        this.warning.hidden = !bodies;
        this.#clear();
        this.#tell('Starting …');
        mark(this.state, 'class', 'trace-state');
        try {
            const { id } = await api.startTrace({ [of.includes('@') ? 'jid' : 'sid']: of, bodies });
            this.#id = id;
            this.#running(true);
            this.#watch(id, bodies);
        } catch (error) {
            this.#tell(`No trace of ${of}: ${error.message}.`, true);
        }
    }

    async #watch(id, bodies) {
        const asking = new AbortController();
        this.#asking = asking;
        let after = 0;
        while (this.#id === id) {
            this.#tell(`Live${bodies ? ', with content' : ', content masked'}: ${plural(this.#seen, 'event')}` +
                       (this.#dropped > 0 ? `, ${count(this.#dropped)} dropped` : ''));
            try {
                const { events, next, dropped = 0 } = await api.traced(id, after, asking.signal);
                if (this.#id !== id) return;
                after = next;
                this.#dropped = dropped;
                this.#show(events);
            } catch (error) {
                if (asking.signal.aborted) return;
                if (error.status === 404) {
                    this.#id = null;
                    this.#running(false);
                    this.#tell('boshcm has ended the trace.', true);
                    return;
                }
                this.#tell(`The trace is not told: ${error.message}. Asking again.`, true);
                await new Promise((resolve) => setTimeout(resolve, AGAIN));
            }
        }
    }

    async #end(words) {
        const id = this.#id;
        this.#id = null;
        this.#asking?.abort();
        this.#running(false);
        if (id === null) return;
        this.#tell(words);
        await api.stopTrace(id).catch(() => {}); // it ends by itself when nobody asks for it
    }

    #running(runs) {
        this.stop.hidden = !runs;
        this.start.textContent = runs ? 'Start another' : 'Start';
        mark(this.start, 'class', runs ? '' : 'primary');
        mark(this.state, 'class', runs ? 'trace-state live' : 'trace-state');
    }

    #tell(words, isFault = false) {
        say(this.state, words);
        if (isFault) mark(this.state, 'class', 'trace-state fault');
        else if (this.#id !== null) mark(this.state, 'class', 'trace-state live');
    }

    #show(events) {
        this.#seen += events.length;
        this.events.append(...events.map((event) => this.#item(event)));
        while (this.events.childElementCount > MOST_SHOWN) this.events.firstElementChild.remove();
        if (this.follow.checked) this.events.scrollTop = this.events.scrollHeight;
    }

    #item({ at, sid, direction, kind, bytes: size, text }) {
        const way = wayOf(direction);
        return el('li', { class: 'traced' },
            el('time', { datetime: at }, String(at).slice(11, 23)),
            el('code', { class: 'soft sid' }, sid ?? ''),
            arrow(way, sayWay(way)),
            el('b', { class: 'kind' }, kind ?? ''),
            el('span', { class: 'size' }, size ? bytes(size) : ''),
            el('code', { class: 'text' }, text ?? ''));
    }

    #clear() {
        this.events.replaceChildren();
        this.#seen = 0;
    }

    #save() {
        const words = (item) => [...item.children].map((part) => part.textContent).join('\t');
        const lines = [...this.events.children].map(words).join('\n');
        const link = el('a', { download: 'boshcm-trace.txt',
                               href: URL.createObjectURL(new Blob([`${lines}\n`], { type: 'text/plain' })) });
        link.click();
        URL.revokeObjectURL(link.href);
    }
}
