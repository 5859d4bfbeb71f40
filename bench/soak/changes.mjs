// Changes — what the manager's file says otherwise, one time after the other that it is read again.
// Pure: a list. Each is `name`; `settings` as startBoshcm() takes them, made of those that it began
// with; and what new clients then see: the longest `wait` that they are granted, and whether the
// domain that comes and goes is there. Whoever loads the manager can go on with each of them.

const MANY = 1_000_000;

export const COMING = 'coming.example';
export const BEGINNING = { name: 'as it began', settings: (base) => base, wait: 60, coming: false };

// `comingPort`: of a server of the domain that comes and goes; `listenerPort`: one that is free.
export const changesOf = ({ comingPort, listenerPort }) => [
    { ...BEGINNING, name: 'limits',
      settings: (base) => ({
          ...base,
          http: { ...base.http, 'max-connections': MANY / 2, 'max-pipelined': 8 },
          limits: { ...base.limits, 'address-connections': MANY, 'address-sessions': MANY,
                    'address-creations': MANY, 'address-requests': MANY, 'address-misses': MANY,
                    'address-bytes': '1GiB', unauthenticated: MANY, creations: MANY } }) },
    { ...BEGINNING, name: 'longest wait', wait: 25,
      settings: (base) => ({ ...base, bosh: { ...base.bosh, wait: '25s', 'release-delay': '0ms' } }) },
    { ...BEGINNING, name: 'a domain more', coming: true,
      settings: (base) => ({ ...base, domains: { ...base.domains, [COMING]: comingPort } }) },
    { ...BEGINNING, name: 'log level',
      settings: (base) => ({ ...base, log: { level: 'debug' } }) },
    { ...BEGINNING, name: 'a listener more',
      settings: (base) => ({
          ...base, listeners: [...base.listeners, { address: '127.0.0.1', port: listenerPort }] }) },
    BEGINNING,
];
