// ClientStream — one client's XMPP stream, whichever transport carries it: the seam between what
// clients do and how it gets to the server.
// Errors: on_stream_end() says in a few words what it was, to be counted by these words.
// Life:   its owner may not destroy it inside its callbacks (RetireList), but may abandon() it.
#pragma once

#include "base/env.h"
#include "bench/load/secure_lines.h"
#include "net/connector.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace load {

class ClientStreamListener {
public:
    // Whatever the server said on the stream: features, SASL, stanzas.
    virtual void on_element(base::ByteView element) = 0;
    // The end, also of opening. Empty: as it was asked for. The last call.
    virtual void on_stream_end(std::string_view fault) = 0;

protected:
    ~ClientStreamListener() = default;
};

class ClientStream {
public:
    virtual ~ClientStream() = default;
    virtual void open() = 0;
    // After authentication.
    virtual void restart() = 0;
    // Leaves with the next flush(), which sends as much at once as the transport allows.
    virtual void send(base::ByteView stanza) = 0;
    virtual void flush() = 0;
    // In order: the server hears of it and agrees.
    virtual void close() = 0;
    // At once, as by a cable that is pulled. No call comes any more.
    virtual void abandon() = 0;
};

enum class TransportKind : uint8_t { Bosh, WebSocket, Tcp };

[[nodiscard]] std::string_view to_string(TransportKind kind);

// What all streams of a run did together.
struct Traffic {
    uint64_t connections = 0; // dialled
    uint64_t handshakes = 0;  // of TLS, that went well
    uint64_t resumed = 0;     // of these: with an earlier session
    uint64_t requests = 0;    // of HTTP, handshakes of WebSockets not counted
};

// What the streams of a run share; it outlives them.
struct StreamContext {
    base::Env& env;
    net::Connector& connector;
    net::Target target;
    std::string host; // as HTTP is told
    std::string path;
    std::string domain;
    uint32_t wait_seconds = 60;           // BOSH: how long requests may be held
    std::optional<SecureLines> secured{}; // nothing: in clear
    bool http2 = false;                   // else HTTP/1.1, where there is HTTP at all
    Traffic traffic{};
};

[[nodiscard]] std::unique_ptr<ClientStream> make_stream(TransportKind kind, StreamContext& context,
                                                        ClientStreamListener& listener);

} // namespace load
