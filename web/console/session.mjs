// One session: what is known of it, what probably went wrong with it, and its flight record.
import { api } from './api.mjs';
import { confirmed } from './dialog.mjs';
import { button, el, mark, say } from './dom.mjs';
import { pictured } from './event_words.mjs';
import { ladder } from './ladder.mjs';
import { tell } from './notes.mjs';
import { FlightRecord, factWords } from './record.mjs';
import { bytes, duration, plural, NONE } from './units.mjs';

const REFRESH = 2000; // ms

const tlsWords = (tls) => (tls ? `${tls.version}, ${tls.cipher}` : 'none, in clear');
const FACTS = [
    ['Address', ({ address, secure }) => `${address ?? NONE}, ${secure ? 'encrypted' : 'in clear'}`],
    ['Domain', ({ domain }) => domain],
    ['State', ({ state, authenticated }) => `${state}, ${authenticated ? 'logged in' : 'not logged in'}`],
    ['Age', ({ age_s: age }) => duration(age)],
    ['Last heard', ({ idle_s: idle }) => (idle === null ? null : `${duration(idle)} ago`)],
    ['Requests held', ({ held }) => held],
    ['Waiting for the client', ({ queue }) => (queue?.stanzas ? `${plural(queue.stanzas, 'stanza')}, ${bytes(queue.bytes)}` : 'nothing')],
    ['Worker', ({ worker }) => worker],
    ['Server', ({ server }) => server && (server.address ?? 'not connected')],
    ['TLS to the server', ({ server }) => (server?.address ? tlsWords(server.tls) : undefined)],
];
const settingWords = (value) => ({ true: 'yes', false: 'no' }[value] ?? String(value));

export class SessionPage {
    #asking = null;
    #timer = null;
    #record = new FlightRecord();
    #drawn = '';
    sid = null;

