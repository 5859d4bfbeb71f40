// What stands above each view: how boshcm is, and, if it is not as it should be, a banner.
import { el, mark, say } from './dom.mjs';
import { clock as clockOf, duration, plural } from './units.mjs';

const STANDINGS = { ready: ['good', 'ready'], starting: ['warn', 'starting'], draining: ['warn', 'draining'] };

export function watchHeader(daemon) {
    const part = (id) => document.getElementById(id);
    const [standing, heard, version, banner] = ['standing', 'heard', 'version', 'banner'].map(part);
    const [link, clock] = [el('span'), el('span', { class: 'clock' })];
    heard.append(link, clock);

    function bannerWords() {
        if (daemon.link === 'gone') {
            const since = daemon.heardAt === null ? ''
                : ` It was last heard ${duration((Date.now() - daemon.heardAt) / 1000)} ago; what is shown is from then.`;
            return ['bad', `boshcm does not answer: ${daemon.fault}.${since} Asking again every 2 s.`];
        }
        if (daemon.standing === 'draining') {
            const left = daemon.looks.latest?.samples.sum('boshcm_sessions') ?? null;
            return ['warn', `boshcm is draining: new clients are refused, ${plural(left ?? 0, 'session')} left.`];
        }
        if (daemon.fault) return ['warn', `Sessions, traces and control are not to be had: ${daemon.fault}.`];
        return null;
    }

    function show() {
        const [level, words] = daemon.link === 'gone' ? ['bad', 'gone']
            : STANDINGS[daemon.standing] ?? ['unknown', 'asking …'];
        mark(standing, 'class', `badge ${level}`);
        say(standing, words);
        mark(heard, 'class', `heard ${daemon.link}`);
        say(link, daemon.link === 'live' ? 'live' : 'not live');
        say(clock, daemon.link === 'live' ? ` · ${clockOf(daemon.now)} UTC` : '');
        if (daemon.version) say(version, daemon.version);
        const wanted = bannerWords();
        banner.hidden = wanted === null;
        if (wanted) {
            mark(banner, 'class', `banner ${wanted[0]}`);
            say(banner, wanted[1]);
        }
    }
    daemon.addEventListener('look', show);
}
