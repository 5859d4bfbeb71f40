// The console's page: starts its parts. Everything it shows it asks of the listener it came from.
import { Daemon } from './daemon.mjs';
import { watchHeader } from './header.mjs';
import { Overview } from './overview.mjs';
import { Router } from './router.mjs';
import { offerThemes } from './theme.mjs';

offerThemes(document.getElementById('theme'));
const daemon = new Daemon();
watchHeader(daemon);
new Router(document.getElementById('view'), {
    '': new Overview(daemon),
}).start();
daemon.watch();
