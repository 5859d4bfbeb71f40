// ReplayingClient — a BOSH client for bad networks: it keeps XEP-0124's rules of repetition by the
// letter, whatever becomes of its connections.
//
// A request is one text for its whole life. When its connection breaks it is repeated on a new one,
// word for word (§14.3); after R it is repeated too, and with it every unanswered one before it
// (§17.3). There are never more than `requests` of them (§11), and answers are taken in rid order,
// each once. What is given to post() goes along as soon as there is room, several in one body.
//
// It logs in as BoshClient does. What a server must never do is a failure that ends the client: a
// response that is none, silence beyond all `wait`, acknowledgements that cannot be.
import assert from 'node:assert/strict';

import { Answer, BoshClient } from './bosh_client.mjs';
import { within } from './children.mjs';
import { HttpConnection } from './http_connection.mjs';
import { KeySequence } from './key_sequence.mjs';
import { serialize } from './xml.mjs';

// More than ten repeats of one rid would be taken for a client gone wild (B-111).
const MOST_REPEATS = 10;
const REPEATS_BEFORE_REFUGE = 7;
const MOST_CREATIONS = 20;

// A request and what became of it so far.
class Request {
    repeats = 0;
    answer = null;
    connection = null; // of the latest attempt, once there is one

    // `sendings`: the calls of send() and post() that it carries out.
    constructor(rid, text, sendings) { Object.assign(this, { rid, text, sendings }); }

    get isEmpty() { return this.sendings.every(({ payload, extra }) => !payload && !extra); }
}

export class ReplayingClient extends BoshClient {
    opened = 0;     // connections
    sent = 0;       // requests
    repeats = 0;    // of these, not for the first time
    refuges = 0;    // of these past the bad network, because B-111 bounds them
    recoveries = 0; // R obeyed
    reports = 0;    // answers of which the server said that they must have been lost

    #waiting = []; // sendings that are in no request yet
    #unanswered = new Map(); // rid -> Request, in rid order, without a gap
    #terms = { requests: 1, hold: 0, interval: 0, acks: false }; // of the session
    #keys = null;
    #idle = []; // connections
    #shared = null; // the promise of the one connection of a client that pipelines
    #started = false;
    #polling = false;
    #latest = { wasEmpty: false, gotPayload: false, answered: 0 }; // request and its answer
    #pollTimer;
    #over = false;
    #ended;
    #end;

    // `refuge`: another way to the server, for a rid that chance has hit too often.
    // `most`: of requests at a time, if fewer than the server allows; `batch`: of stanzas in a body.
    // `pipelines`: all requests go over one connection. `keys`: the length of its key sequences.
    // `http`: version and header fields of its requests, as HttpConnection takes them.
    constructor(url, { refuge = url, most = Infinity, batch = 3, pipelines = false, keys = 0,
                       http = {} } = {}) {
        super(url);
        Object.assign(this, { most, batch, pipelines, http });
        this.refugePort = Number(new URL(refuge).port);
        if (keys > 0) this.#keys = new KeySequence(keys);
        this.#ended = new Promise((resolve, reject) => { this.#end = { resolve, reject }; });
        this.#ended.catch(() => {}); // whoever waits for it sees it
    }

