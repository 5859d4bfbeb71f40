// MockMetrics — the text of /metrics as a boshcm would have it that serves so many sessions at such
// rates; all of it follows from the time since the start, so that charts have something to show.
const BOUNDS = {
    hold: [0.005, 0.02, 0.1, 0.5, 1, 5, 15, 30, 60],
    turn: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
};

export class MockMetrics {
    started = Date.now() / 1000 - 86_400 * 3 - 7_421;
    clock = () => Date.now(); // a test's own, if it has one
    stanzas = 420; // a second, from clients
    requests = 510;
    logins = 4;
    connectFailures = 0; // a second
    serverErrors = 0;
    limitRefusals = 0;
    busy = 0.12;
    slowTurns = 0; // part of the turns that took 0.5 s
    descriptors = 2_300;
    buffered = 18 * 1_048_576;
    ends = { terminated: 2.2, inactivity: 0.4, 'client-closed': 1.1, 'client-lost': 0.2 };
    #sums = new Map();
    #last = null;

    restart() {
        this.started = this.clock() / 1000;
        this.#sums.clear();
        this.#last = null;
    }

    // sessions: { bosh, websocket, authenticating }.
    text({ sessions, ready, version }) {
        const now = this.clock() / 1000;
        const passed = this.#last === null ? 0 : now - this.#last;
        const first = this.#last === null;
        this.#last = now;
        const wave = 1 + 0.25 * Math.sin(now / 23) + 0.1 * Math.sin(now / 7);
        const grow = (key, rate) => {
            const sum = (this.#sums.get(key) ?? 0) + (first ? rate * 1000 : rate * wave * passed);
            this.#sums.set(key, sum);
            return sum;
        };
        const lines = [];
        const counter = (name, labels, rate) => lines.push(`${name}${labels} ${Math.round(grow(name + labels, rate))}`);
        const gauge = (name, labels, value) => lines.push(`${name}${labels} ${value}`);
        const histogram = (name, labels, bounds, rate, shares) => {
            let below = 0;
            [...bounds, Infinity].forEach((bound, index) => {
                below += grow(`${name}${labels}${bound}`, rate * (shares[index] ?? 0));
                const le = `le="${bound === Infinity ? '+Inf' : bound}"`;
                lines.push(`${name}_bucket{${labels}${labels && ','}${le}} ${Math.round(below)}`);
            });
            lines.push(`${name}_count${labels && `{${labels}}`} ${Math.round(below)}`);
        };
        gauge('boshcm_build_info', `{version="${version}"}`, 1);
        gauge('boshcm_ready', '', ready ? 1 : 0);
        gauge('boshcm_workers', '', 2);
        gauge('boshcm_http_connections', '', Math.round(sessions.bosh * 1.9));
        gauge('boshcm_memory_budget_bytes', '', 1_073_741_824);
        for (const transport of ['bosh', 'websocket']) {
            gauge('boshcm_sessions', `{transport="${transport}",state="logged-in",worker="0"}`, sessions[transport]);
        }
        gauge('boshcm_sessions', '{transport="bosh",state="authenticating",worker="0"}', sessions.authenticating);
        for (const [cause, rate] of Object.entries(this.ends)) {
            counter('boshcm_sessions_ended_total', `{transport="bosh",cause="${cause}"}`, rate);
        }
        counter('boshcm_sessions_created_total', '{transport="bosh"}', this.logins);
        counter('boshcm_logins_total', '{transport="bosh"}', this.logins * 0.97);
        for (const worker of [0, 1]) {
            const labels = `worker="${worker}"`;
            gauge('boshcm_buffered_bytes', `{${labels}}`, this.buffered / 2);
            histogram('boshcm_loop_turn_seconds', labels, BOUNDS.turn, 400,
                      [0.9, 0.08, 0.015, 0.005, 0, 0, 0, this.slowTurns]);
            lines.push(`boshcm_loop_turn_seconds_sum{${labels}} ` +
                       grow(`busy${worker}`, this.busy * (worker ? 0.8 : 1)));
        }
        histogram('boshcm_bosh_hold_seconds', '', BOUNDS.hold, this.requests,
                  [0.2, 0.15, 0.15, 0.1, 0.05, 0.1, 0.1, 0.1, 0.05]);
        counter('boshcm_http_requests_total', '{result="handled"}', this.requests);
        counter('boshcm_http_requests_total', '{result="refused"}', 0.4);
        counter('boshcm_http_answers_total', '{class="2xx"}', this.requests);
        counter('boshcm_http_answers_total', '{class="4xx"}', 0.4);
        counter('boshcm_http_answers_total', '{class="5xx"}', this.serverErrors);
        counter('boshcm_http2_floods_total', '', 0);
        counter('boshcm_xml_disagreements_total', '', 0);
        counter('boshcm_connections_shed_total', '', 0);
        for (const [from, part] of [['client', 1], ['server', 1.6]]) {
            for (const [kind, share] of [['message', 0.6], ['presence', 0.3], ['iq', 0.1]]) {
                const labels = `{from="${from}",kind="${kind}"}`;
                counter('boshcm_elements_total', labels, this.stanzas * part * share);
                counter('boshcm_element_bytes_total', labels, this.stanzas * part * share * 310);
            }
        }
        counter('boshcm_upstream_connects_total', '', this.connectFailures > 0 ? 0.2 : this.logins);
        for (const stage of ['look-up', 'connect', 'tls']) {
            counter('boshcm_upstream_connect_failures_total', `{stage="${stage}"}`,
                    this.connectFailures * { 'look-up': 0.05, connect: 0.9, tls: 0.05 }[stage]);
        }
        counter('boshcm_limit_refusals_total', '{scope="all",limit="creations"}', this.limitRefusals);
        counter('boshcm_limit_refusals_total', '{scope="address",limit="address-sessions"}', 0.3);
        counter('boshcm_read_pauses_total', '{reason="outbox"}', 0.2);
        counter('boshcm_read_pauses_total', '{reason="backlog"}', 0.5);
        lines.push(`process_cpu_seconds_total ${grow('cpu', this.busy * 1.9)}`);
        gauge('process_resident_memory_bytes', '', 61_341_696 + 5_000 * sessions.bosh);
        gauge('process_open_fds', '', this.descriptors);
        gauge('process_max_fds', '', 65_536);
        gauge('process_start_time_seconds', '', this.started);
        return `${lines.join('\n')}\n`;
    }
}
