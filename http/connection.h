// Connection — one HTTP/1.x client connection: requests in, answers out in the same order.
// Spec:   RFC 9112 §9; conformance rows B-019..B-022, B-032, H-033, H-034, H-040..H-048.
// Errors: a request at fault gets its status, and the connection ends in stages (H-048).
// Life:   owned by Server; ends by on_closed() of its transport, and tells the owner. Handlers are
//         called only while bytes are read or a deadline fires, never inside answer().
//
// A held request costs an Exchange here and a slot of the server; an idle connection this object.
#pragma once

#include "base/env.h"
#include "base/slot_map.h"
#include "http/client_address.h"
#include "http/client_limits.h"
#include "http/head_verdict.h"
#include "http/intake.h"
#include "http/response_writer.h"
#include "net/transport.h"

#include <memory>
#include <string>
#include <vector>

namespace http {

class Connection;

class ConnectionOwner {
public:
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
};

// What the connections of one server share.
struct ServerState {
    ServerState(const base::Env& services, const Limits& numbers, const Access& who,
                ConnectionOwner& server)
        : env(services), limits(numbers), access(who), owner(server), intakes(limits, env.pool) {}

    base::Env env;
    Limits limits;
    Access access;
    ConnectionOwner& owner;
    RouteTable routes;
    IntakePool intakes;
    base::SlotMap<Connection*> open_requests; // by RequestRef
    DateField date;
    std::string cors_fields; // scratch, for its capacity
    ByteView behind_request; // of the read at hand, while a handler is called
    bool stopping = false;   // every answer is the last of its connection
};

class Connection final : public net::TransportListener, private base::TimerNode {
public:
    Connection(ServerState& server, std::unique_ptr<net::Transport> transport, ClientFacts client);
    ~Connection() override = default;

    void start(base::SlotId id, ClientLimits::Seat seat);
    // Instead of serving it: the server has no room for it (H-045).
    void refuse(Response&& response);
    [[nodiscard]] ClientLimits::Seat seat() const { return seat_; }
    // Once for each RequestRef that leads here.
    void answer(RequestRef request, Response response);
    // As in Upgrader. Afterwards the owner is told that this is over.
    std::optional<Upgraded> upgrade(RequestRef request, Response switching);
    // Ends it without another word.
    void drop();
    // Ends it now if nothing is going on, else after the last open request.
    void stop();

private:
    enum class State : uint8_t {
        Fresh,    // nothing has come yet
        Idle,     // between requests; some may be unanswered
        Head,     // in the middle of a head
        Body,     // or of a body
        Refusing, // no further request is taken; answers are still owed
        Closing,  // the transport has been told
        Upgraded, // the transport is somebody else's
    };
    // A request from its head to the sending of its answer.
    struct Exchange {
        RequestRef ref{}; // unset once answered
        const Route* route = nullptr;
        base::Slice origin; // if its answer depends on it
        base::SliceChain wire;
        bool answered = false;
        bool head_request = false;
        bool close = false;
        bool announce_keep_alive = false;
    };

    void on_bytes(ByteView bytes) override;
    void on_drained() override;
    void on_closed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    [[nodiscard]] bool takes_input() const { return state_ <= State::Body; }
    [[nodiscard]] bool may_read() const;
    void read(ByteView in);
    void read_unread();
    void on_step(const RequestParser::Step& step, ByteView behind);
    void on_head(bool more_follows);
    [[nodiscard]] std::optional<Response> refusal_by_limits() const;
    void on_body(ByteView bytes);
    [[nodiscard]] bool has_room_for(uint64_t body_bytes) const;
    void refuse_body(Response&& response);
    void on_complete(ByteView behind);
    void reject(HttpFault fault);
    void answer_unread(const RequestHead& head, HeadVerdict&& verdict);
    void end_intake();
    void expect_body(bool send_continue_first);
    void start_body_clock();
    void watch_body();
    void on_body_deadline(base::TimePoint now);
    void send_continue();

    Exchange& open_exchange(const Intake& intake, const RequestHead& head);
    void write(Exchange& exchange, Response&& response, bool with_cors);
    void flush();
    void on_exchanges_gone();
    void close_in_stages();
    void note_backlog();
    void file_deadline();

    ServerState& server_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<Intake> intake_;  // State::Head and State::Body
    std::vector<Exchange> exchanges_; // oldest first
    base::Slice unread_;              // came while too many requests were open
    base::TimePoint deadline_ = base::kNever;
    base::SlotId id_;
    ClientFacts client_;
    ClientLimits::Seat seat_;
    State state_ = State::Fresh;
    bool backlogged_ = false;
    bool continue_owed_ = false; // 100 must not overtake the answers before it
};

} // namespace http
