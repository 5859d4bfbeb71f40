// The console's page: starts its parts. Everything it shows it asks of the listener it came from.
import { Control } from './control.mjs';
import { Daemon } from './daemon.mjs';
import { watchHeader } from './header.mjs';
import { Overview } from './overview.mjs';
import { Router } from './router.mjs';
import { SessionsView } from './sessions.mjs';
import { offerThemes } from './theme.mjs';
import { TracesView } from './traces.mjs';

offerThemes(document.getElementById('theme'));
const daemon = new Daemon();
watchHeader(daemon);
const traces = new TracesView();
new Router(document.getElementById('view'), {
    '': new Overview(daemon),
    sessions: new SessionsView(daemon, { onTrace: (sid) => {
        location.hash = '#/traces';
        traces.begin({ of: sid });
    } }),
    traces,
    control: new Control(daemon),
}).start();
daemon.watch();
