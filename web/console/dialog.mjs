// A question that has to be answered before something is done that cannot be undone.
import { button, el } from './dom.mjs';

// Resolves to false, or to what `read` makes of the fields: true without it. `content`: elements.
export function confirmed({ title, content = [], yes, danger = true, read = () => true }) {
    return new Promise((resolve) => {
        const heading = el('h2', { id: 'question' }, title);
        const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': 'question' });
        const form = el('form', { method: 'dialog' }, heading, content,
            el('div', { class: 'buttons' }, button('Cancel', () => dialog.close(), { autofocus: true }),
               el('button', { class: danger ? 'danger' : 'primary' }, yes)));
        let answer = false;
        form.addEventListener('submit', () => { answer = read(); });
        dialog.append(form);
        dialog.addEventListener('close', () => {
            dialog.remove();
            resolve(answer);
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
