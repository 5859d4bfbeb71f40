// H2Connection — one HTTP/2 client connection: many requests at a time, each a stream that is
// answered when its answer is there.
// Spec:   RFC 9113, RFC 8441; rows H-042..H-046, H-050, H-096, H-097.
// Errors: a request at fault gets its status, and the others go on. A client that sends more than
//         H2Guard lets pass, or that leaves answers unread, loses the connection; one that does not
//         read from a tunnel loses that.
// Life:   as ClientConnection.
#pragma once

#include "http/client_connection.h"
#include "http/h2_session.h"
#include "http/h2_tunnel.h"
#include "http/head_verdict.h"
#include "net/transport.h"

#include <memory>
#include <vector>

namespace http {

class H2Connection final : public ClientConnection,
                           public net::TransportListener,
                           private H2Session::Listener,
                           private H2Tunnel::Carrier,
                           private base::TimerNode {
public:
    // Bodies in the making, of all streams together; beyond: 503. Each has its own limit, but a
    // client may have many streams.
    static constexpr size_t kMostBodyBytes = size_t{4} * 1024 * 1024;

    // What came through tunnels and is not read yet, of all together; beyond, the connection's
    // window stays as far open as it is, for what else comes too.
    static constexpr size_t kMostUnreadBytes = size_t{1} * 1024 * 1024;

    // After an answer that did not wait for the end of its request. RFC 9113 §8.1 lets the stream
    // be reset at once, but clients (curl 7.88) then lose the answer that came with the reset.
    static constexpr std::chrono::seconds kLinger = 2s;

    H2Connection(ServerState& server, std::unique_ptr<net::Transport> transport,
                 ClientFacts client);
    ~H2Connection() override;

    void refuse(Response&& response) override;
    void answer(RequestRef request, Response response) override;
    std::optional<Upgraded> upgrade(RequestRef request, Response switching) override;
    void drop() override;
    void stop() override;

private:
    using Stream = H2Session::Stream;
    enum class State : uint8_t {
        Open,
        WindingDown, // no further request is taken; answers are still owed
        Closing,     // the transport has been told
    };
    // What has come of a request that is not whole.
    struct Incoming {
        ClientFacts client;
        base::SliceBuilder body;
        size_t max_body_bytes = 0;
        bool length_stated = false;
        base::TimePoint deadline{};  // of all of it
        base::TimePoint next_look{}; // whether it comes quickly enough
        size_t bytes_then = 0;       // at the latest of these
    };
    // A request from its head to the last byte of its answer.
    struct Exchange {
        Stream stream = 0;
        RequestRef ref{}; // while its handler has it
        const Route* route = nullptr;
        base::Slice origin; // if its answer depends on it
        std::unique_ptr<Incoming> incoming;
        std::unique_ptr<AccessLog::Record> record; // if there is an access log
        H2Tunnel* tunnel = nullptr;                // until it is closed and nobody has it any more
        base::TimePoint progress_at{};             // of its answer
        bool head_request = false;
        bool connect = false;  // a tunnel was asked for
        bool answered = false; // nothing is to be added to it
        bool lingered = false; // that long; what is left is the client's to take
    };
    struct Lost {
        RequestRef ref;
        Handler* handler;
    };

    void begin() override;
    void on_bytes(ByteView bytes) override;
    void on_drained() override;
    void on_closed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    void on_head(Stream stream, H2Head& head, bool body_follows) override;
    void on_body(Stream stream, ByteView bytes) override;
    void on_complete(Stream stream, const H2Head& head) override;
    void on_tunnel_end(Stream stream) override;
    void on_progress(Stream stream) override;
    void on_stream_over(Stream stream) override;

    void send(Stream stream, base::SliceChain bytes) override;
    [[nodiscard]] size_t unsent_bytes(Stream stream) const override;
    void on_taken(Stream stream, size_t bytes) override;
    void end(Stream stream, net::CloseMode mode) override;
    void wake(H2Tunnel& tunnel) override;
    void on_tunnel_gone(H2Tunnel& tunnel) override;

    [[nodiscard]] Exchange* find(Stream stream);
    [[nodiscard]] HeadVerdict judge(const RequestHead& head, const H2Head& whole,
                                    const ClientFacts& client) const;
    [[nodiscard]] bool has_room_for(uint64_t body_bytes, size_t held_bytes) const;
    RequestRef pass_on(Exchange& exchange);
    void expect_body(Exchange& exchange, const RequestHead& head);
    void look_at_bodies(base::TimePoint now);
    void end_lingering(base::TimePoint now);
    void reject(Exchange& exchange, Response&& response, bool with_cors = true);
    void write(Exchange& exchange, Response&& response, bool with_cors);
    void note_excess();
    void note_unfinished();
    void tell_lost();
    void take_from_tunnel(H2Tunnel& tunnel, ByteView bytes);
    void open_window();
    void settle_tunnels();
    void pump();
    void wind_down();
    void close_in_stages();
    [[nodiscard]] bool waits_for_client(const Exchange& exchange) const;
    [[nodiscard]] bool is_stalled(base::TimePoint now) const;
    void end_stalled_tunnels(base::TimePoint now);
    [[nodiscard]] base::TimePoint next_deadline() const;
    void file_deadline();

    ServerState& server_;
    std::unique_ptr<net::Transport> transport_;
    H2Session session_;
    ClientFacts client_;
    std::vector<Exchange> exchanges_;
    std::vector<Lost> lost_;     // whose handlers are not told yet
    std::vector<H2Tunnel*> due_; // to be settled; those whose streams are over, too
    size_t body_bytes_ = 0;      // of all that is incoming
    size_t unread_bytes_ = 0;    // of all tunnels
    size_t withheld_bytes_ = 0;  // of the connection's window
    uint32_t unfinished_ = 0;
    base::TimePoint unfinished_since_{};
    base::TimePoint idle_since_{};
    base::Duration patience_; // with an idle client
    State state_ = State::Open;
    bool in_session_ = false; // the session is on the stack
    bool backlogged_ = false;
};

} // namespace http
