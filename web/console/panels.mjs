// What is charted. Each panel reads its values out of a Step of the last ten seconds, or, where it
// says what there was most of, out of all that the page remembers.
import { bytes, byteRate, cores, count, percent, rate, short, span } from './units.mjs';

const sessions = (step, labels) => step.gauge('boshcm_sessions', labels);
const answers = (step, name) => step.rate('boshcm_http_answers_total', { class: name });
const elements = (step, from) => step.rate('boshcm_elements_total', { from });
const elementBytes = (step, from) => step.rate('boshcm_element_bytes_total', { from });
const sum = (...keys) => (values) =>
    (keys.every((key) => values[key] === null) ? null : keys.reduce((all, key) => all + values[key], 0));

function busy(step) {
    const each = [...step.grownBy('boshcm_loop_turn_seconds_sum', 'worker').values()]
        .map((seconds) => seconds / step.seconds);
    if (each.length === 0) return { most: null, mean: null };
    return { most: Math.max(...each), mean: each.reduce((all, one) => all + one, 0) / each.length };
}

const BOTH_WAYS = [{ key: 'client', label: 'from clients', tone: 'one' },
                   { key: 'server', label: 'from servers', tone: 'two' }];

export const GROUPS = [
    ['Clients', [
        { title: 'Sessions', help: 'Sessions that go on, by transport, and those that have not logged in',
          format: count, short, stacked: true, least: 4, figure: sum('bosh', 'websocket', 'authenticating'),
          series: [{ key: 'bosh', label: 'BOSH', tone: 'one' },
                   { key: 'websocket', label: 'WebSocket', tone: 'two' },
                   { key: 'authenticating', label: 'login', tone: 'three' }],
          read: (step) => ({
              bosh: sessions(step, { transport: 'bosh', state: 'logged-in' }),
              websocket: sessions(step, { transport: 'websocket', state: 'logged-in' }),
              authenticating: sessions(step, { state: 'authenticating' }) }) },
        { title: 'Stanzas', help: 'Stanzas and other elements read from clients and from servers, a second',
          format: rate, short, least: 1, series: BOTH_WAYS, figure: sum('client', 'server'),
          read: (step) => ({ client: elements(step, 'client'), server: elements(step, 'server') }) },
        { title: 'HTTP requests', help: 'Answers to HTTP requests, a second, by the first digit of their ' +
              'status; refused: by the HTTP layer, for their framing, a limit or their path',
          format: rate, short, least: 1, figure: sum('good', 'fourth', 'fifth'),
          series: [{ key: 'good', label: '2xx', tone: 'one' }, { key: 'fourth', label: '4xx', tone: 'three' },
                   { key: 'fifth', label: '5xx', tone: 'bad' }, { key: 'refused', label: 'refused', tone: 'four' }],
          read: (step) => ({ good: answers(step, '2xx'), fourth: answers(step, '4xx'),
                             fifth: answers(step, '5xx'),
                             refused: step.rate('boshcm_http_requests_total', { result: 'refused' }) }) },
        { title: 'Hold time', help: 'How long BOSH requests were held before they were answered',
          format: span, least: 1, figure: ({ half }) => half,
          series: [{ key: 'half', label: 'half within', tone: 'one' },
                   { key: 'most', label: '95 of 100', tone: 'two' }],
          read: (step) => ({ half: step.quantile(0.5, 'boshcm_bosh_hold_seconds'),
                             most: step.quantile(0.95, 'boshcm_bosh_hold_seconds') }) },
    ]],
    ['Comings, goings and servers', [
        { title: 'Begun and ended', help: 'Sessions that began, logged in and ended, a second',
          format: rate, short, least: 1, figure: ({ created }) => created,
          series: [{ key: 'created', label: 'begun', tone: 'one' }, { key: 'logins', label: 'logins', tone: 'two' },
                   { key: 'ended', label: 'ended', tone: 'three' }],
          read: (step) => ({ created: step.rate('boshcm_sessions_created_total'),
                             logins: step.rate('boshcm_logins_total'),
                             ended: step.rate('boshcm_sessions_ended_total') }) },
        { title: 'Ends by cause', help: 'Sessions that ended in the last 5 minutes, in the words of the log',
          bars: true, format: count, none: 'No session has ended.',
          read: (step) => step.grownBy('boshcm_sessions_ended_total', 'cause') },
        { title: 'Connections to servers', help: 'Connections to XMPP servers that came about or failed, a second',
          format: rate, short, least: 1, figure: ({ connected }) => connected,
          series: [{ key: 'connected', label: 'connected', tone: 'one' }, { key: 'failed', label: 'failed', tone: 'bad' }],
          read: (step) => ({ connected: step.rate('boshcm_upstream_connects_total'),
                             failed: step.rate('boshcm_upstream_connect_failures_total') }) },
        { title: 'Failures by stage', help: 'Attempts to connect to a server that failed in the last 5 minutes, ' +
              'by how far they came',
          bars: true, format: count, none: 'No attempt to connect has failed.',
          read: (step) => step.grownBy('boshcm_upstream_connect_failures_total', 'stage') },
    ]],
    ['Workers and process', [
        { title: 'Loop lag', help: 'How long turns of the workers’ loops take: while one lasts, its other clients wait',
          format: span, least: 0.01, figure: ({ high }) => high,
          series: [{ key: 'half', label: 'half within', tone: 'one' }, { key: 'high', label: '99 of 100', tone: 'two' }],
          read: (step) => ({ half: step.quantile(0.5, 'boshcm_loop_turn_seconds'),
                             high: step.quantile(0.99, 'boshcm_loop_turn_seconds') }) },
        { title: 'Busy', help: 'The part of the time in which workers do not wait for something to do',
          format: percent, least: 0.1, most: 1, figure: ({ most }) => most,
          series: [{ key: 'most', label: 'busiest worker', tone: 'one' }, { key: 'mean', label: 'mean', tone: 'two' }],
          read: busy },
        { title: 'Processor', help: 'Processor time of the process; 1 is one core',
          format: cores, short, least: 0.1, series: [{ key: 'cpu', label: 'all threads', tone: 'one' }],
          read: (step) => ({ cpu: step.rate('process_cpu_seconds_total') }) },
        { title: 'Memory', help: 'Resident memory of the process, and what of it is requests, stanzas and answers',
          format: bytes, binary: true, least: 1_048_576,
          series: [{ key: 'resident', label: 'resident', tone: 'one' }, { key: 'buffered', label: 'buffered', tone: 'two' }],
          read: (step) => ({ resident: step.gauge('process_resident_memory_bytes'),
                             buffered: step.gauge('boshcm_buffered_bytes') }) },
    ]],
    ['Traffic and defences', [
        { title: 'Bytes of stanzas', help: 'Bytes of stanzas and other elements, a second',
          format: byteRate, short: bytes, binary: true, least: 1024, series: BOTH_WAYS, figure: sum('client', 'server'),
          read: (step) => ({ client: elementBytes(step, 'client'), server: elementBytes(step, 'server') }) },
        { title: 'Connections', help: 'Connections of web clients, and all file descriptors that are open',
          format: count, short, least: 10, figure: ({ http }) => http,
          series: [{ key: 'http', label: 'HTTP', tone: 'one' }, { key: 'descriptors', label: 'descriptors', tone: 'two' }],
          read: (step) => ({ http: step.gauge('boshcm_http_connections'),
                             descriptors: step.gauge('process_open_fds') }) },
        { title: 'Refused by limits', help: 'What was refused because of a limit in the last 5 minutes',
          bars: true, format: count, none: 'No limit was reached.',
          read: (step) => step.grownBy('boshcm_limit_refusals_total', 'limit') },
        { title: 'Reading paused', help: 'Times in the last 5 minutes that somebody was not read from for a while',
          bars: true, format: count, none: 'Everybody was read from.',
          read: (step) => step.grownBy('boshcm_read_pauses_total', 'reason') },
    ]],
];
