// What a flight record's events (base/flight_event) are in a picture of three: who does it to whom, in plain words.
// [from, to, words, tone]: 'c' the client, 'b' boshcm, 's' the server; both the same: it happens
// there. tone: '', 'good', 'warn', or 'bad'. An event that is not known here is drawn at boshcm by
// its own name.
const EVENTS = {
    'session.created': ['c', 'b', 'asks for a session'],
    'request.answered-empty': ['b', 'c', 'answers a held request, empty'],
    'request.answered': ['b', 'c', 'answers a request, with stanzas'],
    'request.replayed': ['b', 'c', 'sends an answer once more'],
    'request.repeated': ['c', 'b', 'repeats a request that is held'],
    'request.parked': ['c', 'b', 'sends a request that waits for earlier ones'],
    'request.lost': ['c', 'b', 'a held request’s connection is lost', 'bad', true],
    'gap.given-up': ['b', 'b', 'earlier requests never came', 'bad'],
    'rid.exceeded-window': ['c', 'b', 'sends a rid beyond the window', 'bad'],
    'rid.fell-behind-window': ['c', 'b', 'sends a rid that is too old', 'bad'],
    'key.refused': ['c', 'b', 'sends a wrong key', 'bad'],
    'request.came-too-soon': ['c', 'b', 'asks again too soon', 'warn'],
    'request.refused': ['c', 'b', 'sends what is no request', 'bad'],
    'request.repeated-too-often': ['c', 'b', 'repeats a request too often', 'bad'],
    'pause.begun': ['c', 'b', 'asks for a pause'],
    'pause.refused': ['c', 'b', 'asks for too long a pause', 'bad'],
    'stream.not-found': ['c', 'b', 'names a stream that is not there', 'bad'],
    'address.changed': ['c', 'b', 'comes from another address', 'warn'],
    'server.sent-to': ['b', 's', 'passes stanzas on'],
    'client.sent-to': ['b', 'c', 'passes stanzas on'],
    'server.paused': ['b', 's', 'does not read: the client takes nothing', 'warn'],
    'server.resumed': ['b', 's', 'reads again'],
    'server.congested': ['b', 's', 'the server takes no more for now', 'warn'],
    'server.drained': ['b', 's', 'the server takes again'],
    'outbox.overflowed': ['b', 'b', 'too much waits for the client', 'bad'],
    'server.looked-up': ['b', 'b', 'looks up the server'],
    'server.connected-to': ['b', 's', 'connects'],
    'server.reached': ['b', 's', 'has a server', 'good'],
    'tls.begun': ['b', 's', 'begins TLS'],
    'stream.opened': ['s', 'b', 'opens its stream'],
    'features.received': ['s', 'b', 'tells its features'],
    'stream.restarted': ['b', 's', 'restarts the stream'],
    'client.logged-in': ['s', 'c', 'logged in', 'good'],
    'server.failed': ['b', 's', 'cannot connect', 'bad', true],
    'server.lost': ['s', 'b', 'the connection is lost', 'bad', true],
    'stream-error.received': ['s', 'b', 'ends the stream with an error', 'bad'],
    'server.closed': ['s', 'b', 'closes the stream', 'warn'],
    'websocket.opened': ['c', 'b', 'opens a WebSocket'],
    'ping.sent': ['b', 'c', 'pings'],
    'ping.answered': ['c', 'b', 'answers the ping'],
    'client.pinged': ['c', 'b', 'pings'],
    'close.received': ['c', 'b', 'closes the WebSocket'],
    'close.sent': ['b', 'c', 'closes the WebSocket'],
    'client.held-back': ['c', 'b', 'is over its limits and not read from', 'warn'],
    'client.released': ['c', 'b', 'is read from again'],
    'client.blocked': ['b', 'c', 'the client takes no more for now', 'warn'],
    'client.drained': ['b', 'c', 'the client takes again'],
    'message.refused': ['c', 'b', 'sends a message that is refused', 'bad'],
    'client.lost': ['c', 'b', 'the connection is lost', 'bad', true],
    'client.terminated': ['c', 'b', 'ends the session'],
    'client.fell-silent': ['c', 'c', 'is silent for too long', 'bad'],
    'ping.timed-out': ['c', 'c', 'answers no ping', 'bad'],
    'login.timed-out': ['c', 'c', 'does not log in in time', 'bad'],
    'open.timed-out': ['c', 'c', 'opens no stream in time', 'bad'],
    'close.timed-out': ['c', 'c', 'does not close in time', 'warn'],
    'creation.abandoned': ['c', 'c', 'did not wait for its session', 'bad'],
    'session.ended-by-admin': ['b', 'b', 'an administrator ends the session', 'warn'],
    'daemon.stopped': ['b', 'b', 'boshcm stops', 'warn'],
};

// isCut: the way ends in the middle.
export function pictured(event) {
    const [from, to, words, tone = '', isCut = false] = EVENTS[event] ?? ['b', 'b', event];
    return { from, to, words, tone, isCut };
}

const DIRECTIONS = { 'from-client': ['c', 'b'], 'to-client': ['b', 'c'],
                     'from-server': ['s', 'b'], 'to-server': ['b', 's'] };
export const wayOf = (direction) => {
    const [from, to] = DIRECTIONS[direction] ?? ['b', 'b'];
    return { from, to };
};
