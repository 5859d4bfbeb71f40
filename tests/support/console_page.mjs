// ConsolePage — the console in a browser, and everything that the page did which it should not have:
// complaints of the console, violations of its policy, and whom it asked for anything.
import assert from 'node:assert/strict';

const PATIENCE = 90_000; // ms, for anything the page does: two cores may have much else to do

export class ConsolePage {
    requests = [];
    #complaints = [];
    #expected;

    // expected: what the browser's console may say all the same, such as that a test's server is gone.
    static async open(browser, origin, { hash = '', expected = [], ...options } = {}) {
        const self = new ConsolePage();
        self.origin = origin;
        self.#expected = expected;
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
        self.page = await context.newPage();
        self.page.setDefaultTimeout(PATIENCE);
        self.page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type())) self.#complaints.push(message.text());
        });
        self.page.on('pageerror', (error) => self.#complaints.push(String(error.stack ?? error)));
        self.page.on('request', (request) => self.requests.push(request.url()));
        await self.page.addInitScript(() => {
            globalThis.violations = [];
            document.addEventListener('securitypolicyviolation', (event) => {
                globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
            });
        });
        await self.page.goto(`${origin}/console/${hash}`);
        return self;
    }

    locator(selector, options) { return this.page.locator(selector, options); }

    // Waits until the first that fits says so; spaces of all kinds are one.
    says(selector, words) {
        return this.page.locator(selector, { hasText: words }).first().waitFor();
    }

    async text(selector) {
        return (await this.page.locator(selector).first().textContent()).replaceAll(/\s+/g, ' ').trim();
    }

    view(name) { return this.page.locator('nav a', { hasText: name }).click(); }

    async fits() {
        const over = await this.page.evaluate(() =>
            document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `the page is ${over} px wider than the screen`);
    }

    // It asked nobody else for anything, nothing went against its policy, and nothing failed.
    async close() {
        assert.deepEqual(await this.page.evaluate(() => globalThis.violations), []);
        assert.deepEqual(this.requests.filter((url) => !url.startsWith(`${this.origin}/`) &&
                                                       !url.startsWith('blob:')), []);
        assert.deepEqual(this.#complaints.filter((words) =>
            !this.#expected.some((pattern) => pattern.test(words))), []);
        await this.page.context().close();
    }
}

// The contrast of an element's text to what is behind it, as WCAG 2 has it, and the same of all that
// have text: { words, ratio, size }.
export function contrasts(page) {
    return page.evaluate(() => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
        const rgba = (colour) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = (colour) => {
            const [r, g, b] = colour.map((part) => part / 255)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element) => {
            for (let each = element; each; each = each.parentElement) {
                const colour = rgba(getComputedStyle(each).backgroundColor);
                if (colour[3] > 250) return colour;
            }
            return [255, 255, 255];
        };
        const found = [];
        for (const element of document.querySelectorAll('body *')) {
            const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
            if (!own || !element.checkVisibility({ visibilityProperty: true }) || element.closest(':disabled')) continue;
            if (element.closest('.unseen, .skip') || element.getClientRects().length === 0) continue;
            const style = getComputedStyle(element);
            const ink = element instanceof SVGElement ? style.fill : style.color;
            const [one, other] = [light(rgba(ink)), light(behind(element))].sort((a, b) => b - a);
            found.push({ words: element.textContent.trim().slice(0, 40), ratio: (one + 0.05) / (other + 0.05),
                         size: parseFloat(style.fontSize) });
        }
        return found;
    });
}

// Controls without a name that a screen reader could say.
export function nameless(page) {
    return page.evaluate(() => [...document.querySelectorAll('a, button, input, select, [role="img"], [tabindex="0"]')]
        .filter((element) => element.checkVisibility())
        .filter((element) => !(element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') ||
                               element.labels?.length > 0 || element.textContent.trim() !== ''))
        .map((element) => element.outerHTML.slice(0, 120)));
}
