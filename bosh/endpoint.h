// Endpoint — BOSH behind one HTTP path: request bodies in, sessions found or made, answers out.
// Spec:   XEP-0124 §5, §7, §17; B-001, B-015, B-016, B-040, B-059..B-061, B-100, B-305, H-002,
//         S-004, S-041.
// Errors: what no session can answer is answered here, with HTTP 200 and a terminal condition.
// Life:   one per worker; outlives the HTTP server that calls it. shut_down() ends every session;
//         it may be destroyed once empty(), or at any time to abandon what is left.
#pragma once

#include "base/env.h"
#include "base/places.h"
#include "base/session_watcher.h"
#include "base/table_sweep.h"
#include "bosh/body_codec.h"
#include "bosh/colleagues.h"
#include "bosh/creation.h"
#include "bosh/former_sessions.h"
#include "bosh/live_session.h"
#include "bosh/open_requests.h"
#include "bosh/session_id.h"
#include "bosh/session_table.h"
#include "bosh/settings.h"
#include "bosh/tombstones.h"
#include "http/client_limits.h"
#include "http/handler.h"
#include "xmpp/upstream.h"

#include <memory>
#include <string_view>
#include <vector>

namespace bosh {

// For the field Allow.
[[nodiscard]] std::string_view allowed_methods(const Settings& settings);

class Endpoint final : public http::Handler, private LiveSession::Host {
public:
    Endpoint(base::Env& env, const Settings& settings, const Domains& domains,
             xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check, Place place);
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint();

    // From now on, for new sessions; those that are there keep what they have. So settings outlive
    // not only the endpoint's use of them, but that of all who were created under them.
    void use(const Settings& settings);
    // Those, and what sessions still have; looks at every session.
    [[nodiscard]] std::vector<const Settings*> settings_in_use() const;

    // Where answers go; named once, before the first request.
    void set_responder(http::Responder& responder) { open_.set_responder(responder); }

    // Without them this is the only worker; named before the first request.
    void set_colleagues(Colleagues& colleagues, size_t workers) {
        open_.set_colleagues(colleagues, workers);
    }

    // Where sessions of all workers are counted together; named before the first request.
    void set_places(base::Places& places) { places_ = &places; }

    // Without them everyone may have as many sessions as they like; named before the first request.
    void set_client_limits(http::ClientLimits& limits) { limits_ = &limits; }

    // Who is told of sessions, if anybody; named before the first request.
    void set_watcher(base::SessionWatcher& watcher) { watcher_ = &watcher; }

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef request) override;

    // From colleagues: requests for sessions here, and what became of those that were forwarded.
    void on_forwarded(ForwardedRequest request);
    void on_sent_back(ForwardedRequest request);
    void on_forwarded_lost(RequestRef request);
    void on_forwarded_answer(RequestRef request, ForwardedAnswer answer);
    void on_forwarded_dropped(RequestRef request);

    [[nodiscard]] base::SessionTracing& traces() { return tracing_; }
    // For who administers. Of a listing, so much is looked at in a turn: a portion, of portions().
    [[nodiscard]] static constexpr size_t portions() { return SessionTable::portions(); }
    template <class Visit>
    void for_each_of(size_t portion, Visit&& visit) const {
        sessions_.for_each_of(portion, visit);
    }
    // Null: there is none. `sid` is the whole of it.
    [[nodiscard]] LiveSession* find(std::string_view sid) { return sessions_.find(sid); }

    // From now on, or no longer: new sessions are refused as in shut_down(), the others go on.
    void refuse_new(bool refuses) { draining_ = refuses; }
    // Refuses new sessions and ends the others with system-shutdown (B-059, B-230): `most` of them
    // by each call, since the ends of thousands take longer than anybody should wait for. False:
    // all have been told.
    [[nodiscard]] bool shut_down(size_t most);
    [[nodiscard]] bool empty() const { return sessions_.empty(); }
    [[nodiscard]] Place place() const { return place_; }
    [[nodiscard]] size_t session_count() const { return sessions_.size(); }

private:
    void drop(RequestRef request, const BodyIn& body, const http::ClientFacts& client);
    void take_in(RequestRef request, const base::Slice& body, const http::ClientFacts& client,
                 bool confirmed);
    void refuse_unknown(RequestRef request, const BodyIn& body, const http::ClientFacts& client);
    [[nodiscard]] Condition admit(const http::ClientFacts& client, http::ClientLimits::Seat& seat);
    void create_session(RequestRef request, Decoded decoded, const http::ClientFacts& client);
    void refuse(RequestRef request, Condition condition, bool legacy, const char* what,
                base::SliceChain payload = {});

    void answer_repeat(RequestRef request, const BodyIn& body, const http::ClientFacts& client);
    void send_xml(RequestRef request, std::string_view content_type, base::SliceChain xml);

    void answer(const LiveSession& session, Respond respond) override;
    void on_opened(const LiveSession& session) override;
    void on_login(LiveSession& session) override;
    void keep(const LiveSession& session, std::vector<CachedAnswer> last) override;
    void on_ended(const LiveSession& session, std::string_view cause) override;
    void on_session_over(LiveSession& session) override;
    [[nodiscard]] const base::SessionTracing& tracing() const override { return tracing_; }
    void tell(base::SessionEvent event, const LiveSession& session, std::string_view cause = {});

    base::Env& env_;
    const Settings* settings_;
    const Domains& domains_;
    http::ClientLimits* limits_ = nullptr;
    base::SessionWatcher* watcher_ = nullptr;
    base::Places own_places_;
    base::Places* places_ = &own_places_;
    Place place_;
    OpenRequests open_;
    BodyCodec codec_;
    ActionQueue actions_;
    LiveSession::Shared shared_;
    bool draining_ = false;
    SessionTable sessions_;
    base::TableSweep<SessionId> told_of_shutdown_;
    Tombstones tombstones_;
    FormerSessions former_;
    base::SessionTracing tracing_;
};

} // namespace bosh
