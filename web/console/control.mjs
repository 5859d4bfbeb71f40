// What can be done to the daemon: how much it logs, a reload with its result, and draining.
import { api } from './api.mjs';
import { confirmed } from './dialog.mjs';
import { button, el, mark, say } from './dom.mjs';
import { tell } from './notes.mjs';
import { count, duration, plural, NONE } from './units.mjs';

const LEVELS = { error: 'someone must act', warn: 'someone should know', info: 'lives of sessions and of the daemon',
                 debug: 'each request', trace: 'bytes', off: 'nothing at all' };

export class Control {
    constructor(daemon) {
        this.daemon = daemon;
        this.element = el('div', { class: 'control' },
            el('h1', { class: 'unseen', tabindex: -1 }, 'Control'),
            this.#about(), this.#levels(), this.#reload(), this.#drain());
        daemon.addEventListener('look', () => this.#onLook());
        this.#onLook();
    }

    title() { return 'Control'; }

    #card(title, ...content) { return el('section', { class: 'card', 'aria-label': title }, el('h2', {}, title), content); }

    #about() {
        const rows = ['Version', 'Started', 'Up for', 'Workers', 'Room for BOSH sessions', 'Room for WebSockets', 'Domains'];
        this.about = rows.map(() => el('dd', {}, NONE));
        return this.#card('This daemon', el('dl', { class: 'facts-list' },
            rows.map((title, index) => el('div', {}, el('dt', {}, title), this.about[index]))));
    }

    #levels() {
        this.levels = Object.entries(LEVELS).map(([level, words]) => {
            const input = el('input', { type: 'radio', name: 'level', value: level, id: `level-${level}`, disabled: true });
            input.addEventListener('change', () => this.#setLevel(level));
            return { level, input, label: el('label', { for: input.id }, el('b', {}, level), ` ${words}`) };
        });
        return this.#card('Log level',
            el('p', { class: 'soft' }, 'From now on, until it is set again, or boshcm starts anew.'),
            el('fieldset', { class: 'levels' }, el('legend', { class: 'unseen' }, 'Log level'),
               this.levels.map(({ input, label }) => el('span', { class: 'check-line' }, input, label))));
    }

    #reload() {
        this.reloadButton = button('Reload', () => this.#doReload(), { class: 'primary', disabled: true });
        this.reloadState = el('div', { class: 'reload-state', role: 'status' });
        return this.#card('Configuration',
            el('p', { class: 'soft' }, 'Reads cm.xml and certificates again. Nobody is cut off; if there is a problem, all stays as it was.'),
            this.reloadButton, this.reloadState);
    }

    #drain() {
        this.drainButton = button('Drain …', () => this.#doDrain(), { class: 'danger', disabled: true });
        this.cancelButton = button('Let clients in again', () => this.#cancelDrain(), { hidden: true });
        this.drainState = el('p', { role: 'status' });
        return this.#card('Drain',
            el('p', { class: 'soft' }, 'Refuses new clients, and ends the program when the last session has left, or at the deadline.'),
            el('div', { class: 'buttons' }, this.drainButton, this.cancelButton), this.drainState);
    }

    #onLook() {
        const { status, link, standing } = this.daemon;
        const isThere = status !== null && link === 'live';
        if (status) {
            const values = [status.version, `${status.started}`.replace('T', ' ').replace('Z', ' UTC'),
                            duration(status.uptime_s), count(status.workers), count(status.most?.bosh),
                            count(status.most?.websocket), (status.domains ?? []).join(', ')];
            values.forEach((value, index) => say(this.about[index], String(value)));
            for (const { level, input } of this.levels) input.checked = level === status.log_level;
            if (!this.reloading) this.#showReload(status.reload?.last);
        }
        for (const { input } of this.levels) input.disabled = !isThere;
        this.reloadButton.disabled = !isThere || this.reloading === true;
        this.drainButton.disabled = !isThere || standing === 'draining';
        this.cancelButton.hidden = !isThere || standing !== 'draining';
        const left = this.daemon.looks.latest?.samples.sum('boshcm_sessions');
        const seconds = status?.drain_left_s ?? null;
        say(this.drainState, standing !== 'draining' ? ''
            : `It is draining: ${plural(left ?? 0, 'session')} left` +
              (seconds === null ? '.' : `, and ${duration(seconds)} for them.`));
    }

    async #setLevel(level) {
        try {
            await api.logLevel(level);
            tell(`The log level is ${level} now.`);
        } catch (error) {
            tell(`The log level was not set: ${error.message}.`);
        }
        this.daemon.lookNow();
    }

    async #doReload() {
        this.reloading = true;
        this.reloadButton.disabled = true;
        this.reloadState.replaceChildren(el('p', {}, 'Reading …'));
        try {
            const result = await api.reload();
            this.shown = null; // also if it is the same again
            this.#showReload({ at: new Date(this.daemon.now).toISOString(), ...result });
        } catch (error) {
            this.reloadState.replaceChildren(el('p', { class: 'refused' }, `It was not reloaded: ${error.message}.`));
        }
        this.reloading = false;
        this.reloadButton.disabled = false;
    }

    #showReload(last) {
        const key = JSON.stringify([last?.ok, last?.problems, last?.restart_needed]);
        if (!last || key === this.shown) return;
        this.shown = key;
        const at = String(last.at).replace('T', ' ').slice(0, 19);
        const parts = [el('p', { class: last.ok ? 'done' : 'refused' },
            last.ok ? `Reloaded at ${at} UTC.` : `Refused at ${at} UTC: ${plural(last.problems.length, 'problem')}. All is as it was.`)];
        if (last.problems?.length > 0) {
            parts.push(el('ul', { class: 'problems' }, last.problems.map((problem) => this.#problem(problem))));
        }
        if (last.restart_needed?.length > 0) {
            parts.push(el('p', {}, 'Only a restart applies: ', el('b', {}, last.restart_needed.join(', ')), '.'));
        }
        this.reloadState.replaceChildren(...parts);
    }

    #problem({ file, line, place, found, expected, text }) {
        const where = [file, line ? `line ${line}` : null, place].filter(Boolean).join(', ');
        if (!found && !expected) return el('li', {}, el('b', {}, where), ` ${text ?? ''}`);
        return el('li', {}, el('b', {}, where), ' found ', el('code', {}, found ?? NONE), ', expected ',
                  el('code', {}, expected ?? NONE));
    }

    async #doDrain() {
        const field = el('input', { id: 'deadline', type: 'number', min: 1, step: 1, inputmode: 'numeric',
                                    placeholder: 'none: until the last has left' });
        const left = this.daemon.looks.latest?.samples.sum('boshcm_sessions') ?? 0;
        const answer = await confirmed({
            title: 'Drain this boshcm?',
            content: [el('p', {}, `New clients are refused from now on. ${plural(left, 'session')} may go on until the deadline, ` +
                                  'if there is one; then they are ended, and so is the program.'),
                      el('label', { for: 'deadline' }, 'Deadline in seconds'), field],
            yes: 'Drain', read: () => ({ seconds: field.value === '' ? null : Number(field.value) }),
        });
        if (!answer) return;
        try {
            await api.drain(answer.seconds);
            tell('It is draining.');
        } catch (error) {
            tell(`It is not draining: ${error.message}.`);
        }
        this.daemon.lookNow();
    }
    async #cancelDrain() {
        try {
            await api.cancelDrain();
            tell('Clients are let in again.');
        } catch (error) {
            tell(`It goes on draining: ${error.message}.`);
        }
        this.daemon.lookNow();
    }
}
