// Connection — one connection to an XMPP server, taken step by step: TCP, STARTTLS, TLS, the
// stream's features. Each step waits for its end.
// Spec:   RFC 6120 §4.2, §5; XEP-0368.
// Errors: Fault: the error, what the server said in clear, and a sentence where there is one.
// Life:   after a Fault it is of no more use.
#pragma once

#include "base/env.h"
#include "net/connector.h"
#include "net/proxy_header.h"
#include "probe/element.h"
#include "probe/turns.h"
#include "tls/client_context.h"
#include "tls/tls_transport.h"
#include "xmpp/starttls.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

struct Fault {
    base::Error error;
    std::string heard;    // the first bytes, in clear
    std::string sentence; // with the names and dates of the case; may be empty
};
template <class T>
using Outcome = std::expected<T, Fault>;

class Connection final : private net::ConnectListener,
                         private net::TransportListener,
                         private tls::HandshakeListener {
public:
    Connection(base::Env& env, xmpp::XmlCheck& check, Turns& turns)
        : env_(env), check_(check), turns_(turns) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The address that it led to.
    [[nodiscard]] Outcome<net::Address> connect(net::Connector& connector,
                                                const net::Target& target);
    // Begins with the PROXY protocol's header: who comes is this host.
    void announce(net::ProxyProtocol version);
    // Whether the server is ready for TLS now, or does not offer it.
    [[nodiscard]] Outcome<bool> start_tls(const std::string& domain);
    [[nodiscard]] Outcome<tls::PeerFacts>
    secure(const std::shared_ptr<const tls::ClientContext>& context,
           const tls::ClientParameters& parameters);
    // Opens a stream and returns its <stream:features/>.
    [[nodiscard]] Outcome<Element> open_stream(const std::string& domain);
    void close();

private:
    void on_connected(std::unique_ptr<net::Transport> transport) override;
    void on_connect_failed(base::Error reason) override;
    void on_bytes(base::ByteView bytes) override;
    void on_drained() override {}
    void on_closed(base::Error reason) override;
    void on_secured() override;
    void on_handshake_failed(base::Error reason) override;

    void write(std::string_view text);
    [[nodiscard]] bool wait_for_bytes();
    [[nodiscard]] std::unexpected<Fault> fault() const;
    [[nodiscard]] std::unexpected<Fault> fault(const base::Error& error) const;

    base::Env& env_;
    xmpp::XmlCheck& check_;
    Turns& turns_;
    std::unique_ptr<net::Transport> transport_;
    tls::TlsTransport* tls_ = nullptr; // the same, once it is one
    bool secured_ = false;
    std::string unread_; // what has come and no step has looked at yet
    std::string heard_;
    std::optional<base::Error> ended_;
};

} // namespace probe
