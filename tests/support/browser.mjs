// Browser — headless Chromium, Debian's own, driven by playwright-core.
import { chromium } from 'playwright-core';

// `trusted`: keys, by their pins, whose certificates are taken whoever signed them. Chromium has its
// own store of authorities, and no option that adds one to it. `names`: { 'name:port': 'host:port' } of
// those that are found beside loopback.
export function startBrowser({ trusted = [], names = {} } = {}) {
    const found = Object.entries(names).map(([from, to]) => `MAP ${from} ${to}, `).join('');
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        headless: true,
        // Root has no user namespaces for Chromium's sandbox; the pages are ours. The rest keeps it
        // from asking anyone on the network for anything, as it does for its makers' sake and pages
        // for the pictures in them.
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
               '--disable-background-networking', '--disable-component-update', '--disable-sync',
               '--disable-dev-shm-usage',
               `--host-resolver-rules=${found}MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
               ...(trusted.length ? [`--ignore-certificate-errors-spki-list=${trusted}`] : [])],
    });
}
