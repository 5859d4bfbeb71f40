// Browser — headless Chromium, Debian's own, driven by playwright-core.
import { chromium } from 'playwright-core';

export function startBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        headless: true,
        // Root has no user namespaces for Chromium's sandbox; the pages are ours. The rest keeps it
        // from asking anyone on the network for anything.
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
               '--disable-background-networking', '--disable-component-update', '--disable-sync',
               '--disable-dev-shm-usage'],
    });
}
