// ServerSearch — one session's way through the servers of its domain, until one is a server.
//
// Look-up, then for one server after the other: its turn, TCP, the PROXY header, STARTTLS or TLS at
// once. What comes out is handed over as found, but a connection is no server yet: only its stream
// header makes it one. Until that has come the owner may give it back for the next (U-032).
// Spec:   RFC 6120 §3, §5; XEP-0368; U-020..U-049, U-090..U-096.
// Errors: of each server to the log; that of the last one to the listener.
// Life:   owned by its stream, through the connector. See ServerSearchListener.
#pragma once

#include "xmpp/connect_failure.h"
#include "xmpp/server_choice.h"
#include "xmpp/server_connector.h"
#include "xmpp/starttls.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace xmpp {

class ServerSearch final : net::ConnectListener,
                           net::TransportListener,
                           ConnectPace::Waiter,
                           tls::HandshakeListener,
                           base::TimerNode {
public:
    ServerSearch(ServerConnector& connector, const DomainServers& servers,
                 StreamParameters parameters, ServerSearchListener& listener);
    ServerSearch(const ServerSearch&) = delete;
    ServerSearch& operator=(const ServerSearch&) = delete;
    ~ServerSearch() override;

    void start(ServerIndex server);
    // What was found is a server: its stream header came.
    void accept();
    // What was found is none, for this reason. True: the search goes on; false: it is over, and the
    // listener hears no more of it.
    [[nodiscard]] bool give_back(base::Error reason);

private:
    enum class State : uint8_t {
        Idle,
        LookingUp,
        Queued,
        Connecting,
        AskingForTls,
        Securing,
        Found, // handed over, until accept() or give_back()
        Over,
    };
    struct Candidate {
        std::string host;
        uint16_t port;
        ServerTerms terms;
        std::string key;       // for its health: a server is good or bad for one domain
        bool in_clear = false; // it has no STARTTLS, and need not
    };
    // One of the two questions to DNS.
    struct Question final : net::Resolver::SrvListener {
        void on_srv(net::SrvAnswer said) override;
        ServerSearch* search = nullptr;
        std::unique_ptr<net::Resolver::Query> query;
        std::optional<net::SrvAnswer> answer;
    };

    void look_up();
    void on_answers();
    void add(const Server& server);
    void add(std::string host, uint16_t port, const ServerTerms& terms);

    void try_next();
    void await_turn();
    void connect();
    void ask_for_tls();
    void secure();
    void hand_over();

    void on_turn() override;
    void on_connected(std::unique_ptr<net::Transport> transport) override;
    void on_connect_failed(base::Error reason) override;
    void on_bytes(base::ByteView bytes) override;
    void on_drained() override {}
    void on_closed(base::Error reason) override;
    void on_secured() override;
    void on_handshake_failed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    void on_server_failed(ConnectStage stage, base::Error reason, std::string_view sentence = {});
    void note_failure(ConnectStage stage, const base::Error& reason,
                      std::string_view sentence = {});
    void drop_connection();
    void end(base::Error reason);
    void write(std::string_view text);
    void set_deadline(base::Duration from_now);
    [[nodiscard]] bool may_go_on() const;
    [[nodiscard]] std::string place() const;

    ServerConnector& connector_;
    const DomainServers& servers_;
    StreamParameters parameters_;
    ServerSearchListener& listener_;
    std::string domain_; // in A-labels
    base::TimePoint give_up_at_;
    State state_ = State::Idle;
    std::array<Question, 2> questions_; // of STARTTLS, of direct TLS
    std::vector<Candidate> candidates_; // still to be tried, in order
    Candidate current_{};
    ConnectPace::Ticket ticket_ = 0;
    std::unique_ptr<net::Connector::Attempt> attempt_;
    std::optional<StartTls> starttls_;
    std::unique_ptr<net::Transport> transport_;
};

} // namespace xmpp
