// The time that is pointed at, in all charts at once: one line through all of them tells what
// happened together.
class Cursor extends EventTarget {
    at = null; // ms since 1970; null: nobody points at anything

    move(at) {
        if (this.at === at) return;
        this.at = at;
        this.dispatchEvent(new Event('move'));
    }
}

export const cursor = new Cursor();
