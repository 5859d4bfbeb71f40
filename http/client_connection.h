// ClientConnection — one client's connection as the server sees it, whichever HTTP it speaks.
// Life:   owned by Server; tells its ConnectionOwner when it is over. Handlers are called only
//         while bytes are read or a deadline fires, never inside answer().
#pragma once

#include "base/env.h"
#include "base/places.h"
#include "base/slot_map.h"
#include "http/access_log.h"
#include "http/client_address.h"
#include "http/client_limits.h"
#include "http/h2_memory.h"
#include "http/handler.h"
#include "http/intake.h"
#include "http/response_writer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace http {

// A client that reads slower than it asks is not read from until its answers are under way.
inline constexpr size_t kBacklogLowBytes = size_t{16} * 1024;
inline constexpr size_t kBacklogHighBytes = size_t{64} * 1024;
// How often a body is looked at, whether it comes quickly enough: long enough for a packet that is
// lost and sent again.
inline constexpr std::chrono::seconds kBodyLook = 10s;

class ClientConnection {
public:
    virtual ~ClientConnection() = default;

    void start(base::SlotId id, ClientLimits::Seat seat) {
        id_ = id;
        seat_ = seat;
        begin();
    }
    // Instead of serving it: the server has no room for it (H-045).
    virtual void refuse(Response&& response) = 0;
    [[nodiscard]] ClientLimits::Seat seat() const { return seat_; }
    // Once for each RequestRef that leads here.
    virtual void answer(RequestRef request, Response response) = 0;
    // As in Upgrader. Afterwards the owner is told that this is over.
    virtual std::optional<Upgraded> upgrade(RequestRef request, Response switching) = 0;
    // Ends it without another word.
    virtual void drop() = 0;
    // Ends it now if nothing is going on, else after the last open request.
    virtual void stop() = 0;

protected:
    // Names itself to its transport.
    virtual void begin() = 0;

    [[nodiscard]] base::SlotId id() const { return id_; }
    [[nodiscard]] ClientLimits::Seat give_seat() { return std::exchange(seat_, {}); }

private:
    base::SlotId id_;
    ClientLimits::Seat seat_;
};

// What a connection begins with.
enum class Protocol : uint8_t {
    Http1,
    Http2,     // as was agreed to before (H-095)
    ByPreface, // either, as its first bytes say
};

// A connection whose first bytes have told what it speaks.
struct KnownConnection {
    Protocol protocol;
    std::unique_ptr<net::Transport> transport; // to be given its new listener at once
    ClientFacts client;
    ClientLimits::Seat seat;
    ByteView came; // of the one that asks, which lives until the turn of the loop is over
};

class ConnectionOwner {
public:
    // Another connection is to go on in its place.
    virtual void on_protocol_known(base::SlotId id, KnownConnection known) = 0;
    // The connection is over and calls nobody any more; it is still on the stack.
    virtual void on_connection_closed(base::SlotId id) = 0;

protected:
    ~ConnectionOwner() = default;
};

// Who clients are, and how much each may take; null: everyone is who connects, without limits.
struct Access {
    const ProxyPolicy* proxies = nullptr;
    ClientLimits* limits = nullptr;
    const std::vector<std::string>* hosts = nullptr; // names that we go by; null or empty: any
    base::Places* connections = nullptr; // of all workers together; null: this is the only one
    const AccessLog* log = nullptr;      // null: there is none
};

// What the connections of one server share.
struct ServerState {
    ServerState(const base::Env& services, const Limits& numbers, const Access& who,
                ConnectionOwner& server)
        : env(services), limits(numbers), access(who), owner(server), intakes(limits, env.pool) {}

    // Of which `held_bytes` are here already.
    [[nodiscard]] bool has_room_for(uint64_t body_bytes, size_t held_bytes) const {
        if (body_bytes <= kAlwaysTakenBytes) return true;
        return body_bytes + env.pool.used_bytes() <= env.pool.budget_bytes() + held_bytes;
    }

    // Null: nothing is written of requests.
    [[nodiscard]] std::unique_ptr<AccessLog::Record> record(const RequestHead& head,
                                                            const ClientFacts& client) const {
        return access.log != nullptr ? access.log->begin(head, client) : nullptr;
    }

    base::Env env;
    Limits limits;
    Access access;
    ConnectionOwner& owner;
    RouteTable routes;
    IntakePool intakes;
    FrameRoom frame_room;                           // of HTTP/2
    base::SlotMap<ClientConnection*> open_requests; // by RequestRef
    DateField date;
    std::string cors_fields; // scratch, for its capacity
    ByteView behind_request; // of the read at hand, while a handler is called
    bool stopping = false;   // every answer is the last of its connection
};

} // namespace http
