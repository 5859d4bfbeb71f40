// What alice writes over BOSH reaches bob over native TCP as it was meant, and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, worldOfThisFile } from '../support/world.mjs';
import { NS, child, descend, escape, serialize } from '../support/xml.mjs';

const world = await worldOfThisFile();
const alice = await world.strophe('alice');
const bob = await world.peer('bob');
const raw = await world.rawLogin('alice', 'raw');

const chat = (to, body) =>
    `<message xmlns='jabber:client' type='chat' to='${to}'><body>${escape(body)}</body></message>`;
const bodyOf = (message) => child(message, 'body').textContent;

const TEXTS = {
    'Korean': '안녕하세요, 앨리스입니다. 오늘 저녁에 만날까요?',
    'emoji, beyond the basic plane and joined': 'ok 👍🏽 👩‍👩‍👧‍👦 🇰🇷 \u{1F9D1}\u200D\u{1F4BB}',
    'markup characters': `<b>"R&D"</b> 'x' ]]> &amp; &#60;`,
    'right-to-left and combining characters': 'שלום עולם e\u0301 ﷽ \u202Eabc\u202C',
    'lines and tabs': 'one\n\ttwo\n\nfour',
};

for (const [what, text] of Object.entries(TEXTS)) {
    // Rows: B-008, B-018, B-028, U-015
    test(`${what} from strophe.js to libstrophe and back`, async () => {
        alice.send(chat(bob.jid, text));
        const there = await bob.message('what alice wrote');
        assert.equal(bodyOf(there), text);
        assert.equal(there.getAttribute('from'), alice.jid);
        bob.send(chat(alice.jid, `${text} / ${text}`));
        const back = await alice.message('what bob answered');
        assert.equal(bodyOf(back), `${text} / ${text}`);
        assert.equal(back.getAttribute('from'), bob.jid);
    });
}

// Rows: B-006, B-008
test('CDATA and character references mean what they say', async () => {
    raw.post(`<message xmlns='jabber:client' to='${bob.jid}'>` +
        '<body><![CDATA[<body> & </body>]]> &#xD55C;&#44544; &#x1F600;</body></message>');
    assert.equal(bodyOf(await bob.message('the CDATA')), '<body> & </body> 한글 😀');
    bob.send(`<message to='${raw.jid}'><body><![CDATA[a < b && c > d]]></body></message>`);
    assert.equal(bodyOf(await raw.message('the CDATA back')), 'a < b && c > d');
});

// Rows: U-083, B-138, B-139
test('100 kB in one stanza, both ways', async () => {
    const long = '가나다라마바사아'.repeat(4267); // 102,408 bytes
    alice.send(chat(bob.jid, long));
    assert.equal(bodyOf(await bob.message('the long text')), long);
    bob.send(chat(alice.jid, long));
    assert.equal(bodyOf(await alice.message('the long text back')), long);
});

// Rows: B-027, B-030
test('a prefix declared on <body/> goes along with the payload that uses it', async () => {
    raw.post(`<message xmlns='jabber:client' to='${bob.jid}'><body>plain</body>` +
        "<h:html><w:body><w:p style='color:red'>formatted</w:p></w:body></h:html></message>",
        { extra: { 'xmlns:h': NS.xhtmlIm, 'xmlns:w': NS.xhtml, 'xmlns:unused': 'urn:unused' } });
    const there = await bob.message('the formatted text');
    const paragraph = descend(there, 'html', 'body', 'p');
    assert.equal(paragraph.namespaceURI, NS.xhtml);
    assert.equal(paragraph.parentNode.parentNode.namespaceURI, NS.xhtmlIm);
    assert.equal(paragraph.getAttribute('style'), 'color:red');
    assert.equal(paragraph.textContent, 'formatted');
});

// Rows: B-008, B-030, U-017
test('prefixed payloads pass in both directions', async () => {
    const payload = "<x:note xmlns:x='urn:example:note' x:kind='a'><x:line/><y xmlns='urn:y'/></x:note>";
    raw.post(`<message xmlns='jabber:client' to='${bob.jid}'>${payload}</message>`);
    const there = child(await bob.message('the note'), 'note', 'urn:example:note');
    assert.ok(child(there, 'line', 'urn:example:note') && child(there, 'y', 'urn:y'));
    bob.send(`<message to='${raw.jid}'>${payload}</message>`);
    const back = child(await raw.message('the note back'), 'note', 'urn:example:note');
    assert.equal(back.getAttributeNS('urn:example:note', 'kind'), 'a');
    assert.ok(child(back, 'line', 'urn:example:note') && child(back, 'y', 'urn:y'));
});

// Rows: B-028
test('stanzas without a namespace are taken for jabber:client, at any depth', async () => {
    raw.post(`<message to='${bob.jid}'><body>no namespace</body></message>`);
    assert.equal(bodyOf(await bob.message('the bare message')), 'no namespace');
});

