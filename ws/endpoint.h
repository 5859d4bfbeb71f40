// Endpoint — WebSocket behind one HTTP path: handshakes in, sessions made.
// Spec:   RFC 7395 §3.1; RFC 6455 §4.2; RFC 8441; W-001..W-012, H-097.
// Errors: what is no handshake for us gets its HTTP status.
// Life:   one per worker; outlives the HTTP server that calls it. shut_down() ends every session;
//         it may be destroyed once empty(), or at any time to abandon what is left.
#pragma once

#include "base/env.h"
#include "base/places.h"
#include "base/session_watcher.h"
#include "base/slot_map.h"
#include "base/table_sweep.h"
#include "http/client_limits.h"
#include "http/handler.h"
#include "ws/live_session.h"
#include "ws/settings.h"
#include "xmpp/domains.h"
#include "xmpp/upstream.h"
#include "xmpp/xml_check.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace ws {

class Endpoint final : public http::Handler, private LiveSession::Host {
public:
    Endpoint(base::Env& env, const Settings& settings, const xmpp::Domains& domains,
             xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check);
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint();

    // As in bosh::Endpoint.
    void use(const Settings& settings);
    [[nodiscard]] std::vector<const Settings*> settings_in_use() const;

    // Where answers go, and where connections come from; named once, before the first request.
    void set_server(http::Responder& responder, http::Upgrader& upgrader) {
        responder_ = &responder;
        upgrader_ = &upgrader;
    }

    // Where sessions of all workers are counted together; named before the first request.
    void set_places(base::Places& places) { places_ = &places; }

    // What the log calls its WebSockets: one of several workers counts from another number, in
    // steps, so that each name is there once.
    void set_numbers(uint64_t first, uint64_t step) { shared_.numbers = {first, step}; }

    // Without them everyone may have as many sessions as they like; named before the first request.
    void set_client_limits(http::ClientLimits& limits) { shared_.limits = &limits; }

    // Who is told of sessions, if anybody; named before the first request.
    void set_watcher(base::SessionWatcher& watcher) { watcher_ = &watcher; }

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef) override {} // answers are immediate

    [[nodiscard]] base::SessionTracing& traces() { return shared_.tracing; }
    // As in bosh::Endpoint.
    [[nodiscard]] size_t portions() const { return sessions_.pages(); }
    template <class Visit>
    void for_each_of(size_t portion, Visit&& visit) const {
        sessions_.for_each_of(portion, [&](const std::unique_ptr<LiveSession>& session) {
            visit(std::as_const(*session));
        });
    }
    [[nodiscard]] LiveSession* find(base::SlotId id) {
        std::unique_ptr<LiveSession>* found = sessions_.find(id);
        return found != nullptr ? found->get() : nullptr;
    }

    // As in bosh::Endpoint.
    void refuse_new(bool refuses) { draining_ = refuses; }
    // Refuses new sessions and ends the others with system-shutdown and 1001, `most` by each call.
    // False: all have been told.
    [[nodiscard]] bool shut_down(size_t most);
    [[nodiscard]] bool empty() const { return sessions_.size() == 0; }
    [[nodiscard]] size_t session_count() const { return sessions_.size(); }

private:
    [[nodiscard]] bool has_room() const;
    void note_refusal(const http::Response& response);
    void refuse(http::RequestRef request, http::Response response);
    void give_back(LiveSession::Seats& seats);
    void on_opened(const LiveSession& session) override;
    void on_login(LiveSession& session) override;
    void on_ended(const LiveSession& session, std::string_view cause) override;
    void on_session_over(base::SlotId id) override;
    void tell(base::SessionEvent event, const LiveSession& session, std::string_view cause = {});

    LiveSession::Shared shared_;
    http::Responder* responder_ = nullptr;
    http::Upgrader* upgrader_ = nullptr;
    base::SessionWatcher* watcher_ = nullptr;
    base::SlotMap<std::unique_ptr<LiveSession>> sessions_;
    base::TableSweep<base::SlotId> told_of_shutdown_;
    base::Places own_places_;
    base::Places* places_ = &own_places_;
    bool draining_ = false;
};

} // namespace ws
