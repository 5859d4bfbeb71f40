// H2TunnelTest — a server whose path /up opens tunnels, and a client of HTTP/2.
// Life:   as gtest has it.
#pragma once

#include "http/h2_connection.h"
#include "http/response_writer.h"
#include "tests/http/h2_peer.h"
#include "tests/http/server_fixture.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

using tests::H2Peer;

inline constexpr int32_t kWindow = 65'535;
// Error codes (RFC 9113 §7).
inline constexpr uint32_t kNoError = 0;
inline constexpr uint32_t kProtocolError = 1;

// The end of a tunnel, which writes down what it hears.
struct TunnelEnd final : net::TransportListener {
    void on_bytes(base::ByteView bytes) override {
        heard += bytes;
        ++reads;
        if (answer) transport->write(base::SliceChain(base::Slice::literal(answer)));
    }
    void on_drained() override { ++drained; }
    void on_closed(base::Error reason) override { closed = reason; }

    void write(base::SlicePool& pool, std::string_view bytes) const {
        transport->write(base::SliceChain(base::Slice::copy(pool, bytes)));
    }

    std::unique_ptr<net::Transport> transport;
    ClientLimits::Seat seat;
    std::string heard;
    const char* answer = nullptr; // to each read
    int reads = 0;
    int drained = 0;
    std::optional<base::Error> closed;
};

// Opens whatever comes, with watermarks of 0 and 1, as sessions have them.
class TunnelHandler final : public Handler {
public:
    explicit TunnelHandler(Server& server) : server_(server) {}

    [[nodiscard]] Verdict on_head(const RequestHead& head, const ClientFacts&) override {
        methods.push_back(head.method);
        return {};
    }
    void on_request(RequestRef ref, const RequestHead& head, base::Slice body,
                    const ClientFacts&) override {
        EXPECT_EQ(body.size(), 0U);
        std::optional<Upgraded> upgraded;
        if (!head.fields.has("x-refuse"))
            upgraded = server_.upgrade(ref, {.fields = "X-Is: up\r\n"});
        if (!upgraded) {
            server_.respond(ref, plain_response(400));
            return;
        }
        auto& end = ends.emplace_back(std::make_unique<TunnelEnd>());
        end->transport = std::move(upgraded->transport);
        end->transport->set_watermarks(0, 1);
        end->transport->set_listener(*end);
        end->seat = upgraded->seat;
        end->on_bytes(upgraded->rest);
        end->reads = 0;
    }
    void on_request_lost(RequestRef) override { ++lost; }

    std::vector<std::unique_ptr<TunnelEnd>> ends;
    std::vector<Method> methods;
    int lost = 0;

private:
    Server& server_;
};

class H2TunnelTest : public ServerFixture {
protected:
    void SetUp() override { begin({}); }
    void begin(const Limits& limits, const Access& access = {}) {
        client_.reset();
        start(limits, access);
        tunnels_.emplace(*server_);
        server_->add_route(
            {.path = "/up", .handler = &*tunnels_, .allow = "GET", .websocket = true});
    }
    H2Peer& connect(uint32_t window = kWindow, const ClientFacts& facts = {}) {
        client_.reset();
        peer_ = MemoryPeer();
        server_->accept(peer_.open(), facts, Protocol::Http2);
        client_.emplace(peer_, [this] { settle(peer_); }, window);
        return *client_;
    }
    // A client with a tunnel.
    int32_t open(uint32_t window = kWindow) {
        H2Peer& client = connect(window);
        int32_t stream = client.connect("/up");
        client.exchange();
        EXPECT_EQ(client.answer(stream).status, 200);
        return stream;
    }
    [[nodiscard]] TunnelEnd& end(size_t index = 0) const { return *tunnels_->ends.at(index); }
    void pass(base::Duration time) {
        advance(time, peer_);
        client_->exchange();
    }

    std::optional<TunnelHandler> tunnels_;
    MemoryPeer peer_;
    std::optional<H2Peer> client_;
};

} // namespace http
