// StreamSocket — a Transport over one connection: TCP, or a Unix-domain socket.
// Spec:   rows H-042 (write stall), H-046 (end of stream), H-048 (close in stages), U-033, U-055.
// Units:  bytes; time through the loop's wheel.
// Errors: errno of a failed read or write, NetFault::EndOfStream, NetFault::WriteStalled.
// Life:   as Transport says. Destroying it inside its own callback is safe too: no callback path
//         touches the socket after calling the listener. Bytes in flight outlive it in a WriteOp.
//
// A paused socket is not polled at all, so neither the peer's FIN nor its RST is noticed until it
// reads again or writes. A reset right behind the last bytes may come as EndOfStream: libuv does
// not read on after a hang-up. After close() no bytes are delivered, whatever the mode.
#pragma once

#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/handle.h"
#include "net/loop.h"
#include "net/tcp_options.h"
#include "net/transport.h"

#include <cstdint>
#include <memory>

namespace net {

using namespace std::chrono_literals;

// What libuv has for either sort of connection.
union StreamHandle {
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

class StreamSocket final : public Transport, private base::TimerNode {
public:
    // Takes over a connected descriptor, of a Unix-domain socket if the peer is Family::Local, else
    // one that has its options of TCP; reading starts with set_listener(). nullptr: the connection
    // was lost meanwhile; the descriptor is closed.
    [[nodiscard]] static std::unique_ptr<StreamSocket>
    adopt(Loop& loop, int descriptor, const Address& peer, const TcpOptions& options);
    ~StreamSocket() override = default;

    void set_listener(TransportListener& listener) override;
    void write(base::SliceChain bytes) override;
    [[nodiscard]] size_t backlog_bytes() const override;
    void set_watermarks(size_t low, size_t high) override;
    void pause_read(PauseReason reason) override;
    void resume_read(PauseReason reason) override;
    void close(CloseMode mode) override;

    [[nodiscard]] Address peer() const override { return peer_; }
    // Family::None once the connection is closing.
    [[nodiscard]] Address local() const override;

private:
    enum class State : uint8_t {
        Open,
        Broken,   // a write failed: what had come before is read, and then the failure reported
        Flushing, // close(Flush): the backlog is being sent, nothing is read
        Draining, // our FIN is out; what the peer still sends is read and dropped
        Closing,  // the handle is on its way back to the loop
        Closed,
    };
    struct WriteOp;

    StreamSocket(UvHandle<StreamHandle> connected, const Address& peer, const TcpOptions& options);

    void read_as_wanted();
    [[nodiscard]] bool reads() const;
    void start_reading();
    void on_read(ssize_t count, const char* bytes);
    bool write_directly(base::SliceChain& bytes);
    void queue(base::SliceChain bytes);
    void on_written(int status);
    void on_write_failed(uint16_t code);
    void start_watching_backlog();
    void on_deadline(base::TimePoint now) override;
    void check_backlog(base::TimePoint now);
    [[nodiscard]] uint32_t untaken_now() const;
    void half_close();
    void finish(uint16_t code);
    void on_peer_gone(uint16_t code);
    void report_closed();
    [[nodiscard]] int descriptor() const;

    [[nodiscard]] Loop& loop() const { return Loop::of(stream()->loop); }
    [[nodiscard]] uv_stream_t* stream() const { return &handle_.get()->stream; }

    // There may be a hundred thousand of these: 4-byte sizes (limits are far below 4 GiB), no
    // address that can be asked of the system, no timer but the node.
    UvHandle<StreamHandle> handle_;
    TransportListener* listener_ = nullptr;
    uint32_t low_bytes_ = 32 * 1024;
    uint32_t high_bytes_ = 64 * 1024;
    uint32_t write_stall_ms_;
    uint32_t untaken_bytes_ = 0; // untaken_now(), if the peer took nothing since the last check
    uint32_t drained_bytes_ = 0;
    uint16_t code_ = 0; // for on_closed
    Address peer_;      // kept: the system forgets it when the peer resets
    State state_ = State::Open;
    uint8_t pauses_ = 0; // PauseReason, or-ed
    uint8_t idle_checks_ = 0;
    bool above_high_ = false;
};

} // namespace net