    // A creation request whose answer is lost cannot be repeated: the client has no sid yet.
    async create(options) {
        for (let attempt = 1; ; ++attempt) {
            try {
                await super.create({ ...options, ...this.#keys?.first() });
                break;
            } catch (error) {
                if (!(error instanceof CreationLost) || attempt === MOST_CREATIONS) throw error;
            }
        }
        const number = (name) => Number(this.creation.attribute(name) ?? 0);
        this.#terms = { requests: number('requests'), interval: number('polling') * 1000,
                        hold: number('wait') === 0 ? 0 : number('hold'),
                        acks: this.creation.attribute('ack') !== undefined };
        return this.creation;
    }

    send(payload = '', { extra } = {}) {
        return new Promise((resolve, reject) => {
            this.#waiting.push({ payload, extra, resolve, reject });
            this.#pump();
        });
    }

    post(payload) { this.send(payload).catch(() => {}); } // `stanzas` and `ended` tell of its end

    poll() {
        this.#started = this.#polling = true;
        this.#pump();
    }

    get ended() { return within(60, 'the end of the session', this.#ended); }

    // Resolves with the last answer, whichever request it came on.
    terminate(payload) {
        this.#polling = false;
        super.terminate(payload).catch(() => {});
        return this.ended;
    }

    // ------------------------------------------------------------------------ requests

    get #room() { return Math.min(this.#terms.requests, this.most) - this.#unanswered.size; }

    #pump() {
        while (!this.#over && this.#room > 0) {
            const [next] = this.#waiting;
            if (!next && !this.#wantsPoll) return;
            if (!next?.payload && !next?.extra && !this.#mayBeEmpty()) return;
            const sendings = this.#takeSendings();
            const payload = sendings.map((each) => each.payload).join('');
            const rid = ++this.rid;
            const text = this.wrap(rid, { payload, extra: { ...this.#key(), ...this.#ack(),
                                                            ...sendings[0]?.extra } });
            const request = new Request(rid, text, sendings);
            this.#unanswered.set(rid, request);
            this.#transmit(request);
        }
    }

    // As many requests as the server holds, and one at a time where it holds none.
    get #wantsPoll() {
        return this.#polling && this.#unanswered.size < Math.max(this.#terms.hold, 1);
    }

    // Two empty requests soon after each other are too many in a polling session, unless the first
    // was worth it (§12).
    #mayBeEmpty() {
        const { wasEmpty, gotPayload, answered } = this.#latest;
        if (this.#terms.hold > 0 || !wasEmpty || gotPayload) return true;
        const due = answered + this.#terms.interval - Date.now();
        if (due <= 0) return true;
        clearTimeout(this.#pollTimer);
        this.#pollTimer = setTimeout(() => this.#pump(), due);
        return false;
    }

    // Plain stanzas may share a body; what has attributes of its own may not.
    #takeSendings() {
        const count = this.#waiting.slice(0, this.batch).findIndex(({ extra }) => extra);
        return this.#waiting.splice(0, count < 0 ? this.batch : Math.max(count, 1));
    }

    #key() { return this.sid && this.#keys?.next(); }

    // §9.2: the highest rid up to which every answer is here; unsaid if no answer is missing.
    #ack() {
        const [missing] = this.#unanswered.keys();
        return this.#terms.acks && missing ? { ack: missing - 1 } : {};
    }

    async #transmit(request) {
        const opening = this.#connect(request);
        let connection, response;
        request.connection = null;
        this.sent += 1;
        try {
            connection = request.connection = await opening;
            response = await connection.request({ path: this.path, body: request.text,
                                                  ...this.http });
        } catch (error) {
            if (this.#shared === opening) this.#shared = null;
            if (connection && !connection.broken) this.#fail(error);
            else if (!this.#over) this.#repeat(request);
            return;
        }
        request.connection = null;
        if (!this.pipelines && response.fields.get('connection') !== 'close') {
            this.#idle.push(connection);
        }
        try {
            this.#arrived(request, new Answer(response));
        } catch (error) {
            this.#fail(error);
        }
    }

    #repeat(request) {
        if (!this.sid) {
            this.#unanswered.clear();
            for (const sending of request.sendings) sending.reject(new CreationLost());
            return;
        }
        request.repeats += 1;
        this.repeats += 1;
        if (request.repeats > MOST_REPEATS) {
            this.#fail(new Error(`rid ${request.rid} was lost ${request.repeats} times`));
        } else {
            this.#transmit(request);
        }
    }

    // A repeat has a new connection, and so has a request when all others are in use.
    #connect({ repeats }) {
        if (this.pipelines) return this.#shared ??= this.#open(repeats);
        while (repeats === 0 && this.#idle.length > 0) {
            const idle = this.#idle.pop();
            if (idle.socket.writable) return Promise.resolve(idle);
        }
        return this.#open(repeats);
    }

    #open(repeats) {
        const refuge = repeats > REPEATS_BEFORE_REFUGE;
        if (refuge) this.refuges += 1;
        this.opened += 1;
        return HttpConnection.open(refuge ? this.refugePort : this.port);
    }

    // ------------------------------------------------------------------------ answers

    #arrived(request, answer) {
        if (this.#over) return;
        if (answer.status !== 200) {
            this.#finish(answer);
            return;
        }
        this.#checkAck(request, answer);
        if (answer.type === 'error') {
            this.#recover(request);
            return;
        }
        this.#hearReport(Number(answer.attribute('report')));
        request.answer = answer;
        for (const [rid, next] of this.#unanswered) {
            if (!next.answer || this.#over) break;
            this.#unanswered.delete(rid);
            this.#take(next);
        }
        this.#pump();
    }

    #take({ answer, isEmpty, sendings }) {
        this.#latest = { wasEmpty: isEmpty, gotPayload: answer.payloads.length > 0,
                         answered: Date.now() };
        for (const payload of this.#started ? answer.payloads : []) {
            this.stanzas.add(Object.assign(payload, { toString: () => serialize(payload) }));
        }
        for (const sending of sendings) sending.resolve(answer);
        if (answer.type === 'terminate') this.#finish(answer);
    }

    // R: this request again, and those before it that have no answer.
    #recover(request) {
        this.recoveries += 1;
        for (const earlier of this.#unanswered.values()) {
            if (earlier === request) break;
            this.#abandon(earlier);
        }
        this.#repeat(request);
    }

    // `report`: an answer was sent so long ago that it must be lost (§9.2).
    #hearReport(rid) {
        const missed = this.#unanswered.get(rid);
        if (!missed) return;
        this.reports += 1;
        this.#abandon(missed);
    }

    // Its connection is as good as broken, and then it is repeated.
    #abandon(request) {
        if (!request.answer) request.connection?.reset();
    }

    // B-160, B-161, B-163; the creation response says whether there are any. R says where the gap is
    // that the request was above.
    #checkAck({ rid }, answer) {
        const ack = answer.attribute('ack');
        if (ack === undefined || !this.sid) return;
        assert.ok(this.#terms.acks, `nobody asked for acknowledgements: ${answer}`);
        const fits = answer.type === 'error' ? Number(ack) !== rid : Number(ack) > rid;
        assert.ok(fits && Number(ack) <= this.rid, `rid ${rid}: ${answer}`);
    }

    // ------------------------------------------------------------------------ the end

    #finish(answer) {
        this.#conclude(`the session ended: ${answer}`);
        this.#end.resolve(answer);
    }

    #fail(error) {
        if (this.#over) return;
        this.#conclude(error.message);
        this.#end.reject(error);
    }

    #conclude(why) {
        this.#over = true;
        this.#polling = false;
        clearTimeout(this.#pollTimer);
        this.stanzas.end(why);
        const open = [...this.#unanswered.values()].flatMap((request) => request.sendings);
        for (const sending of [...open, ...this.#waiting]) sending.reject(new Error(why));
        for (const { connection } of this.#unanswered.values()) connection?.close();
        for (const connection of this.#idle) connection.close();
        this.#shared?.then((connection) => connection.close(), () => {});
    }
}

class CreationLost extends Error {}
