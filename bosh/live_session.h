// LiveSession — the shell of one Session: its upstreams, its deadline, its actions carried out.
// Life:   owned by the endpoint. It tells its host when it is over; the host hands it to the
//         RetireList, since one of its functions may be running.
#pragma once

#include "base/env.h"
#include "base/likely_cause.h"
#include "base/session_tracing.h"
#include "bosh/session.h"
#include "http/client_limits.h"
#include "xmpp/session_trace.h"
#include "xmpp/upstream.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bosh {

class LiveSession final : private base::TimerNode {
public:
    class Host {
    public:
        virtual void answer(const LiveSession& session, Respond respond) = 0;
        virtual void on_opened(const LiveSession& session) = 0;
        // It counted as one that has not logged in.
        virtual void on_login(LiveSession& session) = 0;
        // For repeats that come when it is over.
        virtual void keep(const LiveSession& session, std::vector<CachedAnswer> last) = 0;
        virtual void on_ended(const LiveSession& session, std::string_view cause) = 0;
        virtual void on_session_over(LiveSession& session) = 0;
        [[nodiscard]] virtual const base::SessionTracing& tracing() const = 0;

    protected:
        ~Host() = default;
    };

    // What the sessions of one endpoint share.
    struct Shared {
        base::Env& env;
        Host& host;
        xmpp::UpstreamFactory& upstreams;
        const Domains& domains;
        ActionQueue& actions;
    };

    LiveSession(const Shared& shared, Terms terms, const Settings& settings, const SessionId& sid,
                http::ClientFacts client);
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    void start(RequestRef from, StreamTerms first, BodyIn body, const http::ClientFacts& client);
    void on_request(RequestRef from, Decoded decoded, const http::ClientFacts& client);
    void on_request_lost(RequestRef gone);
    void on_shutdown();
    void on_ended_by_admin();

    [[nodiscard]] const Session& session() const { return session_; }
    // What the log calls it.
    [[nodiscard]] std::string_view log_name() const { return base::sid_prefix(session_.sid()); }
    [[nodiscard]] base::SessionFacts facts() const;
    [[nodiscard]] base::SessionDetails details() const;
    // What its record does not say. `ended_by` empty: it lives.
    [[nodiscard]] base::CauseFacts cause_facts(std::string_view ended_by = {}) const;
    // Who created it.
    [[nodiscard]] const http::ClientFacts& creator() const { return client_; }
    // What it takes of its client's limits.
    [[nodiscard]] http::ClientLimits::Seat& seat() { return seat_; }

private:
    // One stream's way to its server.
    class Leg final : public xmpp::UpstreamListener {
    public:
        Leg(LiveSession& session, StreamId id) : session_(session), id_(id) {}

        void on_step(base::FlightEvent step) override;
        void on_stream_opened(const xmpp::StreamOpened& header) override;
        void on_stanza(xmpp::Stanza stanza) override;
        void on_batch_end() override;
        void on_upstream_drained() override;
        void on_upstream_ended(xmpp::UpstreamEnd end, base::Error reason) override;

        [[nodiscard]] StreamId id() const { return id_; }
        std::unique_ptr<xmpp::Upstream> upstream;
        std::unique_ptr<Leg> next; // nearly always there is one leg only

    private:
        LiveSession& session_;
        StreamId id_;
    };

    void on_deadline(base::TimePoint now) override;
    void note_address(const http::ClientFacts& client);
    void note(base::FlightEvent event) { session_.record().note(event, shared_.env.now()); }
    void on_upstream_ended(StreamId id, xmpp::UpstreamEnd end, base::Error reason);

    // Where the leg of that stream hangs; null inside once the stream has ended.
    [[nodiscard]] std::unique_ptr<Leg>& leg(StreamId id);
    [[nodiscard]] xmpp::Upstream* upstream(StreamId id);
    void retire(StreamId id);

    // For those who trace it, if anybody does.
    [[nodiscard]] bool traced() const { return !shared_.host.tracing().none(); }
    [[nodiscard]] xmpp::Traced who() const;
    void trace(base::TraceEvent::Direction direction, std::string_view kind,
               const base::SliceChain& said, std::string_view about = {}) const;
    void trace_request(std::string_view kind, const BodyIn& body) const;
    void trace_event(std::string_view event, std::string_view word = {}) const;

    void carry_out_actions();
    void carry_out(Respond& action);
    void carry_out(const OpenStream& action);
    void carry_out(SendUpstream& action);
    void carry_out(const RestartStream& action);
    void carry_out(const PauseUpstream& action);
    void carry_out(const ResumeUpstream& action);
    void carry_out(const Bounce& action);
    void carry_out(const CloseUpstream& action);
    void carry_out(End& action);

    const Shared& shared_;
    Session session_;
    http::ClientLimits::Seat seat_;
    http::ClientFacts client_;  // who created it (U-096)
    std::unique_ptr<Leg> legs_; // of the streams that have not ended
};

} // namespace bosh
