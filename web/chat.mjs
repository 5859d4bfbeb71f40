// The chat page: two people in one window, each with a BOSH session of their own.
// Strophe (Debian's libjs-strophe, a global) is the client library. Where to connect and as whom
// is in quickstart.json beside this page; `?bosh=URL` overrides the first, so that the page can be
// served by anyone. Text of a peer reaches the page as text nodes only, never as markup.
import { Wire } from './wire.mjs';

const { Strophe, $msg, $pres } = globalThis;
const CHAT_STATES = 'http://jabber.org/protocol/chatstates';
const TYPING_PAUSE = 2500; // ms without a key until "is typing" is taken back
const STATES = {
    [Strophe.Status.CONNECTING]: ['connecting', 'connecting …'],
    [Strophe.Status.AUTHENTICATING]: ['connecting', 'logging in …'],
    [Strophe.Status.CONNECTED]: ['online', 'online'],
    [Strophe.Status.AUTHFAIL]: ['offline', 'login refused'],
    [Strophe.Status.CONNFAIL]: ['offline', 'connection failed'],
    [Strophe.Status.DISCONNECTED]: ['offline', 'offline'],
};

class Pane {
    #typingTimer = 0;

    constructor(account, other, url, wire) {
        this.account = account;
        this.other = other;
        this.connection = new Strophe.Connection(url);
        this.connection.rawOutput = (body) => wire.add(account.name, 'sends', body);
        this.connection.rawInput = (body) => wire.add(account.name, 'gets', body);
        this.#build();
    }

    connect() {
        const { jid, password } = this.account;
        this.connection.connect(`${jid}/page-${Math.random().toString(36).slice(2, 8)}`, password,
                                (status, reason) => this.#onStatus(status, reason));
    }

    #build() {
        const root = document.getElementById('pane').content.cloneNode(true).firstElementChild;
        const part = (selector) => root.querySelector(selector);
        const { name, jid } = this.account;
        part('.avatar').textContent = name[0];
        part('h2').textContent = name;
        part('.jid').textContent = jid;
        root.setAttribute('aria-label', name);
        root.dataset.who = name.toLowerCase();
        this.state = part('.state');
        this.again = part('.connect');
        this.messages = part('.messages');
        this.typing = part('.typing');
        this.form = part('form');
        this.input = part('input');
        this.input.id = `say-${root.dataset.who}`;
        this.input.placeholder = `Write to ${this.other.name}`;
        part('label').htmlFor = this.input.id;
        part('label').textContent = `Message from ${name} to ${this.other.name}`;
        this.again.addEventListener('click', () => this.connect());
        this.input.addEventListener('input', () => this.#tellTyping());
        this.form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#say(this.input.value);
        });
        this.#show(['connecting', 'connecting …']);
        document.getElementById('panes').append(root);
    }

    #onStatus(status, reason) {
        if (STATES[status]) this.#show(STATES[status], reason);
        if (status === Strophe.Status.CONNECTED) {
            this.connection.addHandler((stanza) => this.#onMessage(stanza), null, 'message');
            this.connection.send($pres());
        }
    }

    #show([kind, words], reason) {
        this.state.className = `state ${kind}`;
        this.state.textContent = reason && kind === 'offline' ? `${words}: ${reason}` : words;
        this.again.hidden = kind !== 'offline';
        for (const control of this.form.querySelectorAll('input, button')) {
            control.disabled = kind !== 'online';
        }
    }

    #onMessage(stanza) {
        const body = stanza.getElementsByTagName('body')[0];
        if (body) {
            this.typing.textContent = '';
            this.#append(body.textContent, false);
        } else if (stanza.getElementsByTagNameNS(CHAT_STATES, 'composing').length > 0) {
            this.typing.textContent = `${this.other.name} is typing …`;
        } else if (stanza.getElementsByTagNameNS(CHAT_STATES, 'paused').length > 0) {
            this.typing.textContent = '';
        }
        return true; // and the next
    }

    #say(text) {
        if (text.trim() === '') return;
        clearTimeout(this.#typingTimer);
        this.#typingTimer = 0;
        this.connection.send($msg({ to: this.other.jid, type: 'chat' })
            .c('body').t(text).up().c('active', { xmlns: CHAT_STATES }));
        this.#append(text, true);
        this.input.value = '';
    }

    #tellTyping() {
        const tell = (state) => this.connection.send(
            $msg({ to: this.other.jid, type: 'chat' }).c(state, { xmlns: CHAT_STATES }));
        if (this.#typingTimer === 0) tell('composing');
        clearTimeout(this.#typingTimer);
        this.#typingTimer = setTimeout(() => {
            this.#typingTimer = 0;
            if (this.connection.connected) tell('paused');
        }, TYPING_PAUSE);
    }

    #append(text, own) {
        const item = document.createElement('li');
        if (own) item.className = 'own';
        const time = document.createElement('time');
        time.textContent = new Date().toTimeString().slice(0, 5);
        const words = document.createElement('span');
        words.textContent = text;
        item.append(words, time);
        this.messages.append(item);
        this.messages.scrollTop = this.messages.scrollHeight;
    }
}

async function start() {
    const answer = await fetch('quickstart.json', { cache: 'no-store' });
    if (!answer.ok) throw new Error(`quickstart.json: ${answer.status}`);
    const { bosh, accounts } = await answer.json();
    const asked = new URLSearchParams(location.search).get('bosh');
    const url = new URL(asked ?? bosh ?? '/http-bind', location.href).href;
    const wire = new Wire();
    const [first, second] = accounts;
    const panes = [new Pane(first, second, url, wire), new Pane(second, first, url, wire)];
    for (const pane of panes) pane.connect();
}

start().catch((error) => {
    const fault = document.getElementById('fault');
    fault.textContent = `The page could not start: ${error.message}. ` +
        './quickstart writes quickstart.json beside it.';
    fault.hidden = false;
});
