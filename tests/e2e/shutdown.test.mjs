// SIGTERM: every session is told, every stream is closed, nothing is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startBoshcm } from '../support/boshcm.mjs';
import { BoshClient } from '../support/bosh_client.mjs';
import { HttpConnection } from '../support/http_connection.mjs';
import { ScriptedServer } from '../support/scripted_server.mjs';
import { startWorld } from '../support/world.mjs';

// Rows: B-230, H-050
test('every session ends with system-shutdown', async () => {
    const world = await startWorld({ crowd: 20 });
    const people = await Promise.all(Array.from({ length: 20 }, (_, number) =>
        world.rawLogin(`user${number}`, 'web')));
    const alice = await world.strophe('alice');
    world.front.terminate();
    for (const person of people) {
        const end = await person.ended;
        assert.equal(end.status, 200);
        assert.equal(end.type, 'terminate');
        assert.equal(end.condition, 'system-shutdown');
    }
    await alice.status('DISCONNECTED');
    await world.stop(); // asserts exit 0, no open handle and no sanitizer's report
});

// Rows: B-230, U-050
test('the server sees its streams closed in order', async () => {
    const server = await ScriptedServer.start(async (stream) => {
        await stream.login('scripted.example');
        await stream.close(); // </stream:stream>
        stream.write('</stream:stream>');
        stream.end();
    });
    const front = await startBoshcm({ domains: { 'scripted.example': server.port } });
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: 'scripted.example', user: 'alice', password: 'x' });
    const stream = await server.stream();
    front.terminate();
    assert.equal((await client.ended).condition, 'system-shutdown');
    await stream.closed;
    assert.match(stream.bytes, /<\/stream:stream>$/);
    await front.stop();
    await server.stop();
});

// Rows: B-230, H-050, U-050
test('it ends in time with a server and clients that do not answer', async () => {
    const server = await ScriptedServer.start(async (stream) => {
        await stream.login('scripted.example');
        stream.socket.pause(); // and never says a word again
    });
    const front = await startBoshcm({
        domains: { 'scripted.example': server.port }, shutdown: { grace: '1s' },
    });
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: 'scripted.example', user: 'alice', password: 'x' });
    const silent = await Promise.all(Array.from({ length: 5 }, () => HttpConnection.open(front.port)));
    silent[0].send('POST /http-bind HTTP/1.1\r\nHost: x\r\n');
    const start = Date.now();
    await front.stop();
    assert.ok(Date.now() - start < 12_000, `it took ${Date.now() - start} ms`);
    await server.stop({ lenient: true });
});

// Rows: H-050
test('signals that come while it ends do not change how it ends', async () => {
    const server = await ScriptedServer.start(async (stream) => {
        await stream.login('scripted.example');
        await stream.closed;
    });
    const front = await startBoshcm({ domains: { 'scripted.example': server.port } });
    const client = new BoshClient(front.boshUrl);
    await client.login({ domain: 'scripted.example', user: 'alice', password: 'x' });
    const hurry = setInterval(() => front.terminate(), 1);
    const end = await front.child.exited;
    clearInterval(hurry);
    assert.deepEqual({ code: end.code, signal: end.signal }, { code: 0, signal: null });
    await server.stop({ lenient: true });
});