    // onTrace(sid): somebody wants to see what goes through.
    constructor(daemon, { onTrace }) {
        this.daemon = daemon;
        this.name = el('h1', { class: 'mono-name', tabindex: -1 });
        this.badges = el('p', { class: 'badges' });
        this.state = el('p', { class: 'state-note', role: 'status', hidden: true });
        this.endButton = button('End session …', () => this.#end(), { class: 'danger', disabled: true });
        this.traceButton = button('Trace', () => onTrace(this.sid), { disabled: true });
        this.cause = el('section', { class: 'cause', 'aria-label': 'Likely cause', hidden: true });
        this.values = FACTS.map(([title]) => ({ title, value: el('dd', {}, NONE) }));
        this.facts = el('dl', { class: 'facts-list' },
            this.values.map(({ title, value }) => el('div', {}, el('dt', {}, title), value)));
        this.settings = el('ul', { class: 'chips', 'aria-label': 'Settings as negotiated' });
        this.picture = el('div', { class: 'picture' });
        this.body = el('div', { class: 'session-body' }, this.cause,
            el('section', { class: 'card', 'aria-label': 'Facts' }, this.facts,
               el('h2', { class: 'group' }, 'As negotiated'), this.settings),
            el('section', { class: 'card', 'aria-label': 'Flight record' },
               el('h2', {}, 'Flight record'), this.picture));
        this.element = el('div', { class: 'session' },
            el('p', {}, el('a', { href: '#/sessions' }, '← All sessions')),
            el('div', { class: 'session-head' }, el('div', {}, this.name, this.badges),
               el('div', { class: 'buttons' }, this.traceButton, this.endButton)),
            this.state, this.body);
    }

    show(sid) {
        if (sid !== this.sid) this.#forget();
        this.sid = sid;
        say(this.name, sid);
        this.#load();
    }

    hide() {
        clearTimeout(this.#timer);
        this.#asking?.abort();
        this.#asking = null;
    }

    #forget() {
        this.#record = new FlightRecord();
        this.#drawn = '';
        this.body.hidden = true;
        this.state.hidden = true;
        this.badges.replaceChildren();
        this.endButton.disabled = true;
        this.traceButton.disabled = true;
    }

    async #load() {
        this.hide();
        const asking = new AbortController();
        this.#asking = asking;
        try {
            const session = await api.session(this.sid, asking.signal);
            if (asking !== this.#asking) return;
            this.#show(session);
        } catch (error) {
            if (asking.signal.aborted || asking !== this.#asking) return;
            this.#showFault(error);
            if (error.status === 404 || error.status === 409) return; // no use in asking again
        }
        this.#timer = setTimeout(() => this.#load(), REFRESH);
    }

    #show(session) {
        this.body.hidden = false;
        this.state.hidden = true;
        this.endButton.disabled = false;
        this.traceButton.disabled = false;
        say(this.name, session.jid ?? 'Not logged in yet');
        const transport = { bosh: 'BOSH', websocket: 'WebSocket' }[session.transport] ?? session.transport;
        this.badges.replaceChildren(
            el('span', { class: 'badge one' }, transport),
            el('span', { class: `badge ${session.state === 'open' ? 'good' : 'warn'}` }, session.state),
            el('code', { class: 'soft' }, session.sid));
        FACTS.forEach(([, read], index) => {
            const fact = read(session);
            say(this.values[index].value, String(fact ?? NONE));
            this.values[index].value.parentElement.hidden = fact === undefined;
        });
        const settings = Object.entries(session.settings ?? {}).filter(([, value]) => value !== null);
        this.settings.replaceChildren(...settings.map(([name, value]) =>
            el('li', {}, el('code', {}, name.replaceAll('_', ' ')), ` ${settingWords(value)}`)));
        this.cause.hidden = !session.likely_cause;
        if (session.likely_cause) {
            this.cause.replaceChildren(el('h2', {}, 'Likely cause'), el('p', {}, session.likely_cause));
        }
        this.#drawRecord(session);
    }

    #drawRecord(session) {
        const { now } = this.daemon;
        if (!Array.isArray(session.record) || session.record.length === 0) {
            this.picture.replaceChildren(el('p', { class: 'soft' }, 'Nothing has been recorded.'));
            this.#drawn = '';
            return;
        }
        const events = this.#record.update(session.record, now).map(({ at, event, facts }) => {
            const { words, ...way } = pictured(event);
            return { at, way, words, name: event, facts: factWords(facts) };
        });
        const drawing = JSON.stringify(events);
        if (drawing === this.#drawn) return;
        this.#drawn = drawing;
        this.picture.replaceChildren(ladder(events, [session.address, `worker ${session.worker}`, session.server?.address], now));
    }

    #showFault(error) {
        this.state.hidden = false;
        mark(this.state, 'class', 'state-note fault');
        const known = !this.body.hidden;
        if (error.status === 404) {
            this.endButton.disabled = true;
            this.traceButton.disabled = true;
            mark(this.state, 'class', 'state-note');
            say(this.state, known ? 'This session has ended. What is shown is the last that was known of it.'
                : 'There is no such session: it has ended, or never was.');
        } else if (error.status === 409 && Array.isArray(error.answer?.sids)) {
            this.state.replaceChildren('Several sessions begin so: ', ...error.answer.sids.flatMap((sid) =>
                [el('a', { class: 'mono', href: `#/sessions/${encodeURIComponent(sid)}` }, sid), ' ']));
        } else {
            say(this.state, `It cannot be told: ${error.message}.`);
        }
    }

    async #end() {
        const { sid } = this;
        const name = this.name.textContent;
        const agreed = await confirmed({
            title: `End the session of ${name}?`,
            content: [el('p', {}, `Session ${sid}. Its client is told that the session has ended, and may log in again at once.`)],
            yes: 'End session',
        });
        if (!agreed) return;
        try {
            await api.end(sid);
            tell(`The session ${sid} of ${name} was ended.`);
        } catch (error) {
            tell(`The session ${sid} was not ended: ${error.message}.`);
        }
        if (this.sid === sid) this.#load();
    }
}
