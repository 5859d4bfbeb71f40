// Which view is shown: what stands behind the # of the address, so that a view can be kept as a
// bookmark, and the browser's way back leads back.
//
// A view: { element, title(), show?(rest), hide?() }.
export class Router {
    #views;
    #place;
    #current = null;

    // views: { '': view, sessions: view, ... } by the first part of the path.
    constructor(place, views) {
        this.#place = place;
        this.#views = views;
        addEventListener('hashchange', () => this.#go());
    }

    start() { this.#go({ first: true }); }

    #go({ first = false } = {}) {
        if (location.hash !== '' && !location.hash.startsWith('#/')) return; // a place in the page
        const [name, ...rest] = location.hash.slice(2).split('/').map(decodeURIComponent);
        const view = this.#views[name] ?? this.#views[''];
        const changes = view !== this.#current;
        if (changes) {
            this.#current?.hide?.();
            this.#place.replaceChildren(view.element);
            this.#current = view;
        }
        view.show?.(...rest);
        document.title = `${view.title()} – boshcm`;
        for (const link of document.querySelectorAll('nav a')) {
            const here = link.getAttribute('href') === `#/${name}`;
            if (here) link.setAttribute('aria-current', 'page');
            else link.removeAttribute('aria-current');
        }
        // Who uses the keyboard goes on reading where the new view begins.
        if (!first && changes) {
            this.#place.focus({ preventScroll: true });
            scrollTo(0, 0);
        }
    }
}
