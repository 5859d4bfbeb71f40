// Engine — TLS without I/O: cipher bytes in, plain bytes out, and back.
// Spec:   RFC 8446, RFC 5246 by OpenSSL; rows U-041..U-049, S-020, S-035.
// Units:  records of at most 16 KiB of plain bytes.
// Errors: state() Failed, then fault() and explanation(). What is to be sent then, the alert, is in
//         take_output() as ever.
// Life:   owned by a TlsTransport or a test; holds its context. Calls nobody back. While nothing
//         happens it keeps no buffer: not for reading, unless a record is incomplete, nor for
//         writing.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "net/tls_facts.h"
#include "tls/client_context.h"
#include "tls/fault.h"
#include "tls/peer_facts.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;     // OpenSSL's SSL
struct ssl_ctx_st; // SSL_CTX

namespace tls {

class ServerContext;

class Engine {
public:
    enum class State : uint8_t {
        Handshaking,
        Open,
        Ended, // the peer's close_notify has come
        Failed,
    };

    // Once for each context: what OpenSSL calls in connections made from it.
    static void install_callbacks(ssl_ctx_st& context);

    // The client's first words are in take_output() right away.
    Engine(base::SlicePool& pool, std::shared_ptr<const ClientContext> context,
           ClientParameters parameters);
    Engine(base::SlicePool& pool, std::shared_ptr<const ServerContext> context);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    // What the peer sent, cut anywhere; all of it is taken. Appends what it says to `plain`.
    void feed(base::ByteView cipher, base::SliceBuilder& plain);
    // TCP has ended: a failure, unless close_notify came before.
    void feed_end_of_stream();
    // Once secured(), and until close().
    void write(const base::SliceChain& plain);
    // Says close_notify.
    void close();
    // What is to be sent. Ask after each of the above.
    [[nodiscard]] base::SliceChain take_output();

    [[nodiscard]] State state() const { return state_; }
    // The handshake is over and was good, whatever came later.
    [[nodiscard]] bool secured() const { return secured_; }
    [[nodiscard]] base::Error fault() const;
    // A sentence about the fault with the names and dates at hand.
    [[nodiscard]] std::string explanation() const;
    // What would have to be pinned for the certificate that was refused; empty: none was.
    [[nodiscard]] std::string refused_key() const;
    [[nodiscard]] PeerFacts peer_facts() const;
    // An earlier session goes on; once secured().
    [[nodiscard]] bool resumed() const;
    // What ALPN came to; empty: nothing. Valid as long as the engine.
    [[nodiscard]] std::string_view application_protocol() const;
    // What was agreed, from secured() on.
    [[nodiscard]] std::optional<net::TlsTerms> terms() const;
    // Of a client, once secured().
    [[nodiscard]] net::TlsFacts client_facts() const;

private:
    struct Bio;
    struct Callbacks;
    friend struct Callbacks;
    struct Freed {
        void operator()(ssl_st* ssl) const;
    };
    struct Client;

    void start();
    void offer_protocol(std::string_view name);
    void offer_session();
    void shake_hands();
    bool read_some(base::SliceBuilder& plain);
    bool encrypt(base::ByteView plain);
    void on_close_notify();
    void on_call_failed(int result);
    void fail(Verdict verdict);

    base::SlicePool& pool_;
    std::unique_ptr<Client> client_; // nullptr: the server's side
    base::ByteView input_;           // while feed() runs
    base::SliceChain output_;
    std::unique_ptr<Verdict> verdict_; // of a failure
    std::unique_ptr<ssl_st, Freed> ssl_;
    std::shared_ptr<const ServerContext> server_; // kept, for what OpenSSL calls
    State state_ = State::Handshaking;
    bool secured_ = false;
};

} // namespace tls
