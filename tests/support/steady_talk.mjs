// SteadyTalk — one writes to the other without a pause, while something is done to the daemon. Each
// message is sent when the one before has come, so what is lost, doubled or late stops it.
import assert from 'node:assert/strict';

import { NS, attributes, child } from './xml.mjs';

export const chat = (to, body) => `<message${attributes({ xmlns: NS.client, type: 'chat', to })}>` +
    `<body>${body}</body></message>`;
export const bodyOf = (message) => child(message, 'body').textContent;

// Until told to stop; how many came, each once and in order.
export function steadyTalk(from, to) {
    let going = true;
    const over = (async () => {
        let sent = 0;
        for (; going || sent === 0; ++sent) {
            from.send(chat(to.jid, `number ${sent}`));
            assert.equal(bodyOf(await to.message(`number ${sent}`)), `number ${sent}`);
        }
        return sent;
    })();
    return { stop: () => { going = false; return over; } };
}
