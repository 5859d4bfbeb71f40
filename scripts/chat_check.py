"""Logs two people in through a BOSH URL and lets them write to each other. Standard library only.

usage: chat_check.py quickstart.json [BOSH-URL]

quickstart.json is the file that the chat page reads: {"bosh": URL, "accounts": [{name, jid,
password}, {...}]}. Every step is printed with its time. Ends with 0, or with 1 after saying what
failed and what to look at.
"""

import base64
import hashlib
import hmac
import http.client
import json
import queue
import secrets
import sys
import threading
import time
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

HTTPBIND = "http://jabber.org/protocol/httpbind"
XBOSH = "urn:xmpp:xbosh"
STREAM = "http://etherx.jabber.org/streams"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
CLIENT = "jabber:client"
WAIT = 10  # seconds a request may be held
PATIENCE = 15  # seconds for the answer to any step


class CheckFailed(Exception):
    def __init__(self, what, advice):
        super().__init__(what)
        self.advice = advice


class Transcript:
    def __init__(self):
        self.before = time.monotonic()

    def step(self, who, what):
        now = time.monotonic()
        print(f"{(now - self.before) * 1000:8.1f} ms  {who:<6} {what}", flush=True)
        self.before = now


class BoshSession:
    """One BOSH session. Requests go out on threads of their own, two at most, because one of them
    is usually held by the server; what comes back is put into `payloads`."""

    def __init__(self, url, domain):
        self.url = urlsplit(url)
        self.domain = domain
        self.rid = secrets.randbelow(2**40) + 1
        self.sid = None
        self.payloads = queue.Queue()
        self.lock = threading.Lock()
        self.open = 0
        self.polling = False

    def create(self):
        self._request(f"to={quoteattr(self.domain)} wait='{WAIT}' hold='1' ver='1.11' "
                      f"xml:lang='en' xmpp:version='1.0' xmlns:xmpp='{XBOSH}'")
        return self.next({f"{{{STREAM}}}features"}, "the server's stream features")

    def restart(self):
        self._request(f"to={quoteattr(self.domain)} xmpp:restart='true' xmlns:xmpp='{XBOSH}'")
        return self.next({f"{{{STREAM}}}features"}, "the features after the login")

    def send(self, payload):
        self._request("", payload)

    def next(self, tags, what, fits=lambda element: True):
        """The next payload of one of these names; others on the way are passed over."""
        self.polling = True
        self._poll()
        end = time.monotonic() + PATIENCE
        while True:
            try:
                element = self.payloads.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise CheckFailed(f"{what} did not come within {PATIENCE} s",
                                  "look at boshcm's log and at the XMPP server's") from None
            if isinstance(element, Exception):
                raise element
            if element.tag in tags and fits(element):
                return element

    def end(self):
        self.polling = False
        body = self._body("type='terminate'",
                          f"<presence xmlns='{CLIENT}' type='unavailable'/>")
        self._post(body)

    def _request(self, attributes, payload=""):
        with self.lock:
            self._start(attributes, payload)

    def _start(self, attributes, payload):
        self.open += 1
        body = self._body(attributes, payload)
        threading.Thread(target=self._exchange, args=(body,), daemon=True).start()

    def _body(self, attributes, payload):
        self.rid += 1
        sid = f"sid={quoteattr(self.sid)} " if self.sid else ""
        return (f"<body rid='{self.rid}' {sid}{attributes} xmlns='{HTTPBIND}'>"
                f"{payload}</body>").encode()

    def _exchange(self, body):
        try:
            answer = self._post(body)
            self.sid = self.sid or answer.get("sid")
            for element in answer:
                self.payloads.put(element)
            if answer.get("type") == "terminate" and self.polling:
                raise CheckFailed(f"the session was ended: {answer.get('condition') or 'no reason'}",
                                  ADVICE.get(answer.get("condition"), "look at boshcm's log"))
        except CheckFailed as error:
            self.polling = False
            self.payloads.put(error)
        finally:
            with self.lock:
                self.open -= 1
            self._poll()

    def _poll(self):
        with self.lock:
            if self.polling and self.open == 0 and self.sid:
                self._start("", "")

    def _post(self, body):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port,
                                                timeout=WAIT + PATIENCE)
        try:
            connection.request("POST", self.url.path, body,
                               {"Content-Type": "text/xml; charset=utf-8"})
            response = connection.getresponse()
            text = response.read()
        except OSError as error:
            raise CheckFailed(f"no answer from {self.url.geturl()}: {error}",
                              "is boshcm running, and is this its address?") from error
        finally:
            connection.close()
        if response.status != 200:
            raise CheckFailed(f"HTTP status {response.status} from {self.url.geturl()}",
                              "is the path the one of <bosh path='...'> in the configuration?")
        try:
            return ET.fromstring(text)
        except ET.ParseError as error:
            raise CheckFailed(f"the answer is no XML: {error}: {text[:200]!r}",
                              "something else answers at this address") from error


