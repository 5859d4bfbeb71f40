// Logbook — what the manager's log says, counted while it is written: sessions, how they ended, and
// what somebody should know about.

// `2026-11-28T18:40:01.123Z info session.ended sid=Ab3dE6gH domain=chat.example cause=terminated`
// A WebSocket has a session of its own kind from `websocket.opened` to `websocket.ended`; in between it
// says `session.created`, too, under the name that it has had from its opening.
const LINE = /^\S+Z (\w+) (\S+)(.*)$/;
const CAUSE = / cause=(\S+)/;
const OF_WEBSOCKET = / sid=ws-/;
const IN_USE = / in_use=(\d+)/;

const increment = (counts, key) => { counts[key] = (counts[key] ?? 0) + 1; };

export class Logbook {
    created = 0;
    ended = 0;
    causes = {};
    warnings = {}; // of level warning and above, by their event
    samples = {}; // the first line of each of them
    returns = 0; // of memory to the system
    inUse; // bytes of the heap, as the last of them has it

    get sessions() { return this.created - this.ended; }

    hear(line) {
        const [, level, event, fields] = LINE.exec(line) ?? [];
        if (event === 'websocket.opened' ||
            (event === 'session.created' && !OF_WEBSOCKET.test(fields))) ++this.created;
        if (event === 'session.ended' || event === 'websocket.ended') {
            ++this.ended;
            increment(this.causes, CAUSE.exec(fields)?.[1] ?? 'none');
        }
        if (event === 'memory.returned') {
            ++this.returns;
            this.inUse = Number(IN_USE.exec(fields)[1]);
        }
        // What is none of its lines is from a library or a sanitizer.
        const kind = event ?? 'no-event';
        if (event && !['warning', 'error', 'critical'].includes(level)) return;
        increment(this.warnings, kind);
        this.samples[kind] ??= line;
    }
}
