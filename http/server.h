// Server — the HTTP side of one worker: its connections, its routes, and the way back for answers.
// Spec:   conformance rows H-001, H-045, H-046, H-050, W-011.
// Life:   handlers outlive the server, also those whose routes are gone. Destroying it drops every
//         connection, and tells no handler.
#pragma once

#include "http/client_connection.h"

#include <memory>
#include <utility>
#include <vector>

namespace http {

class Server final : public Responder, public Upgrader, private ConnectionOwner {
public:
    Server(const base::Env& env, const Limits& limits, const Access& access = {})
        : state_(env, limits, access, *this),
          places_(access.connections != nullptr ? *access.connections : own_places_) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void add_route(Route route) { state_.routes.add(std::move(route)); }
    // From now on, also for the connections that are there.
    void use(const Limits& limits, const Access& access);
    void use(std::vector<Route> routes) { state_.routes.use(std::move(routes)); }

    // Serves a client. Beyond the limit of connections it gets 503, or 429 if it is its address's;
    // while stopping, nothing. The memory budget does not count here: live sessions come by new
    // connections, too.
    void accept(std::unique_ptr<net::Transport> transport, const ClientFacts& client,
                Protocol protocol = Protocol::Http1);
    bool respond(RequestRef request, Response response) override;
    void drop(RequestRef request) override;
    std::optional<Upgraded> upgrade(RequestRef request, Response switching) override;

    // Idle connections end now, the others with the last answer they are owed.
    void stop();
    [[nodiscard]] size_t connection_count() const { return connections_.size(); }
    [[nodiscard]] size_t open_request_count() const { return state_.open_requests.size(); }

private:
    void on_protocol_known(base::SlotId id, KnownConnection known) override;
    void on_connection_closed(base::SlotId id) override;
    [[nodiscard]] bool is_proxy(const ClientFacts& client) const;

    template <class Kind>
    void replace(base::SlotId id, std::unique_ptr<Kind> connection, const KnownConnection& known);

    ServerState state_;
    base::Places own_places_;
    base::Places& places_; // taken by connections, also those above the limit
    base::SlotMap<std::unique_ptr<ClientConnection>> connections_;
};

} // namespace http
