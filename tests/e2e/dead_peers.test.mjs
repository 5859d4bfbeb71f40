// A server that vanishes without a word, as behind a cut cable: its sessions end in the time that
// the domain has for it, behind held requests too, and the client hears why.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { inOwnNetwork, isInOwnNetwork, needsNetwork, setLink } from '../support/own_network.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';

const [QUICK, PATIENT] = ['quick.example', 'patient.example'];

async function insideOfTheNetwork() {
    const server = await ScriptedServer.start((stream) => stream.open());
    const servers = [{ port: server.port, tls: 'none' }];
    const front = await startBoshcm({
        domains: { [QUICK]: { servers, 'peer-timeout': '5s' }, [PATIENT]: { servers } },
        upstream: { 'peer-timeout': '1h' },
    });
    const clients = {};
    const held = {};
    for (const domain of [QUICK, PATIENT]) {
        clients[domain] = new BoshClient(front.boshUrl);
        await clients[domain].create({ to: domain, wait: 60 });
        await clients[domain].features();
        held[domain] = clients[domain].send();
    }

    const begun = Date.now();
    setLink('down');
    await front.child.line(/session\.ended .*domain=quick\.example cause=upstream-lost/);
    const seconds = (Date.now() - begun) / 1000;
    // By itself TCP would go on for a quarter of an hour.
    assert.ok(seconds > 2 && seconds < 25, `it took ${seconds} s`);
    setLink('up');

    const answer = await held[QUICK];
    assert.equal(answer.condition, 'remote-connection-failed', String(answer));
    // The other has been as patient as it was told to be.
    clients[PATIENT].post('<presence/>');
    assert.equal((await server.streams.all[1].element()).localName, 'presence');
    await clients[PATIENT].terminate();
    await front.stop();
    await server.stop({ lenient: true });
}

if (isInOwnNetwork()) {
    await insideOfTheNetwork();
    process.exit();
}

// Rows: U-055, B-311
test('a server that has vanished is found in the time of its domain', needsNetwork,
     () => inOwnNetwork(import.meta.url));
