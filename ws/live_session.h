// LiveSession — the shell of one Session: its two connections, its deadline, its actions carried
// out. Frames are read here, and written.
// Life:   owned by the endpoint. It tells its host when it is over; the host hands it to the
//         RetireList, since one of its functions may be running.
#pragma once

#include "base/env.h"
#include "base/likely_cause.h"
#include "base/session_tracing.h"
#include "base/slot_map.h"
#include "http/client_limits.h"
#include "net/transport.h"
#include "ws/deflate_offer.h"
#include "ws/frame_codec.h"
#include "ws/message_coder.h"
#include "ws/session.h"
#include "ws/xmpp_framing.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace ws {

class LiveSession final : net::TransportListener, xmpp::UpstreamListener, base::TimerNode {
public:
    class Host {
    public:
        virtual void on_opened(const LiveSession& session) = 0;
        // It counted as one that has not logged in.
        virtual void on_login(LiveSession& session) = 0;
        virtual void on_ended(const LiveSession& session, std::string_view cause) = 0;
        virtual void on_session_over(base::SlotId id) = 0;

    protected:
        ~Host() = default;
    };
    // What the sessions of one worker share.
    // What the log calls them.
    struct Numbers {
        uint64_t next = 1;
        uint64_t step = 1;

        uint64_t take() { return std::exchange(next, next + step); }
    };
    struct Shared {
        base::Env& env;
        Host& host;
        const Settings* settings; // for new ones
        const xmpp::Domains& domains;
        xmpp::UpstreamFactory& upstreams;
        XmppFraming framing;
        MessageCoder coder;
        http::ClientLimits* limits = nullptr;
        Numbers numbers{};
        ActionQueue actions{};
        base::SliceChain out{}; // of the session at hand, until it is written
        base::SessionTracing tracing{};
    };
    // What it takes of its client's limits.
    struct Seats {
        http::ClientLimits::Seat session;
        http::ClientLimits::Seat connection;
    };

    LiveSession(Shared& shared, std::unique_ptr<net::Transport> transport, DeflateWindow deflate,
                const http::ClientFacts& client, const Seats& seats);
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    // `http`: the version that it began in; `rest`: what came behind the handshake (W-011).
    void start(base::SlotId id, std::string_view http, ByteView rest);
    void on_shutdown();
    void on_ended_by_admin();
    // What the log calls it.
    [[nodiscard]] std::string log_name() const { return "ws-" + std::to_string(number_); }
    [[nodiscard]] base::SessionFacts facts() const;
    [[nodiscard]] base::SessionDetails details() const;
    [[nodiscard]] base::SlotId id() const { return id_; }
    [[nodiscard]] Seats& seats() { return seats_; }
    [[nodiscard]] const Settings& settings() const { return session_.settings(); }
    [[nodiscard]] const Session& session() const { return session_; }
    // What its record does not say. `ended_by` empty: it lives.
    [[nodiscard]] base::CauseFacts cause_facts(std::string_view ended_by = {}) const {
        return {.transport = base::Transport::Websocket,
                .ended_by = ended_by,
                .ping_interval = settings().ping_interval};
    }
    // What it is for, empty before <open/>; and whom.
    [[nodiscard]] std::string_view domain() const { return session_.domain(); }
    [[nodiscard]] const http::ClientFacts& client() const { return client_; }

private:
    enum class Reading : uint8_t {
        Yes,
        Paused, // until the server can take more
        NoMore, // what still comes means nothing
    };

    // From the client.
    void on_bytes(ByteView bytes) override;
    void on_drained() override;
    void on_closed(base::Error reason) override;
    [[nodiscard]] bool may_read() const {
        return reading_ == Reading::Yes && held_until_ == base::kNever;
    }
    void read(ByteView in);
    void read_unread();
    void keep_unread(ByteView bytes);
    [[nodiscard]] bool charge(uint64_t bytes);
    void hold_back(const http::ClientLimits::Verdict& verdict);
    void release();
    void on_step(FrameReader::Step& step);
    void on_text(FrameReader::Step& step);

    // From the server.
    void on_step(base::FlightEvent step) override { note(step); }
    void on_stream_opened(const xmpp::StreamOpened& header) override;
    void on_stanza(xmpp::Stanza stanza) override;
    void on_batch_end() override;
    void on_upstream_drained() override;
    void on_upstream_ended(xmpp::UpstreamEnd end, base::Error reason) override;

    void on_deadline(base::TimePoint now) override;
    void note(base::FlightEvent event, uint64_t argument = 0) {
        session_.record().note(event, now(), argument);
    }

    // For those who trace it, if anybody does.
    [[nodiscard]] bool traced() const { return !shared_.tracing.none(); }
    void trace(base::TraceEvent::Direction direction, std::string_view kind,
               const base::SliceChain& said) const;
    void trace_event(std::string_view event, std::string_view word = {}) const;

    void settle();
    void carry_out_actions();
    void write();
    void carry_out(SendMessage& action);
    void carry_out(const SendPing& action);
    void carry_out(const SendPong& action);
    void carry_out(const SendClose& action);
    void carry_out(const PauseClient& action);
    void carry_out(const ResumeClient& action);
    void carry_out(const HangUp& action);
    void carry_out(const OpenStream& action);
    void carry_out(SendUpstream& action);
    void carry_out(const RestartStream& action);
    void carry_out(const PauseUpstream& action);
    void carry_out(const ResumeUpstream& action);
    void carry_out(const Bounce& action);
    void carry_out(const CloseUpstream& action);
    void carry_out(const End& action);

    [[nodiscard]] base::TimePoint now() const { return shared_.env.now(); }

    Shared& shared_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<xmpp::Upstream> upstream_;
    base::Slice unread_; // came while reading was paused
    base::SlotId id_;
    Seats seats_;
    http::ClientFacts client_;
    uint64_t number_ = 0;                       // of all WebSockets, for the log
    base::TimePoint held_until_ = base::kNever; // it sends more than it may; kNever: it does not
    Session session_;
    FrameReader reader_;
    Reading reading_ = Reading::Yes;
    DeflateWindow deflate_;
    bool blocked_ = false; // and session_ knows
    bool charged_ = true;  // to the client's limits: what is unread
};

} // namespace ws
