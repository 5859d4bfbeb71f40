// Sessions as the admin API tells of them, made up: the same ones each time.
import { createHash } from 'node:crypto';

const NAMES = ['ada', 'bert', 'chloé', 'dmitri', 'elif', 'farid', 'grace', 'hyeon', 'ines', 'jonas', 'kwame', 'lin',
               'mara', 'nour', 'olu', 'pia', 'quentin', 'rosa', 'sami', 'tove'];

// Numbers without an order that could be seen, always the same.
function scattered(number, range) {
    return ((number * 2_654_435_761) >>> 7) % range;
}

export function madeSession(number) {
    const transport = number % 5 < 3 ? 'bosh' : 'websocket';
    const authenticated = number % 50 !== 49;
    const domain = number % 7 === 6 ? 'guest.example' : 'chat.example';
    const name = NAMES[scattered(number, NAMES.length)];
    const age = scattered(number + 3, 400_000) / (1 + (number % 9));
    return {
        sid: createHash('sha256').update(String(number)).digest('base64url').slice(0, 8),
        transport, worker: number % 2, domain,
        jid: authenticated ? `${name}${number}@${domain}/${transport === 'bosh' ? 'web' : 'app'}` : null,
        address: number % 11 === 0 ? `2001:db8::${number.toString(16)}` : `192.0.2.${1 + (number % 254)}`,
        secure: number % 4 !== 0, state: authenticated ? 'open' : 'negotiating', authenticated,
        age_s: Math.round(age * 10) / 10, idle_s: scattered(number + 9, 590) / 10,
        held: transport === 'bosh' ? 1 : null,
        queue: number % 40 === 7 ? { stanzas: 14 + (number % 20), bytes: 9_200 + number * 31 } : { stanzas: 0, bytes: 0 },
    };
}

// Of a session whose held requests are cut off by something between it and us.
const row = (ms, event, facts = {}, count = 1) => ({ ms, event, count, ...facts });
export const CUT_OFF = [
    row(-724_000, 'session.created'),
    row(-723_990, 'server.looked-up'),
    row(-723_960, 'server.connected-to'),
    row(-723_940, 'tls.begun'),
    row(-723_890, 'stream.opened'),
    row(-723_880, 'features.received'),
    row(-723_420, 'client.logged-in'),
    row(-723_400, 'stream.restarted'),
    row(-190_200, 'request.answered-empty', { after: '59.9s' }, 8),
    row(-130_100, 'request.lost', { after: '60.0s' }, 3),
    row(-130_000, 'request.replayed', { number: '1' }),
    row(-64_100, 'server.failed', { fault: 'timed-out' }),
];

export function details(session, mock) {
    return {
        ...session,
        settings: session.transport === 'bosh'
            ? { wait: 60, hold: 1, requests: 2, inactivity: 60, polling: 5, maxpause: 120, ver: '1.11',
                polling_session: false, keys: true }
            : { ping_interval: 30, compression: false },
        server: mock.server ?? { address: '203.0.113.5:5222',
                                 tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } },
        record: (mock.record ?? CUT_OFF).map((each) => ({ ...each, ms: each.ms - (mock.metrics.clock() - mock.begun) })),
        likely_cause: mock.cause === undefined
            ? 'Something between the client and boshcm cuts held requests off after 60 s: a proxy whose ' +
              'timeout is shorter than wait.' : mock.cause,
    };
}
