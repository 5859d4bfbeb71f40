// The first screen: is it well, and if not, where? Then the charts.
import { Bars } from './bars.mjs';
import { Chart } from './chart.mjs';
import { el, mark, say } from './dom.mjs';
import { CHECK_NAMES, judge, verdict } from './judgement.mjs';
import { REACH_SECONDS } from './looks.mjs';
import { GROUPS } from './panels.mjs';
import { count, duration, plural } from './units.mjs';

const SMOOTH_SECONDS = 10; // of rates: a look at two seconds would tell more of chance than of clients
const WORDS = { good: 'good', warn: 'to be looked at', bad: 'bad', unknown: 'not known yet' };

export class Overview {
    #panels = [];

    constructor(daemon) {
        this.daemon = daemon;
        this.sentence = el('h1', { class: 'sentence', tabindex: -1, 'aria-live': 'polite' });
        this.summary = el('p', { class: 'summary' });
        this.verdict = el('section', { class: 'verdict', 'aria-label': 'Is it well?' },
            el('span', { class: 'light', 'aria-hidden': 'true' }), el('div', {}, this.sentence, this.summary));
        this.checks = new Map(CHECK_NAMES.map(({ id, title }) => [id, this.#check(title)]));
        this.element = el('div', { class: 'overview' }, this.verdict,
            el('ul', { class: 'checks', 'aria-label': 'Checks' },
               [...this.checks.values()].map(({ item }) => item)),
            GROUPS.map(([name, panels]) => el('section', { 'aria-label': name },
                el('h2', { class: 'group' }, name),
                el('div', { class: 'panels' }, panels.map((panel) => this.#panel(panel))))));
        daemon.addEventListener('look', () => this.#onLook());
        this.#judge();
    }

    title() { return 'Overview'; }

    #check(title) {
        const level = el('span', { class: 'unseen' });
        const [figure, detail] = [el('b', { class: 'figure' }), el('span', { class: 'detail' })];
        const item = el('li', { class: 'check unknown' },
            el('span', { class: 'light', 'aria-hidden': 'true' }),
            el('span', { class: 'what' }, title, ' ', level), figure, detail);
        return { item, level, figure, detail };
    }

    #panel(panel) {
        const view = panel.bars ? new Bars(panel) : new Chart(panel);
        this.#panels.push({ panel, view });
        return view.element;
    }

    #onLook() {
        this.#judge();
        if (this.daemon.link !== 'live') return;
        const { looks, news } = this.daemon;
        const whole = looks.step(REACH_SECONDS);
        const steps = news.map((each) => ({ at: each.at, step: looks.step(SMOOTH_SECONDS, each) }));
        for (const { panel, view } of this.#panels) {
            if (panel.bars) view.show(panel.read(whole));
            else view.add(steps.map(({ at, step }) => ({ at, values: panel.read(step) })));
        }
    }

    #judge() {
        const checks = judge(this.daemon);
        for (const { id, level, figure, detail } of checks) {
            const shown = this.checks.get(id);
            mark(shown.item, 'class', `check ${level}`);
            mark(shown.detail, 'title', detail);
            say(shown.level, `(${WORDS[level]})`);
            say(shown.figure, figure);
            say(shown.detail, detail);
        }
        const { level, words } = verdict(this.daemon, checks);
        mark(this.verdict, 'class', `verdict ${level}`);
        say(this.sentence, words);
        say(this.summary, this.#summary());
    }

    #summary() {
        const { daemon } = this;
        const latest = daemon.looks.latest?.samples;
        if (daemon.link === 'gone') {
            return daemon.heardAt === null ? `${daemon.fault}.`
                : `${daemon.fault}. It was last heard ${duration((Date.now() - daemon.heardAt) / 1000)} ago; ` +
                  'this page keeps asking.';
        }
        if (!latest) return 'No answer yet.';
        const workers = latest.sum('boshcm_workers');
        const uptime = daemon.now / 1000 - latest.sum('process_start_time_seconds');
        return [`${count(latest.sum('boshcm_sessions', { state: 'logged-in' }))} people online`,
                plural(workers, 'worker'), `up for ${duration(uptime)}`].join(' · ');
    }
}
