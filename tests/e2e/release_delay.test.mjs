// How many HTTP requests a stanza and its answer take: strophe.js before a real server, with
// `release-delay` and without.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Arrivals } from '../support/children.mjs';
import { startBoshcm } from '../support/boshcm.mjs';
import { StropheClient } from '../support/strophe_client.mjs';
import { DOMAIN, startServer } from '../support/world.mjs';
import { NS } from '../support/xml.mjs';

const STANZAS = 20;

const server = await startServer();
after(() => server.stop());

// One stanza after the other, each when a request of the client is held, as it is with a person who
// writes now and then.
async function requestsFor(stanzas, delay) {
    const front = await startBoshcm({ domains: { [DOMAIN]: server.port },
                                      bosh: { 'release-delay': delay } });
    const client = await new StropheClient(front.boshUrl)
        .login(`alice@${DOMAIN}/${delay}`, server.accounts.alice);
    const sent = new Arrivals();
    client.connection.xmlOutput = (body) => sent.add(body);
    const open = () => client.connection._proto._requests.length;
    for (let number = 0; number < stanzas; ++number) {
        while (open() === 0) await sent.next('strophe.js to have a request held');
        const answer = await client.iq('get', `<query xmlns="${NS.roster}"/>`);
        assert.equal(answer.getAttribute('type'), 'result');
    }
    const requests = sent.all.length;
    await client.disconnect();
    StropheClient.resetAll();
    await front.stop();
    return requests;
}

// Rows: B-133, B-134
test('strophe.js needs fewer requests where the held one waits for the answer', async () => {
    const without = await requestsFor(STANZAS, '0ms');
    const waiting = await requestsFor(STANZAS, '50ms');
    assert.ok(waiting >= STANZAS, `${waiting} requests for ${STANZAS} stanzas`);
    assert.ok(waiting <= without - STANZAS / 2, `${waiting} requests, and ${without} without waiting`);
});
