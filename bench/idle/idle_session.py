#!/usr/bin/env python3
"""Memory of an idle session: how much user space does boshcm need for one more of them?

Starts boshcm before a stub XMPP server of its own, opens the sessions through BOSH or WebSocket,
waits until each has what an idle client has - one held request and one idle connection, or one
WebSocket, and one upstream stream - and compares the private memory of the process before and
after. Exits 1 if a session costs more than --limit bytes. With --tls it does so twice, the second
time with TLS on the way to the server, and exits 1 if that makes a session cost more than
--tls-limit bytes beyond the plain one. With --https clients come by TLS that ends in boshcm. With
--http2 a BOSH client has one connection of HTTP/2, on which its request is held. With --settled a
BOSH client has been at rest for longer than idle-timeout, here 1 s: then the second connection, which
nobody has needed, is closed. All traffic stays on loopback.

    bench/idle/idle_session.py --boshcm build/release/cm/boshcm --sessions 2000 --tls
    bench/idle/idle_session.py --boshcm build/release/cm/boshcm --transport websocket
    bench/idle/idle_session.py --boshcm build/release/cm/boshcm --http2
    bench/idle/idle_session.py --boshcm build/release/cm/boshcm --https --settled
"""

import argparse
import asyncio
import contextlib
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile

FEATURES = (
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>"
)
PRESENCE = "<presence from='alice@example.org/orchard' to='alice@example.org/orchard'/>"


async def serve_stream(reader, writer):
    """The stub server: answers the stream header, then one presence as a login would."""
    try:
        head = await reader.readuntil(b">")
        while b"<stream:stream" not in head:
            head += await reader.readuntil(b">")
        writer.write(
            (
                "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' "
                "xmlns:stream='http://etherx.jabber.org/streams' id='0123456789abcdef' "
                "from='example.org'>" + FEATURES
            ).encode()
        )
        await reader.readuntil(b"/>")
        writer.write(PRESENCE.encode())
        while await reader.read(4096):
            pass
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def private_bytes(pid):
    """What the process alone has in memory, from the kernel's own books. Pages of files are not in
    it: they become its own when the last other process that runs the same program ends."""
    text = open(f"/proc/{pid}/smaps_rollup").read()
    return int(re.search(r"^Anonymous:\s+(\d+) kB", text, re.M).group(1)) * 1024


class BoshClient:
    """A web client at rest: the second connection is the one whose request is held."""

    def __init__(self, port, tls):
        self.port = port
        self.tls = tls

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls)

    async def request(self, connection, body):
        connection[1].write(
            (
                "POST /http-bind HTTP/1.1\r\nHost: example.org\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
        )
        await connection[1].drain()

    async def answer(self, connection):
        head = await connection[0].readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
        return (await connection[0].readexactly(length)).decode()

    async def start(self):
        await self.talk(await self.connect(), await self.connect())

    async def talk(self, idle, held):
        self.idle, self.held = idle, held
        await self.request(
            self.idle,
            "<body rid='1' to='example.org' ver='1.11' hold='1' wait='60' "
            "xmlns='http://jabber.org/protocol/httpbind'/>",
        )
        sid = re.search(r" sid='([^']+)'", await self.answer(self.idle)).group(1)
        await self.request(
            self.idle,
            f"<body rid='2' sid='{sid}' xmlns='http://jabber.org/protocol/httpbind'>"
            "<presence xmlns='jabber:client'/></body>",
        )
        assert "<presence" in await self.answer(self.idle)
        await self.request(
            self.held, f"<body rid='3' sid='{sid}' xmlns='http://jabber.org/protocol/httpbind'/>"
        )

    async def settle(self):
        """boshcm closes the connection that nothing is asked on."""
        assert await self.idle[0].read() == b""
        self.idle[1].close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await self.idle[1].wait_closed()

    def close(self):
        for connection in (self.idle, self.held):
            connection[1].close()


def h2_frame(kind, flags, stream, payload=b""):
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


class Http2BoshClient(BoshClient):
    """One with HTTP/2: all its requests are streams of one connection. Only so much of it is spoken
    as a client at rest needs; heads of answers are not read."""

    DATA, HEADERS, SETTINGS, GOAWAY = 0, 1, 4, 7
    END_STREAM, ACK, END_HEADERS = 1, 1, 4

    async def connect(self):
        connection = await super().connect()
        connection[1].write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + h2_frame(self.SETTINGS, 0, 0))
        self.stream = -1
        return connection

    async def request(self, connection, body):
        self.stream += 2
        fields = {
            ":method": "POST", ":scheme": "https" if self.tls else "http",
            ":authority": "example.org", ":path": "/http-bind", "content-type": "text/xml",
        }
        # Literals that are not indexed (RFC 7541 section 6.2.2).
        block = b"".join(
            b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
            for name, value in fields.items()
        )
        connection[1].write(
            h2_frame(self.HEADERS, self.END_HEADERS, self.stream, block)
            + h2_frame(self.DATA, self.END_STREAM, self.stream, body.encode())
        )
        await connection[1].drain()

    async def answer(self, connection):
        text = b""
        while True:
            head = await connection[0].readexactly(9)
            kind, flags = head[3], head[4]
            payload = await connection[0].readexactly(int.from_bytes(head[:3], "big"))
            assert kind != self.GOAWAY, payload
            if kind == self.SETTINGS and not flags & self.ACK:
                connection[1].write(h2_frame(self.SETTINGS, self.ACK, 0))
            if kind == self.DATA:
                text += payload
                if flags & self.END_STREAM:
                    return text.decode()

    async def start(self):
        await self.talk(*[await self.connect()] * 2)


