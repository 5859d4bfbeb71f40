// Ports that run out: from one address, one server can be reached as often as the system has ports;
// each further address in `source` gives as many again. Real systems have 28232 of them; this one has
// few.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { Answer } from '../support/bosh_client.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { inOwnNetwork, isInOwnNetwork, needsNetwork } from '../support/own_network.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { NS } from '../support/xml.mjs';

const PORTS = 20;
const SOURCES = ['127.0.0.21', '127.0.0.22', '127.0.0.23'];
const [ONE, SEVERAL] = ['one.example', 'several.example'];

async function fill(front, connection, domain, most) {
    const create = async () => new Answer(await connection.request({
        path: '/http-bind',
        body: `<body rid='1' to='${domain}' ver='1.11' wait='60' hold='1' xmlns='${NS.httpbind}'/>`,
    }));
    for (let count = 0; count < most; ++count) {
        const answer = await create();
        assert.ok(answer.attribute('sid'), `after ${count} sessions: ${answer}`);
    }
    const answer = await create();
    assert.equal(answer.condition, 'remote-connection-failed', String(answer));
    assert.equal(answer.payload('text', NS.ours).textContent, 'the server could not be reached');
    await front.child.line(new RegExp(`connect-failed .*domain=${domain} .*no free local port ` +
                                      'towards this server: it needs more source addresses'));
}

async function insideOfTheNetwork() {
    const servers = [await ScriptedServer.start((stream) => stream.open()),
                     await ScriptedServer.start((stream) => stream.open())];
    const list = (index, source) => ({ servers: [{ port: servers[index].port, tls: 'none', source }] });
    const front = await startBoshcm({
        domains: { [ONE]: list(0, SOURCES[0]), [SEVERAL]: list(1, SOURCES.join(' ')) },
        upstream: { burst: '1000' },
    });
    const connection = await HttpConnection.open(front.port); // all sessions come by it
    // Above the ports that are listened on: one that somebody has bound is left alone.
    writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', `61100 ${61100 + PORTS - 1}`);
    await fill(front, connection, ONE, PORTS);
    // Those toward another server are free.
    await fill(front, connection, SEVERAL, PORTS * SOURCES.length);
    await front.stop();
    for (const server of servers) await server.stop({ lenient: true });
}

if (isInOwnNetwork()) {
    await insideOfTheNetwork();
    process.exit();
}

// Rows: -
test('each address gives as many sessions as there are ports', needsNetwork,
     () => inOwnNetwork(import.meta.url));
