// LoopTest — real sockets on loopback: a loop, what records its events, and a peer that does by
// plain system calls what a well-behaved one would not.
#pragma once

#include "base/env.h"
#include "net/loop.h"
#include "net/stream_socket.h"
#include "net/tcp_listener.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tests {

using namespace std::chrono_literals;

// What a transport has reported. Set `then` to act inside a callback.
struct Record final : net::TransportListener {
    void on_bytes(base::ByteView bytes) override {
        received += bytes;
        if (inside_bytes) std::exchange(inside_bytes, nullptr)();
    }
    void on_drained() override {
        ++drained;
        if (inside_drained) std::exchange(inside_drained, nullptr)();
    }
    void on_closed(base::Error reason) override {
        ++closed;
        code = reason.code;
        if (inside_closed) std::exchange(inside_closed, nullptr)();
    }
    [[nodiscard]] bool ended_by(net::NetFault fault) const {
        return closed == 1 && code == static_cast<int>(fault);
    }

    std::string received;
    int drained = 0;
    int closed = 0;
    int code = -1;
    std::function<void()> inside_bytes;
    std::function<void()> inside_drained;
    std::function<void()> inside_closed;
};

// The far end as a plain non-blocking socket.
class RawPeer {
public:
    RawPeer() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    RawPeer(RawPeer&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawPeer& operator=(RawPeer&&) = delete;
    ~RawPeer() { close(); }

    // Before connecting: little room for what is not read.
    void shrink_receive_buffer() {
        int bytes = 4096;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    }
    // The kernel finishes it without the listener's doing.
    void connect(const net::Address& to);
    size_t send(std::string_view bytes);
    // What has come so far; `ended` and `error` tell of the end.
    std::string receive();
    void half_close() { ::shutdown(descriptor_, SHUT_WR); }
    void reset() {
        linger on{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &on, sizeof on);
        close();
    }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    bool ended = false; // FIN
    int error = 0;      // ECONNRESET, for one

private:
    int descriptor_;
};

class LoopTest : public testing::Test, protected net::AcceptListener {
protected:
    void on_accept(std::unique_ptr<net::Transport> connection) override {
        connection->set_listener(*records.emplace_back(std::make_unique<Record>()));
        accepted.push_back(std::move(connection));
    }

    [[nodiscard]] base::Env env() {
        return {loop, pool, loop.wheel(), loop.retired(), log, metrics};
    }
    std::unique_ptr<net::TcpListener> listen(net::TcpOptions options = {}) {
        auto listener = net::TcpListener::open(loop, env(), *net::Address::parse("127.0.0.1", 0),
                                               options, *this);
        EXPECT_TRUE(listener) << listener.error().what;
        return std::move(*listener);
    }
    // A connection: `accepted.back()` here, the result there.
    RawPeer connect_raw(const net::TcpListener& listener, bool small_buffer = false) {
        RawPeer peer;
        if (small_buffer) peer.shrink_receive_buffer();
        size_t before = accepted.size();
        peer.connect(listener.local());
        EXPECT_TRUE(run_until([&] { return accepted.size() > before; }));
        return peer;
    }

    // Turns the loop until it is so, and no longer than the limit.
    template <class Condition>
    [[nodiscard]] bool run_until(Condition&& condition, base::Duration limit = 10s) {
        Alarm alarm;
        loop.wheel().set(alarm, loop.now() + limit);
        while (!condition()) {
            if (alarm.rang) return false;
            loop.turn();
            ++turns;
        }
        return true;
    }
    // The same, with turns of the loop also when the peer has something to receive.
    template <class Condition>
    [[nodiscard]] bool run_until(RawPeer& peer, Condition&& condition, base::Duration limit = 10s) {
        net::UvHandle<uv_poll_t> watch;
        EXPECT_EQ(watch.init(nullptr,
                             [&](uv_poll_t* poll) {
                                 return uv_poll_init_socket(loop.uv(), poll, peer.descriptor());
                             }),
                  0);
        EXPECT_EQ(uv_poll_start(watch.get(), UV_READABLE, [](uv_poll_t*, int, int) {}), 0);
        return run_until(condition, limit);
    }
    void run_for(base::Duration time) {
        static_cast<void>(run_until([] { return false; }, time));
    }
    [[nodiscard]] base::SliceChain chain_of(size_t bytes, char fill = 'x') {
        return base::SliceChain(base::Slice::copy(pool, std::string(bytes, fill)));
    }

    base::SlicePool pool{256UL * 1024 * 1024};
    base::Log log = base::Log::nowhere();
    base::Metrics metrics;
    net::Loop loop;
    size_t turns = 0;
    std::vector<std::unique_ptr<Record>> records;
    std::vector<std::unique_ptr<net::Transport>> accepted;

private:
    struct Alarm final : base::TimerNode {
        void on_deadline(base::TimePoint) override { rang = true; }
        bool rang = false;
    };
};

} // namespace tests