class WebSocketClient:
    """A web client at rest on its WebSocket."""

    def __init__(self, port, tls):
        self.port = port
        self.tls = tls

    def send(self, text):
        mask = os.urandom(4)
        payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text.encode()))
        assert len(payload) < 126
        self.writer.write(bytes([0x81, 0x80 | len(payload)]) + mask + payload)

    async def message(self):
        first, length = await self.reader.readexactly(2)
        assert first == 0x81
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2), "big")
        return (await self.reader.readexactly(length)).decode()

    async def start(self):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.tls
        )
        self.writer.write(
            b"GET /xmpp-websocket HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n"
        )
        assert b" 101 " in await self.reader.readuntil(b"\r\n\r\n")
        self.send(
            "<open to='example.org' version='1.0' xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"
        )
        assert (await self.message()).startswith("<open ")
        assert "<mechanisms" in await self.message()
        self.send("<presence/>")
        assert "<presence" in await self.message()

    def close(self):
        self.writer.close()


def issue_certificate(folder):
    """A key and a certificate of example.org that vouches for itself."""
    key, certificate = (os.path.join(folder, name) for name in ("key.pem", "certificate.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-new", "-nodes", "-days", "2", "-subj", "/CN=example.org",
         "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", key,
         "-addext", "subjectAltName=DNS:example.org", "-out", certificate],
        check=True, stderr=subprocess.DEVNULL,
    )
    return key, certificate


def by_https(certificate, key, http2):
    """The listener's part of the configuration, and TLS for clients that take any certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    if http2:
        tls.set_alpn_protocols(["h2"])
    return f"tls='own'><certificate chain='{certificate}' key='{key}'/></listener>", tls


async def start_boshcm(binary, folder, server, listener, http):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = os.path.join(folder, "cm.xml")
    with open(config, "w") as out:
        out.write(
            "<boshcm xmlns='urn:boshcm:config:1'><log level='warn'/>"
            f"<listener address='127.0.0.1' port='{port}' {listener}<http {http}/>"
            # All come from one address, and its memory is to be looked into.
            "<limits address-connections='0' address-sessions='0' address-unauthenticated='0'"
            " address-creations='0' address-requests='0' unauthenticated='0' creations='0'/>"
            "<memory core-dumps='true'/><bosh path='/http-bind'/>"
            # The stub stands for many servers, none of which hurries.
            "<upstream pace='100000' burst='100000'/>"
            f"<domain name='example.org'><server host='127.0.0.1' {server}/></domain></boshcm>"
        )
    process = await asyncio.create_subprocess_exec(binary, "run", "--config", config)
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return process, port
        except ConnectionError:
            if process.returncode is not None:
                sys.exit("boshcm did not start")
            await asyncio.sleep(0.05)
    sys.exit("boshcm does not answer")


async def begin(clients, settled):
    await asyncio.gather(*(client.start() for client in clients))
    if settled:
        await asyncio.gather(*(client.settle() for client in clients))


async def measure(options, tls):
    """Bytes for each session."""
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = issue_certificate(folder)
        context, attributes = None, "tls='none'"
        if tls:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate, key)
            attributes = f"tls='direct' ca-file='{certificate}'"
        server = await asyncio.start_server(
            serve_stream, "127.0.0.1", 0, backlog=1024, ssl=context
        )
        server_port = server.sockets[0].getsockname()[1]
        listener, https = f"tls='none' http2='{str(options.http2).lower()}'/>", None
        if options.https:
            listener, https = by_https(certificate, key, options.http2)
        process, port = await start_boshcm(
            options.boshcm, folder, f"port='{server_port}' {attributes}", listener,
            "idle-timeout='1s'" if options.settled else "",
        )
        try:
            bosh = Http2BoshClient if options.http2 else BoshClient
            kind = bosh if options.transport == "bosh" else WebSocketClient
            clients = [kind(port, https) for _ in range(options.sessions)]
            # The first sessions pay for what all share: code paged in, pools, tables.
            warm = clients[: max(1, options.sessions // 20)]
            await begin(warm, options.settled)
            before = private_bytes(process.pid)
            rest = clients[len(warm) :]
            for at in range(0, len(rest), 50):
                await begin(rest[at : at + 50], options.settled)
            after = private_bytes(process.pid)
            for client in clients:
                client.close()
        finally:
            process.terminate()
            await process.wait()
            server.close()
    print(f"{options.transport} sessions {options.sessions}  before {before} B  after {after} B")
    return (after - before) / len(rest)


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boshcm", required=True, help="the binary to measure")
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--transport", choices=["bosh", "websocket"], default="bosh")
    parser.add_argument("--limit", type=int, default=10 * 1024, help="bytes a session may cost")
    parser.add_argument("--https", action="store_true", help="clients come by TLS")
    parser.add_argument("--http2", action="store_true", help="clients of BOSH speak HTTP/2")
    parser.add_argument("--settled", action="store_true", help="without the second connection")
    parser.add_argument("--tls", action="store_true", help="measure TLS to the server too")
    parser.add_argument("--tls-limit", type=int, default=20 * 1024, help="bytes that it may add")
    options = parser.parse_args()

    plain = await measure(options, tls=False)
    print(f"an idle session costs {plain:.0f} bytes (limit {options.limit})")
    good = plain <= options.limit
    if options.tls:
        more = await measure(options, tls=True) - plain
        print(f"TLS to its server adds {more:.0f} bytes (limit {options.tls_limit})")
        good = good and more <= options.tls_limit
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
