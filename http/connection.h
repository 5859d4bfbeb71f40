// Connection — one HTTP/1.x client connection: requests in, answers out in the same order.
// Spec:   RFC 9112 §9; conformance rows B-019..B-022, B-032, H-033, H-034, H-040..H-048.
// Errors: a request at fault gets its status, and the connection ends in stages (H-048).
// Life:   owned by Server; ends by on_closed() of its transport, and tells the owner. Handlers are
//         called only while bytes are read or a deadline fires, never inside answer().
//
// A held request costs an Exchange here and a slot of the server; an idle connection this object.
#pragma once

#include "http/client_connection.h"
#include "http/head_verdict.h"
#include "net/transport.h"

#include <memory>
#include <vector>

namespace http {

class Connection final : public ClientConnection,
                         public net::TransportListener,
                         private base::TimerNode {
public:
    Connection(ServerState& server, std::unique_ptr<net::Transport> transport, ClientFacts client);
    ~Connection() override = default;

    void refuse(Response&& response) override;
    void answer(RequestRef request, Response response) override;
    std::optional<Upgraded> upgrade(RequestRef request, Response switching) override;
    void drop() override;
    void stop() override;

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
        std::unique_ptr<AccessLog::Record> record; // if there is an access log
        bool answered = false;
        bool head_request = false;
        bool close = false;
        bool announce_keep_alive = false;
    };

    void begin() override;
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
    std::unique_ptr<Intake> intake_;      // State::Head and State::Body
    std::vector<Exchange> exchanges_;     // oldest first
    std::unique_ptr<base::Slice> unread_; // came while too many requests were open
    base::TimePoint deadline_ = base::kNever;
    ClientFacts client_;
    State state_ = State::Fresh;
    bool backlogged_ = false;
    bool continue_owed_ = false; // 100 must not overtake the answers before it
};

} // namespace http
