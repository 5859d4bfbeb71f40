// What the page asks of boshcm. An answer that is none, or a refusal, is an ApiError with words that
// can be shown. A wrong or missing token is asked for, and the request made again.
import { askForToken, token } from './token.mjs';

const PATIENCE = 15_000; // ms; a listener that does not answer in it is as good as gone
const RELOAD_PATIENCE = 120_000; // certificates and look-ups of all domains

export class ApiError extends Error {
    // status 0: there was no answer at all.
    constructor(status, words, answer = null) {
        super(words);
        this.status = status;
        this.answer = answer;
    }
    get isGone() { return this.status === 0; }
}

async function send(path, { method = 'GET', body, patience = PATIENCE, signal } = {}) {
    const headers = {};
    if (token.value) headers.Authorization = `Bearer ${token.value}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const late = AbortSignal.timeout(patience);
    try {
        return await fetch(path, {
            method, headers, cache: 'no-store', redirect: 'error', credentials: 'omit',
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: signal ? AbortSignal.any([signal, late]) : late,
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new ApiError(0, late.aborted ? 'boshcm did not answer in time' : 'boshcm cannot be reached');
    }
}

async function answered(path, options) {
    for (;;) {
        const answer = await send(path, options);
        if (answer.status !== 401) return answer;
        await askForToken();
    }
}

export async function text(path, options) {
    const answer = await answered(path, options);
    const words = await answer.text();
    if (!answer.ok) throw new ApiError(answer.status, words.trim() || `status ${answer.status}`);
    return words;
}

export async function json(path, options) {
    const answer = await answered(path, options);
    const words = await answer.text();
    let value = null;
    try {
        value = words === '' ? null : JSON.parse(words);
    } catch { /* said below, in the words that came */ }
    if (!answer.ok) {
        const said = typeof value?.error === 'string' ? value.error : words.trim();
        throw new ApiError(answer.status, said || `status ${answer.status}`, value);
    }
    return value;
}

const query = (values) => new URLSearchParams(
    Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined));
const post = (path, body, more) => json(path, { method: 'POST', body, ...more });
const session = (sid) => `/api/sessions/${encodeURIComponent(sid)}`;
const trace = (id) => `/api/traces/${encodeURIComponent(id)}`;

export const api = {
    metrics: () => text('/metrics'),
    status: () => json('/api/status'),
    history: () => json('/api/history'),
    sessions: (wanted, signal) => json(`/api/sessions?${query(wanted)}`, { signal }),
    session: (sid, signal) => json(session(sid), { signal }),
    end: (sid) => json(session(sid), { method: 'DELETE' }),
    startTrace: (of) => post('/api/traces', of),
    // Waits on the other side for up to 20 s.
    traced: (id, after, signal) => json(`${trace(id)}?${query({ after })}`, { patience: 40_000, signal }),
    stopTrace: (id) => json(trace(id), { method: 'DELETE' }),
    drain: (seconds) => post('/api/drain', seconds === null ? {} : { deadline_s: seconds }),
    cancelDrain: () => json('/api/drain', { method: 'DELETE' }),
    reload: () => post('/api/reload', {}, { patience: RELOAD_PATIENCE }),
    logLevel: (level) => post('/api/log-level', { level }),
};
