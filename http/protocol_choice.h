// ProtocolChoice — a connection in clear of which it is not known yet whether it speaks HTTP/1 or,
// by prior knowledge, HTTP/2: whose preface is no request of HTTP/1 by design.
// Spec:   RFC 9113 §3.3, §3.4; row H-096.
// Life:   as ClientConnection, until its first bytes tell; then the owner has another in its place.
#pragma once

#include "http/client_connection.h"
#include "net/transport.h"

#include <memory>
#include <string>
#include <string_view>

namespace http {

class ProtocolChoice final : public ClientConnection,
                             public net::TransportListener,
                             private base::TimerNode {
public:
    static constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    ProtocolChoice(ServerState& server, std::unique_ptr<net::Transport> transport,
                   ClientFacts client)
        : server_(server), transport_(std::move(transport)), client_(std::move(client)) {}
    ~ProtocolChoice() override = default;

    void refuse(Response&& response) override;
    void drop() override;
    void stop() override;
    // No request is taken here.
    void answer(RequestRef request, Response response) override;
    std::optional<Upgraded> upgrade(RequestRef request, Response switching) override;

private:
    void begin() override;
    void on_bytes(ByteView bytes) override;
    void on_drained() override {}
    void on_closed(base::Error reason) override;
    void on_deadline(base::TimePoint now) override;

    void close(net::CloseMode mode);

    ServerState& server_;
    std::unique_ptr<net::Transport> transport_;
    ClientFacts client_;
    std::string came_; // the beginning of the preface
    bool closing_ = false;
};

} // namespace http
