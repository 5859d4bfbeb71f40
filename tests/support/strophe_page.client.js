// The page's side of StrophePage: one session of whichever strophe.js the page has loaded.
// Written for all of them, so only with what each has had since 1.2. What happens is told to the
// test by tell(), which the browser's driver puts here.
/* global Strophe, tell */
const session = {
    open(url) {
        this.connection = new Strophe.Connection(url, { keepalive: true });
        return (code) => {
            if (code === Strophe.Status.CONNECTED || code === Strophe.Status.ATTACHED) {
                this.listen();
            }
            const [name] = Object.entries(Strophe.Status).find(([, value]) => value === code);
            tell('status', name);
        };
    },

    connect(url, jid, password) {
        const onStatus = this.open(url);
        this.connection.connect(jid, password, onStatus);
    },

    // Goes on with the session of the page that was here before, from what it left behind.
    restore(url, jid) {
        const onStatus = this.open(url);
        this.connection.restore(jid, onStatus);
    },

    // Goes on with a session that somebody else has made.
    attach(url, { jid, sid, rid }) {
        const onStatus = this.open(url);
        this.connection.attach(jid, sid, rid, onStatus);
    },

    listen() {
        for (const name of ['message', 'presence', 'iq']) {
            this.connection.addHandler((stanza) => {
                tell('stanza', new XMLSerializer().serializeToString(stanza));
                return true;
            }, null, name);
        }
    },

    send(xml) {
        this.connection.send(new DOMParser().parseFromString(xml, 'text/xml').documentElement);
    },
};
