// Elements, made with their attributes and children. Text always becomes a text node: nothing that a
// peer has written, such as its JID, is ever read as markup.
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        if (name === 'on') {
            for (const [event, listener] of Object.entries(value)) {
                element.addEventListener(event, listener);
            }
        } else if (name === 'data') {
            Object.assign(element.dataset, value);
        } else {
            element.setAttribute(name, value === true ? '' : value);
        }
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

export const el = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

// Sets it only if it is another one, so that screen readers and selections are left alone.
export function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

export function mark(element, name, value) {
    if (element.getAttribute(name) === value) return;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
}

export function button(words, onClick, attributes = {}) {
    return el('button', { type: 'button', on: { click: onClick }, ...attributes }, words);
}

// For who does not see the page: words that no one else needs.
export const unseen = (words) => el('span', { class: 'unseen' }, words);