// Rows: B-028
test('without any default namespace they are taken for jabber:client too', async () => {
    const rid = ++raw.rid;
    raw.post('', { rid, body: `<b:body xmlns:b='${NS.httpbind}' rid='${rid}' ` +
        `sid='${raw.sid}'><message to='${bob.jid}'><body>prefixed wrapper</body></message></b:body>` });
    assert.equal(bodyOf(await bob.message('the bare message')), 'prefixed wrapper');
});

// Rows: B-029, X-044
test('every stanza to the client says that it is jabber:client', async () => {
    bob.send(`<message to='${raw.jid}' xml:lang='ko'><body>말</body></message>`);
    const message = await raw.message('what bob wrote');
    assert.equal(message.namespaceURI, NS.client);
    assert.equal(message.prefix || null, null);
    assert.equal(message.getAttribute('xml:lang'), 'ko');
});

// Rows: B-008, U-013
test('many stanzas in one body arrive in their order', async () => {
    const many = Array.from({ length: 40 }, (_, number) => chat(bob.jid, `in order ${number}`));
    raw.post(many.join('\n '));
    for (let number = 0; number < 40; ++number) {
        assert.equal(bodyOf(await bob.message(`message ${number}`)), `in order ${number}`);
    }
});

// Rows: B-134, U-013
test('a burst to the client arrives in its order', async () => {
    for (let number = 0; number < 60; ++number) bob.send(chat(raw.jid, `burst ${number}`));
    for (let number = 0; number < 60; ++number) {
        assert.equal(bodyOf(await raw.message(`message ${number}`)), `burst ${number}`);
    }
});

// Rows: X-022
test('presence is broadcast to one\'s own other resources', async () => {
    raw.post("<presence xmlns='jabber:client'><show>away</show><status>점심</status></presence>");
    const seen = await alice.stanza('the presence', (each) => each.localName === 'presence' &&
        each.getAttribute('from') === raw.jid && child(each, 'status')?.textContent === '점심');
    assert.equal(child(seen, 'show').textContent, 'away');
});

// Rows: X-022
test('presence directed to a stranger arrives', async () => {
    alice.send(`<presence xmlns='jabber:client' to='${bob.jid}'><status>here</status></presence>`);
    const seen = await bob.stanza('the presence', (each) => each.localName === 'presence' &&
        each.getAttribute('from') === alice.jid);
    assert.equal(child(seen, 'status').textContent, 'here');
});

// Rows: X-022, U-015
test('disco#info is answered by the server', async () => {
    const answer = await alice.iq('get', `<query xmlns='${NS.disco}'/>`, DOMAIN);
    assert.equal(answer.getAttribute('type'), 'result');
    assert.equal(descend(answer, 'query', 'identity').getAttribute('category'), 'server');
});

// Rows: X-022
test('the roster takes an item and gives it back', async () => {
    const set = await alice.iq('set', `<query xmlns='${NS.roster}'>` +
        `<item jid='bob@${DOMAIN}' name='밥'><group>친구</group></item></query>`);
    assert.equal(set.getAttribute('type'), 'result');
    const got = await alice.iq('get', `<query xmlns='${NS.roster}'/>`);
    const item = descend(got, 'query', 'item');
    assert.equal(item.getAttribute('name'), '밥');
    assert.equal(child(item, 'group').textContent, '친구');
});

// Rows: X-022
test('a vCard is stored and read by the other', async () => {
    const set = await alice.iq('set', `<vCard xmlns='${NS.vcard}'><FN>앨리스 리델</FN>` +
        '<NICKNAME>앨리스 &amp; co</NICKNAME></vCard>');
    assert.equal(set.getAttribute('type'), 'result', serialize(set));
    bob.send(`<iq type='get' id='v1' to='alice@${DOMAIN}'><vCard xmlns='${NS.vcard}'/></iq>`);
    const card = await bob.stanza('the vCard', (each) => each.getAttribute('id') === 'v1');
    assert.equal(descend(card, 'vCard', 'FN').textContent, '앨리스 리델');
    assert.equal(descend(card, 'vCard', 'NICKNAME').textContent, '앨리스 & co');
});

// Rows: B-317
test('a stanza error is a payload and the session goes on', async () => {
    const answer = await alice.iq('get', "<query xmlns='urn:example:unknown'/>", DOMAIN);
    assert.equal(answer.getAttribute('type'), 'error');
    alice.send(chat(bob.jid, 'still here'));
    assert.equal(bodyOf(await bob.message('the next message')), 'still here');
});

// Rows: B-220, X-022
test('who leaves is seen to leave', async () => {
    await raw.terminate(`<presence xmlns='jabber:client' type='unavailable'/>`);
    await alice.stanza('the end of the other resource', (each) => each.localName === 'presence' &&
        each.getAttribute('from') === raw.jid && each.getAttribute('type') === 'unavailable');
    await alice.disconnect();
    await bob.disconnect();
});
