// The token, if the listener wants one: asked for once, and kept as long as this tab is open, in
// sessionStorage and nowhere else.
const PLACE = 'boshcm-token';

export const token = {
    get value() { return sessionStorage.getItem(PLACE); },
    keep(value) { sessionStorage.setItem(PLACE, value); },
    forget() { sessionStorage.removeItem(PLACE); },
};

// Resolves when somebody has given one.
let asking = null;
export function askForToken() {
    asking ??= new Promise((resolve) => {
        const dialog = document.getElementById('token-dialog');
        const form = dialog.querySelector('form');
        const input = dialog.querySelector('input');
        dialog.querySelector('.refused').hidden = token.value === null;
        token.forget();
        const onSubmit = (event) => {
            event.preventDefault();
            if (input.value.trim() === '') return;
            token.keep(input.value.trim());
            input.value = '';
            form.removeEventListener('submit', onSubmit);
            dialog.close();
            asking = null;
            resolve();
        };
        form.addEventListener('submit', onSubmit);
        dialog.addEventListener('cancel', (event) => event.preventDefault());
        dialog.showModal();
    });
    return asking;
}
