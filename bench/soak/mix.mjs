// Mix — who loads the manager. Pure: lists of values.
// A crowd: `scenario`, `transport`, `sessions` and further options of boshcm-load, `http2` and `resume` among
// them; `way`: straight to the manager, by TLS, or through a network that cuts; `server`: the steady one, or
// the one that is started anew now and then. `broken`: its connections are cut or its streams end, so that it
// may lose some of what it was about.

const WEB = ['bosh', 'websocket'];

const crowd = (values) => {
    const { scenario, transport, way = 'straight', server = 'steady', http2 = false } = values;
    const through = { straight: '', tls: ' by TLS', cuts: ' with cuts' }[way];
    const before = server === 'steady' ? '' : `, ${server} server`;
    return { way, server, broken: way === 'cuts' || server === 'restarted',
             name: `${scenario} ${transport}${through}${http2 ? ' in HTTP/2' : ''}${before}`, ...values };
};

// They stay as long as it lasts; `scale` multiplies clients and messages.
export function stayingCrowds(scale = 1) {
    const of = (count) => Math.max(2, Math.round(count * scale));
    return WEB.flatMap((transport) => [
        crowd({ scenario: 'rate', transport, sessions: of(50), rate: of(40) }),
        crowd({ scenario: 'idle', transport, sessions: of(50), wait: 20 }),
        crowd({ scenario: 'rate', transport, sessions: of(20), rate: of(15), way: 'tls' }),
        crowd({ scenario: 'rate', transport, sessions: of(10), rate: of(10), way: 'tls', http2: true }),
        crowd({ scenario: 'rate', transport, sessions: of(20), rate: of(15), way: 'cuts' }),
        crowd({ scenario: 'rate', transport, sessions: of(20), rate: of(10), server: 'restarted' }),
    ]);
}

// They come one after the other, and again and again. What they do is done as fast as it goes, so how
// much of it there is says how long it takes.
export function visitingCrowds(scale = 1) {
    const of = (count) => Math.max(2, Math.round(count * scale));
    const visits = [
        { scenario: 'churn', sessions: of(10), count: of(100) },
        { scenario: 'churn', sessions: of(10), count: of(50), way: 'tls' },
        { scenario: 'churn', sessions: of(10), count: of(50), way: 'tls', http2: true },
        { scenario: 'storm', sessions: of(50) },
        { scenario: 'storm', sessions: of(20), way: 'tls', resume: true },
        { scenario: 'echo', sessions: of(20), count: of(1000) },
        { scenario: 'fan-out', sessions: of(20), count: of(500) },
    ];
    return visits.flatMap((visit) => WEB.map((transport) => crowd({ transport, ...visit })));
}

// Each client has an account of its own: the number of its crowd's first one.
export function numbered(crowds) {
    let first = 0;
    return crowds.map((each) => {
        const one = { ...each, first };
        first += each.sessions;
        return one;
    });
}

export const accountsOf = (crowds) => crowds.reduce((sum, { sessions }) => sum + sessions, 0);
