// XML for tests: parse strictly, look at what came, write what goes.
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';

export { attributes, escape } from './xml_text.mjs';

export const NS = {
    httpbind: 'http://jabber.org/protocol/httpbind',
    xbosh: 'urn:xmpp:xbosh',
    client: 'jabber:client',
    stream: 'http://etherx.jabber.org/streams',
    streams: 'urn:ietf:params:xml:ns:xmpp-streams',
    sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
    tls: 'urn:ietf:params:xml:ns:xmpp-tls',
    ours: 'urn:boshcm:error:0',
    bind: 'urn:ietf:params:xml:ns:xmpp-bind',
    session: 'urn:ietf:params:xml:ns:xmpp-session',
    stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
    sm: 'urn:xmpp:sm:3',
    disco: 'http://jabber.org/protocol/disco#info',
    roster: 'jabber:iq:roster',
    vcard: 'vcard-temp',
    xhtmlIm: 'http://jabber.org/protocol/xhtml-im',
    xhtml: 'http://www.w3.org/1999/xhtml',
};

// The root element. Whatever the parser has to say is an error.
export function parse(text) {
    const document = new DOMParser({
        onError: (level, message) => { throw new Error(`${level}: ${message} in ${text}`); },
    }).parseFromString(text, 'text/xml');
    return document.documentElement;
}

export function serialize(element) {
    return new XMLSerializer().serializeToString(element);
}

export function children(element) {
    return Array.from(element.childNodes).filter((node) => node.nodeType === 1);
}

export function child(element, name, namespace) {
    return children(element).find((each) => each.localName === name &&
                                  (namespace === undefined || each.namespaceURI === namespace));
}

// child() of child(): descend(iq, 'query', 'identity').
export function descend(element, ...names) {
    return names.reduce((at, name) => at && child(at, name), element);
}

// The condition of a SASL failure, stream error or stanza error: its first child's name.
export function condition(element) {
    return children(element).map((each) => each.localName).find((name) => name !== 'text');
}
