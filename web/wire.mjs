// Wire: the <body/> elements that go back and forth, for the curious.
// A body is shown as it was sent, coloured by its tokens; each token becomes a text node.
const MOST_SHOWN = 300; // entries; older ones are dropped
const LONGEST_SHOWN = 3000; // characters of one body
const TAG = /(<\/?)([\w:.-]+)|([\w:.-]+)(=)("[^"]*"|'[^']*')|[^<\w]+|\w+|</g;

export class Wire {
    #log = document.getElementById('wire');
    #count = document.getElementById('wire-count');
    #showEmpty = document.getElementById('wire-empty');
    #pause = document.getElementById('wire-pause');
    #entries = 0;
    #bytes = 0;

    constructor() {
        document.getElementById('wire-clear').addEventListener('click', () => {
            this.#log.replaceChildren();
        });
        this.#showEmpty.addEventListener('change', () => {
            for (const item of this.#log.querySelectorAll('.empty')) {
                item.hidden = !this.#showEmpty.checked;
            }
        });
    }

    add(name, direction, body) {
        this.#entries += 1;
        this.#bytes += new TextEncoder().encode(body).length;
        this.#count.textContent = `${this.#entries} bodies, ${(this.#bytes / 1024).toFixed(1)} KiB`;
        if (this.#pause.checked) return;
        const atEnd = this.#log.scrollTop + this.#log.clientHeight > this.#log.scrollHeight - 40;
        this.#log.append(this.#entry(name, direction, body));
        while (this.#log.childElementCount > MOST_SHOWN) this.#log.firstElementChild.remove();
        if (atEnd) this.#log.scrollTop = this.#log.scrollHeight;
    }

    #entry(name, direction, body) {
        const item = document.createElement('li');
        if (!/>\s*</.test(body)) {
            item.className = 'empty';
            item.hidden = !this.#showEmpty.checked && !body.includes('type=');
        }
        const time = document.createElement('time');
        time.textContent = new Date().toISOString().slice(11, 23);
        const who = document.createElement('span');
        who.className = `from-${name.toLowerCase()}`;
        who.textContent = `${name} ${direction === 'sends' ? '→' : '←'}`;
        who.title = `${name} ${direction}`;
        const code = document.createElement('code');
        code.append(...coloured(body.slice(0, LONGEST_SHOWN)));
        if (body.length > LONGEST_SHOWN) {
            code.append(` … ${body.length - LONGEST_SHOWN} more characters`);
        }
        item.append(time, who, code);
        return item;
    }
}

function span(kind, text) {
    const element = document.createElement('span');
    element.className = kind;
    element.textContent = text;
    return element;
}

function* coloured(xml) {
    for (const [all, open, tag, name, equals, value] of xml.matchAll(TAG)) {
        if (tag) yield* [open, span('tag', tag)];
        else if (value) yield* [span('attribute', name), equals, span('value', value)];
        else yield all;
    }
}
