// StrophePage — strophe.js where it is at home: a page in a real browser, served from another origin
// than boshcm's. Every release line that is still about can be loaded.
// The page may go and come again; what it said before and says after arrives in the same place.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Arrivals, temporaryFolder } from './children.mjs';
import { startBrowser } from './browser.mjs';
import { servePages } from './page_server.mjs';
import { parse } from './xml.mjs';

const npm = (path) => new URL(`../node_modules/${path}`, import.meta.url).pathname;
const LIBRARIES = {
    '1.2': '/usr/share/javascript/strophe/strophe.js', // Debian's
    '1.6': npm('strophe.js-1.6/dist/strophe.umd.js'),
    '3.0': npm('strophe.js-3/dist/strophe.umd.js'),
    '5.0': npm('strophe.js/dist/strophe.umd.cjs'),
};
export const RELEASES = Object.keys(LIBRARIES);

// A folder of them, for whoever serves it.
export function makePages() {
    const folder = temporaryFolder('strophe');
    cpSync(new URL('strophe_page.client.js', import.meta.url).pathname, join(folder, 'client.js'));
    for (const [release, file] of Object.entries(LIBRARIES)) {
        cpSync(file, join(folder, `strophe-${release}.js`));
        writeFileSync(join(folder, `${release}.html`), '<!doctype html>\n<meta charset="utf-8">\n' +
            `<title>strophe.js ${release}</title>\n<script src="strophe-${release}.js"></script>\n` +
            '<script src="client.js"></script>\n');
    }
    return folder;
}

// The browser, as startBrowser() takes it, and who serves it pages: `origin`, or one of our own.
export async function startPages({ origin, ...options } = {}) {
    const server = origin ? undefined : await servePages(makePages());
    const browser = await startBrowser(options);
    return {
        open: (release, url) =>
            StrophePage.open(browser, `${origin ?? server.origin}/${release}.html`, url),
        async stop() {
            await browser.close();
            await server?.stop();
        },
    };
}

class StrophePage {
    statuses = new Arrivals();
    stanzas = new Arrivals();
    #complaints = [];

    static async open(browser, address, url) {
        const client = new StrophePage();
        client.url = url;
        client.page = await browser.newPage();
        client.page.on('pageerror', (error) => client.#complaints.push(String(error)));
        await client.page.exposeFunction('tell', (what, text) => {
            if (what === 'status') client.statuses.add(text);
            else client.stanzas.add(Object.assign(parse(text), { toString: () => text }));
        });
        await client.page.goto(address);
        return client;
    }

    async login(jid, password) {
        await this.page.evaluate(([url, ...who]) => session.connect(url, ...who),
                                 [this.url, jid, password]);
        await this.#online('CONNECTED');
        await this.post("<presence xmlns='jabber:client'/>");
        // Its echo is the last that the server says by itself: one that came while a page leaves would
        // have that page send a poll which never arrives, and the next page's would wait for it (D-29).
        await this.stanzas.next('its own presence', (each) => each.localName === 'presence' &&
            each.getAttribute('from') === this.jid);
    }

    async restore(jid) {
        await this.page.evaluate(([url, who]) => session.restore(url, who), [this.url, jid]);
        await this.#online('ATTACHED');
    }

    // `made`: jid, sid and the next rid of a session made elsewhere.
    async attach(made) {
        await this.page.evaluate(([url, what]) => session.attach(url, what), [this.url, made]);
        await this.#online('ATTACHED');
    }

    async #online(status) {
        await this.status(status);
        this.jid = await this.page.evaluate(() => session.connection.jid);
    }

    status(name) {
        return this.statuses.next(`strophe.js to be ${name}`, (each) => each === name);
    }

    post(xml) { return this.page.evaluate((text) => session.send(text), xml); }

    message(what, fits = () => true, seconds) {
        return this.stanzas.next(what, (each) => each.localName === 'message' && fits(each), seconds);
    }

    // It leaves as the library has it, and the page is closed. A page with faults fails here.
    async terminate() {
        await this.page.evaluate(() => session.connection.disconnect('done'));
        await this.status('DISCONNECTED');
        await this.page.close();
        assert.deepEqual(this.#complaints, []);
    }
}
