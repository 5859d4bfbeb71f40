#include "http/server.h"

#include "base/error.h"
#include "http/connection.h"
#include "http/h2_connection.h"
#include "http/protocol_choice.h"

#include <utility>

namespace http {

namespace {

// So many connections above the limit are told so before they are closed; the rest is cut off, as
// telling costs what the limit is there to save.
constexpr size_t kRefusalsAtOnce = 64;

} // namespace

void Server::use(const Limits& limits, const Access& access) {
    CM_ASSERT(access.connections == state_.access.connections); // they have entered there
    state_.limits = limits;
    state_.access = access;
}

void Server::accept(std::unique_ptr<net::Transport> transport, const ClientFacts& client,
                    Protocol protocol) {
    if (state_.stopping) return;
    size_t limit = state_.limits.max_connections;
    if (!places_.enter(limit + kRefusalsAtOnce)) {
        state_.env.metrics.add(base::Counter::ConnectionsRefused);
        return;
    }
    bool no_room = places_.taken() > limit;
    state_.env.metrics.add(base::Counter::HttpConnectionsAccepted);
    if (no_room) state_.env.metrics.add(base::Counter::ConnectionsRefused);

    ClientLimits::Verdict verdict;
    ClientLimits::Seat seat;
    if (state_.access.limits != nullptr && !is_proxy(client)) {
        verdict = state_.access.limits->enter_connection(client, seat);
        if (!verdict.granted() && !seat.counted) {
            places_.leave();
            return;
        }
    }
    bool refused = no_room || !verdict.granted();
    std::unique_ptr<ClientConnection> connection;
    if (protocol == Protocol::Http2) {
        connection = std::make_unique<H2Connection>(state_, std::move(transport), client);
    } else if (protocol == Protocol::ByPreface && !refused) {
        connection = std::make_unique<ProtocolChoice>(state_, std::move(transport), client);
    } else {
        connection = std::make_unique<Connection>(state_, std::move(transport), client);
    }
    ClientConnection& started = *connection;
    base::SlotId id = connections_.insert(std::move(connection));
    started.start(id, seat);
    if (no_room) {
        started.refuse(plain_response(503));
    } else if (!verdict.granted()) {
        started.refuse(limit_response(verdict));
    }
}

// Its connections are many clients'; who each request is of shows in its head.
bool Server::is_proxy(const ClientFacts& client) const {
    return state_.access.proxies != nullptr && state_.access.proxies->trusts(client.peer);
}

bool Server::respond(RequestRef request, Response response) {
    std::optional<ClientConnection*> connection = state_.open_requests.take(request);
    if (!connection) return false;
    (*connection)->answer(request, std::move(response));
    return true;
}

void Server::drop(RequestRef request) {
    ClientConnection** connection = state_.open_requests.find(request);
    if (connection != nullptr) (*connection)->drop();
}

std::optional<Upgraded> Server::upgrade(RequestRef request, Response switching) {
    ClientConnection** connection = state_.open_requests.find(request);
    CM_ASSERT(connection != nullptr);
    return (*connection)->upgrade(request, std::move(switching));
}

void Server::stop() {
    state_.stopping = true;
    connections_.for_each(
        [](base::SlotId, std::unique_ptr<ClientConnection>& connection) { connection->stop(); });
}

template <class Kind>
void Server::replace(base::SlotId id, std::unique_ptr<Kind> connection,
                     const KnownConnection& known) {
    std::unique_ptr<ClientConnection>* place = connections_.find(id);
    CM_ASSERT(place != nullptr);
    Kind& started = *connection;
    state_.env.retired.retire(std::exchange(*place, std::move(connection)));
    started.start(id, known.seat);
    static_cast<net::TransportListener&>(started).on_bytes(known.came);
}

void Server::on_protocol_known(base::SlotId id, KnownConnection known) {
    if (known.protocol == Protocol::Http2) {
        replace(id,
                std::make_unique<H2Connection>(state_, std::move(known.transport), known.client),
                known);
    } else {
        replace(id, std::make_unique<Connection>(state_, std::move(known.transport), known.client),
                known);
    }
}

void Server::on_connection_closed(base::SlotId id) {
    std::optional<std::unique_ptr<ClientConnection>> connection = connections_.take(id);
    CM_ASSERT(connection);
    places_.leave();
    if (state_.access.limits != nullptr) {
        state_.access.limits->leave_connection((*connection)->seat());
    }
    state_.env.retired.retire(std::move(*connection));
}

} // namespace http
