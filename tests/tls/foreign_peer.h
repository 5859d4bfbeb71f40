// ForeignPeer — the other end of a TLS connection by plain OpenSSL, without a line of ours: peers
// of another age, with other settings, or that ask for what they should not.
//
//     ForeignPeer server(ForeignPeer::Role::Server, pair, {.newest = TLS1_1_VERSION});
//     memory.send(server.feed(memory.take_received()));
#pragma once

#include "tests/tls/test_ca.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace tests {

struct ForeignSettings {
    int oldest = 0; // OpenSSL's numbers, 0: whatever it can
    int newest = 0;
    std::string ciphers{}; // of TLS 1.2 and older
    std::vector<std::string> alpn{};
    bool wants_certificate = false;
    std::string server_name{}; // client only
};

// What a ClientHello of ours offered.
struct SeenHello {
    std::optional<std::string> server_name;
    std::optional<std::string> alpn;
    std::string compressions; // one byte each
    bool early_data = false;
};

class ForeignPeer {
public:
    // `pair` is the server's certificate, or the client's.
    static ForeignPeer server(const KeyPair& pair, const ForeignSettings& settings);
    static ForeignPeer client(const ForeignSettings& settings, const KeyPair* pair = nullptr);
    ForeignPeer(ForeignPeer&&) noexcept;
    ~ForeignPeer();

    // A server's next connection.
    void accept_again();

    // Takes cipher bytes, goes on with whatever can go on, and returns what is to be sent.
    std::string feed(std::string_view cipher);
    std::string write(std::string_view plain);
    // Asks for a new handshake, as TLS 1.2 allows.
    std::string renegotiate();

    [[nodiscard]] bool secured() const;
    [[nodiscard]] bool has_peer_certificate() const;
    [[nodiscard]] std::string peer_subject() const;
    // A client's, before its first feed(): resume what the other ended with.
    void offer_session_of(const ForeignPeer& other);
    // By the session that the server gave.
    [[nodiscard]] size_t early_data_allowed() const;
    [[nodiscard]] const std::string& seen() const { return seen_; }
    [[nodiscard]] const std::optional<SeenHello>& hello() const { return *hello_; }
    // The first error of OpenSSL, in its words; empty: none.
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    struct Freed {
        void operator()(ssl_st* ssl) const;
        void operator()(ssl_ctx_st* context) const;
    };
    struct SessionSlot;
    explicit ForeignPeer(ssl_ctx_st* context);
    void prepare(const ForeignSettings& settings, const KeyPair* pair);
    void start();
    std::string drain();
    void note_error(int result);

    std::unique_ptr<ssl_ctx_st, Freed> context_;
    std::unique_ptr<ssl_st, Freed> ssl_;
    std::unique_ptr<std::optional<SeenHello>> hello_;
    std::unique_ptr<std::string> alpn_; // as on the wire
    std::unique_ptr<SessionSlot> session_;
    std::string seen_;
    std::string error_;
};

} // namespace tests
