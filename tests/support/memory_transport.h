// MemoryPeer — the test's end of a connection whose other end, a Transport, belongs to the code
// under test. MemoryPair — two such transports joined to each other.
//
//     MemoryPeer peer;
//     Connection connection(peer.open());        // MemoryTransport, as unique_ptr<Transport>
//     peer.send("GET / HTTP/1.1\r\n");           // queued
//     peer.pump();                               // on_bytes() happens here and nowhere else
//     EXPECT_EQ(peer.take_received(), "...");
//
// Nothing happens by itself: callbacks come only inside step() and pump(), so never inside a call
// that the code under test makes, as the contract of Transport demands.
// Life:   the peer may outlive its transport and the other way round; each sees the other as gone.
#pragma once

#include "net/transport.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tests {

class MemoryTransport;

class MemoryPeer {
public:
    static constexpr size_t kEverything = SIZE_MAX;

    MemoryPeer();
    explicit MemoryPeer(net::Address peer_address);
    MemoryPeer(MemoryPeer&&) noexcept = default;
    MemoryPeer& operator=(MemoryPeer&&) noexcept = default;
    ~MemoryPeer();

    // The end for the code under test. Once.
    [[nodiscard]] std::unique_ptr<net::Transport> open();

    // What this side does. It takes effect in step() or pump().
    void send(std::string_view bytes); // any number of calls before a pump(): one read
    void end();                        // FIN, after everything sent
    void reset();                      // RST: overtakes what was sent
    void fail(base::Error reason);     // on_closed(reason), overtaking everything

    // How fast this side takes what is written to it: so many bytes at once when there is no
    // backlog, and so many in each step(). 0 is a peer that does not read.
    void accept_per_step(size_t bytes);
    void stall() { accept_per_step(0); }
    void unstall() { accept_per_step(kEverything); }
    // The longest run of bytes given to one on_bytes(); what is beyond waits for the next step().
    void deliver_per_step(size_t bytes);

    // Accepts, delivers, ends: each at most once. False if there was nothing to do.
    bool step();
    // Steps until nothing happens.
    void pump();

    // What arrived here, in order; what is still in the transport's backlog is not in it.
    [[nodiscard]] const std::string& received() const;
    [[nodiscard]] std::string take_received();
    [[nodiscard]] size_t writes() const; // calls of write()
    [[nodiscard]] size_t backlog_bytes() const;
    [[nodiscard]] size_t undelivered_bytes() const;
    [[nodiscard]] bool reading_paused() const; // by any reason
    [[nodiscard]] bool paused(net::PauseReason reason) const;

    // close() has been called on the transport, and how.
    [[nodiscard]] std::optional<net::CloseMode> close_mode() const;
    // This side would see the end of the stream: flushed and closed, aborted or destroyed.
    [[nodiscard]] bool saw_end() const;
    // The transport exists.
    [[nodiscard]] bool alive() const;

    struct Wire; // what both ends refer to

private:
    std::shared_ptr<Wire> wire_;
};

// Bytes written to one transport are read from the other; closing one is an end of stream for the
// other. For engines that talk to each other.
class MemoryPair {
public:
    [[nodiscard]] std::unique_ptr<net::Transport> open_left() { return left_.open(); }
    [[nodiscard]] std::unique_ptr<net::Transport> open_right() { return right_.open(); }
    MemoryPeer& left() { return left_; }
    MemoryPeer& right() { return right_; }

    bool step();
    void pump();

private:
    bool carry(MemoryPeer& from, MemoryPeer& to, bool& ended);

    MemoryPeer left_;
    MemoryPeer right_;
    bool left_ended_ = false;
    bool right_ended_ = false;
};

} // namespace tests
