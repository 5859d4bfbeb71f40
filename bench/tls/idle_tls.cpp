// What an idle TLS connection costs in memory, beyond the transport that it goes over: heap bytes,
// as the allocator counts them, for a thousand connections over memory.
//
//     bench/tls/idle_tls [LIMIT]      fails if a connection to a server costs more than LIMIT bytes

#include "tests/support/memory_transport.h"
#include "tests/support/test_env.h"
#include "tests/tls/test_ca.h"
#include "tls/client_context.h"
#include "tls/server_context.h"
#include "tls/tls_transport.h"

#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <vector>

namespace {

constexpr size_t kConnections = 1000;

size_t heap_bytes() {
    struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
}

struct End final : tls::HandshakeListener, net::TransportListener {
    void on_secured() override { transport->set_listener(*this); }
    void on_handshake_failed(base::Error reason) override {
        std::fprintf(stderr, "%s\n", reason.what);
        std::exit(1);
    }
    void on_bytes(base::ByteView) override {}
    void on_drained() override {}
    void on_closed(base::Error) override {}
    std::unique_ptr<tls::TlsTransport> transport;
};

enum class Kept { Client, Server };

class Bench {
public:
    Bench() {
        tests::TestCa ca("Bench CA");
        // As a public authority issues it: a leaf and an intermediate.
        tests::KeyPair middle = ca.issue({.common_name = "Bench Intermediate", .is_ca = true});
        tests::KeyPair leaf = tests::issue(middle, {.dns = {"a.example", "*.a.example"}});
        leaf.issuers = middle.certificate;
        client_ = *tls::ClientContext::create({.ca_file = files_.write("ca", ca.certificate())});
        server_ = *tls::ServerContext::create({.key_pairs = {files_.write("server", leaf)}});
    }

    // Bytes of each of a thousand connections, of which one end is kept.
    size_t measure(Kept kept, const std::string& session) {
        make_connections(kept, session, 1); // what is made once, for all, is not counted
        std::vector<std::unique_ptr<End>> ends;
        size_t before = heap_bytes();
        ends = make_connections(kept, session, kConnections);
        size_t after = heap_bytes();
        return (after - before) / kConnections;
    }

    // The same without TLS, to be taken away from it.
    size_t measure_plain() {
        std::vector<std::unique_ptr<End>> ends;
        size_t before = heap_bytes();
        ends.reserve(kConnections);
        for (size_t i = 0; i < kConnections; ++i) {
            auto end = std::make_unique<End>();
            tests::MemoryPeer peer;
            lowers_.push_back(peer.open());
            ends.push_back(std::move(end));
        }
        size_t after = heap_bytes();
        lowers_.clear();
        return (after - before) / kConnections;
    }

private:
    std::vector<std::unique_ptr<End>> make_connections(Kept kept, const std::string& session,
                                                       size_t count) {
        std::vector<std::unique_ptr<End>> ends;
        ends.reserve(count);
        base::Env env = env_.env();
        for (size_t i = 0; i < count; ++i) {
            tests::MemoryPair pair;
            auto client = std::make_unique<End>(), server = std::make_unique<End>();
            client->transport = tls::TlsTransport::connect(
                env, pair.open_left(), client_,
                {.identity = {.domain = "a.example"}, .server = session}, *client);
            server->transport = tls::TlsTransport::accept(env, pair.open_right(), server_, *server);
            pair.pump();
            // Some traffic: what it leaves behind counts as well.
            client->transport->write(base::SliceChain(base::Slice::literal("<presence/>")));
            server->transport->write(base::SliceChain(base::Slice::literal("<presence/>")));
            pair.pump();
            ends.push_back(std::move(kept == Kept::Client ? client : server));
        }
        return ends;
    }

    tests::TestEnv env_;
    tests::TempFiles files_;
    std::shared_ptr<const tls::ClientContext> client_;
    std::shared_ptr<const tls::ServerContext> server_;
    std::vector<std::unique_ptr<net::Transport>> lowers_;
};

} // namespace

int main(int argc, char** argv) {
    Bench bench;
    size_t plain = bench.measure_plain();
    size_t upstream = bench.measure(Kept::Client, "") - plain;
    size_t resumed = bench.measure(Kept::Client, "server:5223") - plain;
    size_t client_side = bench.measure(Kept::Server, "") - plain;
    std::printf("transport below            %6zu bytes\n"
                "TLS to a server            %6zu bytes more\n"
                "TLS to a server, resumed   %6zu bytes more\n"
                "TLS from a client          %6zu bytes more\n",
                plain, upstream, resumed, client_side);
    size_t limit = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : SIZE_MAX;
    return upstream <= limit ? 0 : 1;
}
