// UpstreamStream — one XMPP stream to a server: finds it, opens, relays, restarts, closes.
// Spec:   RFC 6120 §4; rows U-001..U-017, U-032, U-050..U-063, U-081, X-008..X-015, X-030..X-034,
//         X-040..X-044.
// Units:  one transport, any number of streams on it, one after the other.
// Errors: on_upstream_ended, once. Bytes that are no XMPP are answered with a stream error.
// Life:   owned by its session's handle. A stream that still has to say goodbye outlives it in
//         ClosingStreams, without listener. Shared outlives all.
#pragma once

#include "base/env.h"
#include "base/slice.h"
#include "base/slot_map.h"
#include "net/transport.h"
#include "xmpp/client_standing.h"
#include "xmpp/closing_streams.h"
#include "xmpp/features_filter.h"
#include "xmpp/server_connector.h"
#include "xmpp/stanza_reader.h"
#include "xmpp/stream_error.h"
#include "xmpp/stream_framer.h"
#include "xmpp/upstream.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace xmpp {

using namespace std::chrono_literals;

struct UpstreamSettings {
    base::Duration features_timeout = 10s; // from our header to the features that answer it
    base::Duration close_timeout = 5s; // for the server's closing tag and the last bytes (U-050)
    base::Duration keepalive = 60s;    // a space after so long without a write (U-054)
    size_t backlog_low_bytes = 32UL * 1024;
    size_t backlog_high_bytes = 64UL * 1024;
    StreamFramer::Limits limits;
};

class UpstreamStream final : ServerSearchListener, net::TransportListener, base::TimerNode {
public:
    // What all streams of a worker share.
    struct Shared {
        base::Env env;
        ServerConnector& connector;
        XmlCheck& check;
        UpstreamSettings settings;
        StanzaReader reader{env.pool, check};
        ClosingStreams closing{env.retired};
        // Servers declare the same to each of their streams: kept once (see ServerHeader::wrapper).
        std::shared_ptr<const std::string> latest_wrapper{};
        std::set<std::string> stripped_of{}; // domains, of their channel binding; told once
    };

    UpstreamStream(Shared& shared, const DomainServers& servers, ServerIndex server,
                   UpstreamListener& listener);
    ~UpstreamStream() override;

    // As in Upstream.
    void open(const StreamParameters& parameters);
    void send(base::SliceChain elements);
    void restart(const StreamParameters& parameters);
    void bounce(std::span<const Stanza> undelivered);
    void close(Upstream::CloseMode mode);
    void pause_read();
    void resume_read();
    [[nodiscard]] bool congested() const;
    // Null while there is none; on the way there it is the search's.
    [[nodiscard]] const net::Transport* connection() const {
        return state_ == State::Over ? nullptr : transport_.get();
    }

    // The owner lets go: no callback comes any more. True if the stream has an end to bring about
    // and must live on until it calls ClosingStreams::release(); else it may be destroyed.
    [[nodiscard]] bool detach();
    // Its name there.
    void set_closing(base::SlotId name) { closing_ = name; }

private:
    enum class State : uint8_t {
        Idle,
        Connecting,
        AwaitingHeader,   // ours is sent
        AwaitingFeatures, // the server's has come and promised them
        Open,
        Closing,  // our closing tag is sent, the server's is awaited
        Flushing, // nothing is awaited but that what we wrote has left
        Over,
    };
    struct Opening; // what is needed until a server is found
    struct Refusal; // what the client is still to be told of what it sent

    void on_server_found(std::unique_ptr<net::Transport> transport, bool trusted) override;
    void on_search_failed(base::Error reason) override;
    void on_search_step(base::FlightEvent step) override;
    void on_bytes(base::ByteView bytes) override;
    void on_drained() override;
    void on_closed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    // The server's bytes, by what the framer found.
    void on_header(base::ByteView tag, size_t name_end);
    void on_element(StanzaReader::Framed element);
    void on_stream_error(Stanza error, StreamCondition condition);
    void on_closing_tag();
    void on_bad_stream(const base::Error& fault);
    void deliver(Stanza stanza);
    void tell_refusal();

    // Ways to the end.
    void close_and_flush(std::string_view last_words);
    void end(UpstreamEnd how, base::Error reason);
    void go_over();

    // Whatever answered there is no server. False: no other is left.
    [[nodiscard]] bool try_next_server(base::Error reason, std::string_view last_words);
    void settle();
    void write_header(const StreamParameters& parameters);
    void write(base::SliceChain bytes);
    void write(std::string_view text);
    void warn_of_stripping();
    void set_deadline(base::Duration from_now);
    [[nodiscard]] base::Duration keepalive() const;
    [[nodiscard]] bool reading() const;
    [[nodiscard]] bool dropping() const;
    [[nodiscard]] UpstreamEnd loss() const;

    Shared& shared_;
    const DomainServers& servers_;
    UpstreamListener* listener_; // nullptr once told of the end, or once the owner has let go
    std::unique_ptr<Opening> opening_;
    std::unique_ptr<net::Transport> transport_;
    std::shared_ptr<const std::string> wrapper_; // of the current stream
    base::SliceBuilder tail_;                    // the start of something incomplete
    std::unique_ptr<Refusal> refusal_;
    base::TimePoint last_write_;
    StreamFramer framer_;
    base::SlotId closing_;      // once its owner has let go
    uint32_t idle_seconds_ = 0; // after which the server ends a silent stream; 0: it does not say
    uint32_t max_bytes_ = 0;    // of an element that the server takes; 0: it does not say
    State state_ = State::Idle;
    bool trusted_ : 1 = false;       // a bare JID may be named on this way (U-006)
    bool had_features_ : 1 = false;  // those of the first stream have come
    bool delivered_ : 1 = false;     // something of the current read
    bool authenticated_ : 1 = false; // as far as a keepalive must know (U-063)
    ClientStanding client_;
};

} // namespace xmpp
