// XML as text, for those who only write it: no package is needed.
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
export function escape(text) {
    return text.replace(/[&<>"']/g, (char) => ESCAPES[char]);
}

// { to: 'a', id: undefined } -> " to='a'"
export function attributes(values) {
    return Object.entries(values).filter(([, value]) => value !== undefined)
        .map(([name, value]) => ` ${name}='${escape(String(value))}'`).join('');
}
