// Upstream, UpstreamListener — one XMPP stream to the server, as the session engines' shells see
// it.
// Spec:   RFC 6120; conformance rows U-*.
// Life:   the owner holds an Upstream by unique_ptr and may destroy it at any time except inside
//         its own callbacks (then: RetireList). on_upstream_ended comes at most once and is the
//         last one; after a close() none comes, unless it is HalfClose. Destroying without close()
//         aborts the connection; destroying after it does not hurry it.
#pragma once

#include "base/error.h"
#include "base/flight_event.h"
#include "base/session_facts.h"
#include "base/slice.h"
#include "net/address.h"
#include "net/tls_facts.h"
#include "xmpp/stanza.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace xmpp {

// What the stream header sent to the server says (U-003..U-008). Validated by the caller.
struct StreamParameters {
    std::string to;
    std::string from; // may be empty
    std::string lang; // may be empty
    // On whose behalf: for the PROXY protocol (U-096) and the log.
    net::Address client{};
    net::Address reached{};
    bool encrypted = false;                     // the client's own connection
    std::shared_ptr<const net::TlsFacts> tls{}; // if it ends here
    std::string log_name{};                     // as much of its sid as a log may show
};

// What the server's stream header said. Views are valid during the call.
struct StreamOpened {
    std::string_view from;
    std::string_view to;
    std::string_view id;
    std::string_view version; // empty: none given, so no features will come (U-010)
    std::string_view lang;
};

enum class UpstreamEnd : uint8_t {
    ConnectFailed, // could not be reached or secured                      B-084, U-032
    Lost,          // connection gone without stream error or closing tag  X-033
    BadStream,     // the server sent what is no XMPP; it was told so      X-034
    StreamError,   // on_stanza(Kind::StreamError) came before             X-030
    Closed,        // </stream:stream> without error                       X-032
    TooLarge,      // the client sent what its server does not take        U-081
};

class UpstreamListener {
public:
    // A step of the way to a server is begun, for the session's record. May come inside open().
    virtual void on_step(base::FlightEvent) {}
    virtual void on_stream_opened(const StreamOpened& header) = 0;
    // In order: features (Kind::Features, filtered), stanzas, everything else at depth 1.
    virtual void on_stanza(Stanza stanza) = 0;
    // Everything that came with this read has been handed over: time to answer a request. Not
    // called if the read brought nothing, or ended the stream.
    virtual void on_batch_end() = 0;
    // Written bytes have left: the backlog is below the low-water mark again.
    virtual void on_upstream_drained() = 0;
    // A stream error of the server arrives here as on_stanza(Kind::StreamError) just before.
    virtual void on_upstream_ended(UpstreamEnd end, base::Error reason) = 0;

protected:
    ~UpstreamListener() = default;
};

class Upstream {
public:
    enum class CloseMode : uint8_t {
        Graceful, // </stream:stream>, wait for the server's for at most 5 s (U-050)
        Drop,     // close TCP without it, so that the server keeps a resumable stream (U-070)
        // As Graceful, but what the server still sends comes, and then on_upstream_ended. Only
        // when features have come; the owner may still change its mind and close otherwise.
        HalfClose,
    };

    virtual ~Upstream() = default;
    // Connects and opens the stream. Once, first.
    virtual void open(const StreamParameters& parameters) = 0;
    // Complete elements, already namespace-complete for the stream. Allowed from on_stanza of the
    // first features on. What the server does not take is not sent; in a moment on_stanza says so,
    // or the end comes (U-081).
    virtual void send(base::SliceChain elements) = 0;
    // A new <stream:stream> on the same connection. At any time after open().
    virtual void restart(const StreamParameters& parameters) = 0;
    // Tells the senders that these could not be delivered. Just before close(), and
    // not on a stream with stream management: its server delivers them again.
    virtual void bounce(std::span<const Stanza> undelivered) = 0;
    virtual void close(CloseMode mode) = 0;
    virtual void pause_read() = 0;
    virtual void resume_read() = 0;
    [[nodiscard]] virtual bool congested() const = 0; // backlog above the high-water mark
    // Of its connection as it is now; found out when it is asked for.
    [[nodiscard]] virtual base::ServerFacts server_facts() const = 0;
};

// One of the servers that were configured for a domain.
using ServerIndex = uint16_t;
inline constexpr ServerIndex kOwnServer = 0;

// Makes upstreams for the domains served; tests make fakes.
class UpstreamFactory {
public:
    virtual ~UpstreamFactory() = default;
    [[nodiscard]] virtual std::unique_ptr<Upstream>
    create(std::string_view domain, ServerIndex server, UpstreamListener& listener) = 0;
};

} // namespace xmpp
