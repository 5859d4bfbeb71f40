// ConversePage — Converse.js in Chromium, in a page that is served from another origin than
// boshcm's. What a user would click and type is clicked and typed, and what is read is what the page
// shows; only to open a conversation, and how its connection does, the site's plugin is asked.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBrowser } from './browser.mjs';
import { temporaryFolder } from './children.mjs';
import { servePages } from './page_server.mjs';

const local = (path) => new URL(path, import.meta.url).pathname;
const PATIENCE = 60_000; // ms, on a busy machine
// ms. By itself Playwright asks at each frame, and has frames drawn for that.
const POLLING = { polling: 50 };
const ARTEFACTS = process.env.E2E_ARTEFACTS ?? temporaryFolder('artefacts');

// `pin`: of the key that boshcm's certificate is for.
export async function startConverse(pin) {
    const folder = temporaryFolder('converse');
    symlinkSync(local('../node_modules/converse.js/dist'), join(folder, 'dist'));
    cpSync(local('converse_page.client.js'), join(folder, 'client.js'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>\n<meta charset="utf-8">\n' +
        '<title>Converse.js</title>\n<link rel="stylesheet" href="dist/converse.min.css">\n' +
        '<body class="converse-fullscreen">\n<script type="module" src="dist/converse.min.js"></script>\n' +
        '<script type="module" src="client.js"></script>\n');
    writeFileSync(join(folder, 'elsewhere.html'), '<!doctype html>\n<title>Elsewhere</title>\n');
    mkdirSync(ARTEFACTS, { recursive: true });
    const pages = await servePages(folder);
    const browser = await startBrowser({ trusted: [pin] });
    return {
        open: (service) => ConversePage.open(browser, pages.origin, service),
        async stop() {
            await browser.close();
            await pages.stop();
        },
    };
}

class ConversePage {
    #complaints = [];
    #read = []; // the ids of messages

    // As a new visitor, of whom the browser knows nothing.
    static async open(browser, origin, service) {
        const client = new ConversePage();
        client.service = service;
        client.address = `${origin}/?service=${encodeURIComponent(service)}`;
        client.elsewhere = `${origin}/elsewhere.html`;
        client.context = await browser.newContext({ viewport: { width: 1180, height: 820 },
                                                    reducedMotion: 'reduce' });
        client.context.setDefaultTimeout(PATIENCE);
        client.page = await client.context.newPage();
        client.page.on('pageerror', (error) => client.#complaints.push(String(error)));
        await client.page.goto(client.address);
        return client;
    }

    async login(jid, password) {
        await this.page.locator('#converse-login-jid').fill(jid);
        await this.page.locator('#converse-login-password').fill(password);
        await this.page.locator('#converse-login [type=submit]').click();
        await this.online();
        await this.#ask((who) => { sessionStorage.setItem('login', JSON.stringify(who)); },
                        { jid, password });
    }

    async online() {
        await this.page.waitForFunction(() => window.api?.connection.authenticated() &&
            document.querySelector('converse-controlbox, converse-user-profile'), null, POLLING);
        this.jid = await this.#ask(() => api.connection.get().jid);
    }

    async join(room, nick) {
        await this.#ask((jid, name) => { api.rooms.open(jid, { nick: name }, true); }, room, nick);
    }

    async say(to, text, type = 'chat') {
        const bare = to.split('/')[0];
        if (type === 'chat') {
            await this.#ask((jid) => { api.chats.open(jid, {}, true); }, bare);
        }
        const box = this.page.locator(`.chatbox[jid="${bare}"] textarea.chat-textarea`);
        await box.fill(text);
        await box.press('Enter');
    }

    // The next text that the page shows of this sender, and has not shown before.
    async textFrom(sender) {
        const found = await this.page.waitForFunction(([from, read]) => {
            const shown = document.querySelectorAll(`.chat-msg[data-from="${from}"]`);
            const next = [...shown].find((each) => !read.includes(each.dataset.msgid) &&
                each.querySelector('.chat-msg__text')?.innerText);
            return next && { id: next.dataset.msgid,
                             text: next.querySelector('.chat-msg__text').innerText };
        }, [sender, this.#read], POLLING);
        const { id, text } = await found.jsonValue();
        this.#read.push(id);
        return text;
    }

    // Goes on with the session that an earlier page had, and did not make a new one.
    isResumed() { return this.#ask(() => api.connection.get().hasResumed()); }

    // Waits until the page has nothing more to send, and was answered to all that it asked.
    async settled() {
        await this.page.waitForFunction(() => {
            const { _data: unsent, timedHandlers: unanswered } = api.connection.get();
            return unsent.length === 0 && unanswered.length === 0;
        }, null, POLLING);
    }

    // Calls it in the page. What it gives back crosses over, so it must be no more than text.
    #ask(question, ...values) {
        return this.page.evaluate(`(${question})(...${JSON.stringify(values)})`);
    }

    reload() { return this.page.reload(); }

    // Waits until the page has sent something to boshcm, but boshcm does not get it.
    async sendsInVain(send) {
        const sent = new Promise((resolve) => {
            this.page.route(this.service, resolve, { times: 1 });
        });
        await send();
        await sent;
    }

    goElsewhere() { return this.page.goto(this.elsewhere); }

    comeBack() { return this.page.goto(this.address); }

    screenshot(name) { return this.page.screenshot({ path: join(ARTEFACTS, `${name}.png`) }); }

    // It leaves as Converse.js has it, and the page is closed. One with faults fails here; those of
    // the logout itself are Converse.js's own, which then looks for a connection it has dropped.
    async leave() {
        assert.deepEqual(this.#complaints, []);
        await this.#ask(() => { api.user.logout(); });
        await this.page.locator('#converse-login-jid').waitFor();
        await this.context.close();
    }
}
