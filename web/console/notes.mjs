// Notes: what was done, told at the edge of the page for a while.
import { el } from './dom.mjs';

const STAYS = 8000; // ms

export function tell(words) {
    const note = el('p', { class: 'note' }, words);
    document.getElementById('notes').append(note);
    setTimeout(() => note.remove(), STAYS);
}
