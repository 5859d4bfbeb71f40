// TlsFixture — a test CA and contexts made from it; TlsPairFixture — and the two ends of a TLS
// connection over memory.
#pragma once

#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"
#include "tests/tls/test_ca.h"
#include "tls/client_context.h"
#include "tls/server_context.h"
#include "tls/tls_transport.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tests {

// One end: owns its transport and records what it reports.
struct TlsEnd final : tls::HandshakeListener, net::TransportListener {
    void on_secured() override {
        ++secured;
        transport->set_listener(*this);
        if (at_secured) at_secured();
    }
    void on_handshake_failed(base::Error reason) override {
        ++failed;
        fault = reason;
        explanation = transport->explanation();
    }
    void on_bytes(base::ByteView bytes) override {
        seen += bytes;
        ++reads;
        if (at_bytes) at_bytes();
    }
    void on_drained() override { ++drained; }
    void on_closed(base::Error reason) override {
        ++closed;
        fault = reason;
        if (at_closed) at_closed();
    }

    [[nodiscard]] tls::Fault tls_fault() const {
        return fault.category == base::Category::Tls ? static_cast<tls::Fault>(fault.code)
                                                     : tls::Fault::None;
    }

    std::unique_ptr<tls::TlsTransport> transport;
    std::function<void()> at_secured;
    std::function<void()> at_bytes;
    std::function<void()> at_closed;
    std::string seen;
    std::string explanation;
    base::Error fault{.category = base::Category::Bosh};
    int secured = 0, failed = 0, reads = 0, drained = 0, closed = 0;
};

class TlsFixture : public testing::Test {
protected:
    static std::shared_ptr<const tls::ClientContext>
    client_context(const tls::ClientSettings& settings) {
        auto context = tls::ClientContext::create(settings);
        EXPECT_TRUE(context.has_value()) << context.error();
        return *context;
    }
    static std::shared_ptr<const tls::ServerContext> server_context(const KeyPair& shown) {
        auto context = tls::ServerContext::create({.key_pairs = {files.write("server", shown)}});
        EXPECT_TRUE(context.has_value()) << context.error();
        return *context;
    }
    // One that trusts `ca`.
    static std::shared_ptr<const tls::ClientContext> trusting_client() {
        return client_context({.ca_file = files.write("ca.pem", ca.certificate())});
    }
    static tls::ClientParameters to_domain(const std::string& domain) {
        return {.identity = {.domain = domain}};
    }

    static base::SliceChain text(base::ByteView bytes) {
        return base::SliceChain(base::Slice::literal(bytes));
    }

    static inline const TestCa ca{"Test CA"};
    static inline const TempFiles files;

    TestEnv env;
};

// With a client and a server of ours, joined.
class TlsPairFixture : public TlsFixture {
protected:
    void connect(std::shared_ptr<const tls::ClientContext> context,
                 const tls::ClientParameters& parameters) {
        base::Env services = env.env();
        client.transport = tls::TlsTransport::connect(services, pair.open_left(),
                                                      std::move(context), parameters, client);
    }
    void accept(std::shared_ptr<const tls::ServerContext> context) {
        base::Env services = env.env();
        server.transport =
            tls::TlsTransport::accept(services, pair.open_right(), std::move(context), server);
    }
    // Both, up to data.
    void secure() {
        connect(trusting_client(), to_domain("a.example"));
        accept(server_context(ca.issue({.dns = {"a.example"}})));
        pair.pump();
        ASSERT_EQ(client.secured, 1) << client.explanation;
        ASSERT_EQ(server.secured, 1) << server.explanation;
    }
    MemoryPair pair;
    TlsEnd client;
    TlsEnd server;
};

} // namespace tests