ADVICE = {
    "host-unknown": "the configuration has no <domain> of that name",
    "remote-connection-failed": "the XMPP server of the domain is not reachable at the host and "
                                "port configured",
    "remote-stream-error": "the XMPP server refused the stream; its log says why",
    "system-shutdown": "boshcm is being stopped",
}


def log_in(session, user, password):
    """SCRAM-SHA-1 (RFC 5802), checking the server's proof as well."""
    nonce = secrets.token_hex(12)
    first_bare = f"n={user},r={nonce}"
    session.send(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-1'>{encoded('n,,' + first_bare)}</auth>")
    challenge = expect(session, "challenge")
    values = dict(part.split("=", 1) for part in challenge.split(","))
    if not values["r"].startswith(nonce):
        raise CheckFailed("the server's nonce does not begin with ours", "who is that server?")
    salted = hashlib.pbkdf2_hmac("sha1", password.encode(), base64.b64decode(values["s"]),
                                 int(values["i"]))
    sign = lambda key, text: hmac.digest(key, text.encode(), "sha1")
    client_key = sign(salted, "Client Key")
    final_bare = f"c={encoded('n,,')},r={values['r']}"
    signed = f"{first_bare},{challenge},{final_bare}"
    signature = sign(hashlib.sha1(client_key).digest(), signed)
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature))).decode()
    session.send(f"<response xmlns='{SASL}'>{encoded(final_bare + ',p=' + proof)}</response>")
    verifier = base64.b64encode(sign(sign(salted, "Server Key"), signed)).decode()
    if expect(session, "success") != f"v={verifier}":
        raise CheckFailed("the server does not know the password either", "who is that server?")


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def expect(session, name):
    wanted, failure = f"{{{SASL}}}{name}", f"{{{SASL}}}failure"
    element = session.next({wanted, failure}, f"the server's <{name}/>")
    if element.tag == failure:
        raise CheckFailed(f"login refused: {element[0].tag.split('}')[1]}",
                          "are the account and its password those of the server?")
    return base64.b64decode(element.text or "").decode()


def bind(session, resource):
    session.send(f"<iq xmlns='{CLIENT}' type='set' id='bind'><bind xmlns='{BIND}'>"
                 f"<resource>{escape(resource)}</resource></bind></iq>")
    answer = session.next({f"{{{CLIENT}}}iq"}, "the bound resource",
                          lambda iq: iq.get("id") == "bind")
    jid = answer.findtext(f"{{{BIND}}}bind/{{{BIND}}}jid")
    if not jid:
        raise CheckFailed("the server bound no resource", "its log says why")
    session.send(f"<presence xmlns='{CLIENT}'/>")
    return jid


def write(transcript, sender, receiver, text):
    (name, session, jid), (other, other_session, other_jid) = sender, receiver
    session.send(f"<message xmlns='{CLIENT}' type='chat' to={quoteattr(other_jid)}>"
                 f"<body>{escape(text)}</body></message>")
    message = other_session.next({f"{{{CLIENT}}}message"}, f"the message from {name}",
                                 lambda each: each.find(f"{{{CLIENT}}}body") is not None)
    got = message.findtext(f"{{{CLIENT}}}body")
    if got != text or message.get("from") != jid:
        raise CheckFailed(f"{other} got {got!r} from {message.get('from')}, "
                          f"not {text!r} from {jid}", "the relay changed a message: report it")
    transcript.step(other, f"reads {text!r} from {jid}")


def check(accounts, url):
    transcript = Transcript()
    people = []
    for account in accounts:
        user, domain = account["jid"].split("@")
        name = account["name"]
        session = BoshSession(url, domain)
        session.create()
        transcript.step(name, f"session created at {url}, features are there")
        log_in(session, user, account["password"])
        transcript.step(name, "logged in with SCRAM-SHA-1")
        session.restart()
        jid = bind(session, "check")
        transcript.step(name, f"online as {jid}")
        people.append((name, session, jid))
    write(transcript, people[0], people[1], "Hello Bob, 안녕 👋 <&>")
    write(transcript, people[1], people[0], "Hello Alice, I read you.")
    for name, session, _ in people:
        session.end()
        transcript.step(name, "session ended")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    url = sys.argv[2] if len(sys.argv) > 2 else settings["bosh"]
    try:
        check(settings["accounts"], url)
    except CheckFailed as error:
        print(f"FAILED: {error}\n  {error.advice}", flush=True)
        return 1
    print("All well: both logged in and read each other.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
