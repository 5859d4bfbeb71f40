// Session — all of RFC 7395's rules for one WebSocket, without I/O.
//
// Three things end, one inside the other: the stream to the server, the stream that the client
// sees (<close/>), and the WebSocket (its Close frame). Whoever begins, each is closed before the
// one around it, unless what is around it is gone already.
//
// Spec:   RFC 7395 §3; RFC 6455 §5.5, §7; XEP-0206 §7; W-027..W-068, U-056, U-070, X-040..X-042.
// Errors: what a client does wrong ends this session, with the words that the specification has.
// Life:   from the handshake until the End action; owned by its shell. Never calls out.
#pragma once

#include "base/flight_record.h"
#include "base/rare_string.h"
#include "base/session_facts.h"
#include "base/time.h"
#include "ws/action.h"
#include "ws/close_code.h"
#include "ws/settings.h"
#include "ws/xmpp_framing.h"
#include "xmpp/client_standing.h"
#include "xmpp/domains.h"
#include "xmpp/outbox.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ws {

class Session {
public:
    Session(const Settings& settings, const xmpp::Domains& domains, base::SlicePool& pool,
            ActionQueue& actions, bool encrypted, base::TimePoint now);

    // From the client. Bytes, whatever they are; then what was found in them.
    void on_heard(base::TimePoint now);
    void on_message(ClientMessage message, base::TimePoint now);
    void on_ping(base::Slice payload);
    // Its Close frame; `code` 0 if it gave none.
    void on_close_frame(uint16_t code);
    // No frame can be read any more. `code` is what our Close frame is to say; InternalError if
    // there is no memory for what the client has begun to say.
    void on_unreadable(CloseCode code, base::TimePoint now);
    // What it has sent has to wait, since it sends more than it may; or no longer.
    void on_held_back(bool held_back, base::TimePoint now);
    // The transport cannot send what it has, or it can again.
    void on_client_blocked();
    void on_client_drained();
    // The connection is over, whoever ended it.
    void on_client_gone(base::TimePoint now);

    // From the server.
    void on_stream_opened(const xmpp::StreamOpened& header, base::TimePoint now);
    void on_stanza(xmpp::Stanza stanza, base::TimePoint now);
    void on_upstream_congested();
    void on_upstream_drained(base::TimePoint now);
    // `explanation`: of a failed connection, for whoever develops the client; may be empty.
    void on_upstream_ended(xmpp::UpstreamEnd end, base::TimePoint now,
                           std::string_view explanation = {});

    void on_deadline(base::TimePoint now);
    void on_shutdown(base::TimePoint now);
    // An administrator ends it; its server does not keep the stream for a client that comes back.
    void on_ended_by_admin(base::TimePoint now);

    // What has happened; what only its shell learns of the client and the server is added there.
    [[nodiscard]] base::FlightRecord& record() { return record_; }
    [[nodiscard]] const base::FlightRecord& record() const { return record_; }

    [[nodiscard]] const Settings& settings() const { return settings_; }
    // When on_deadline() has something to do.
    [[nodiscard]] base::TimePoint next_deadline() const;
    [[nodiscard]] bool over() const { return state_ == State::Over; }
    [[nodiscard]] bool logged_in() const { return client_.authenticated; }
    [[nodiscard]] std::string_view jid() const { return jid_.view(); }
    // What only its shell knows is left out.
    [[nodiscard]] base::SessionFacts facts(base::TimePoint now) const;
    // The domain of its stream, for the log; empty before <open/>.
    [[nodiscard]] std::string_view domain() const { return parameters_.to; }

private:
    enum class State : uint8_t {
        Fresh,       // the client's <open/> is awaited
        Negotiating, // the features of the stream are
        Open,
        HalfClosed, // the client's <close/> has come; what the server still says goes to it
        Closing,    // our <close/> is sent, the client's is awaited
        Leaving,    // our Close frame is next, or sent; the client's is awaited
        HungUp,     // the transport has been told
        Over,
    };
    // An end of the stream by an error of ours.
    struct Failure {
        xmpp::StreamCondition condition;
        std::string_view cause; // for the log
        CloseCode code = CloseCode::Normal;
        std::string_view wanted_domain{}; // by a client that has no stream yet
        std::string_view explanation{};
    };
    [[nodiscard]] bool has_stream() const {
        return state_ >= State::Negotiating && state_ <= State::HalfClosed;
    }

    void open(const OpenTag& tag, base::TimePoint now);
    void relay(ClientMessage message, base::TimePoint now);
    void keep_for_later(ClientMessage message);
    void resume_client(base::TimePoint now);
    void restart(const OpenTag& tag, base::TimePoint now);
    void close_by_client(base::TimePoint now);
    void start_relaying(base::TimePoint now);

    void send(xmpp::Stanza stanza, base::TimePoint now);
    void send_text(std::string_view text, base::TimePoint now);
    void flush_outbox();

    void send_own_open(std::string_view wanted_domain, base::TimePoint now);
    void fail(const Failure& failure, base::TimePoint now);
    void bounce_outbox();
    void abandon_upstream();
    void leave(CloseCode code, base::TimePoint now);
    void hang_up(net::CloseMode mode, std::string_view cause);
    void end_lost(net::CloseMode mode, std::string_view cause);
    void set_cause(std::string_view cause);

    [[nodiscard]] base::TimePoint life_deadline() const;

    const Settings& settings_;
    const xmpp::Domains& domains_;
    base::SlicePool& pool_;
    ActionQueue& actions_;

    State state_ = State::Fresh;
    bool encrypted_;
    bool opened_ = false;         // the client has our <open/> of the stream at hand
    bool client_paused_ = false;  // it is not read from, for the server's sake
    bool held_back_ = false;      // nor for its own
    bool client_blocked_ = false; // its transport has a backlog
    bool upstream_paused_ = false;
    bool ping_sent_ = false; // and nothing heard since
    bool close_sent_ = false;
    uint16_t close_code_ = 0; // of our Close frame, in State::Leaving
    xmpp::ClientStanding client_;
    base::RareString jid_; // once it is bound
    xmpp::StreamParameters parameters_;
    base::TimePoint heard_;                // the last byte of the client's, or our Ping after it
    base::TimePoint limit_;                // of the state, where it has one
    xmpp::Outbox outbox_;                  // waits for a blocked client
    base::Slice owed_pong_;                // the same
    std::unique_ptr<ClientMessage> early_; // came before the stream could take it
    std::string_view cause_;
    base::FlightRecord record_;
};

} // namespace ws
