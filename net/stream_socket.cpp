// There are two ways out of a connection. What reading finds, the peer's end or a fault, is
// reported at once: what other sockets bring in the same turn of the loop must not be written to a
// peer that is known to have gone. Everything else goes through finish(): it hands the handle back
// to the loop, and on_closed() comes from the close callback. So it is never inside a call of the
// owner's, comes once and last, and not at all if the owner has destroyed the socket in between.
//
// A write that fails says that the peer has gone, not that it had nothing to say before: its last
// words may have arrived already. They are read first (Broken), unless reading is paused.
//
// Closing with Flush takes the stages of RFC 9112 §9.6. A socket closed with unread bytes in its
// receive queue answers with RST, and an RST makes the peer throw away what it has not read yet:
// our last response. So after the last byte we send FIN, and read and drop what still comes.

#include "net/stream_socket.h"

#include "net/socket_address.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace net {

using base::Duration;
using base::SliceChain;

namespace {

// How long and for how much a peer may still send after our FIN; beyond it the RST is deserved. So
// long may also be read after a write failed, but there the system has nothing but what had come.
constexpr Duration kDrainTime = 2s;
constexpr uint32_t kDrainBytes = 1024 * 1024;
// A backlog is looked at so often within its stall time: it is cut off at most a quarter late.
constexpr uint8_t kChecksPerStall = 4;
constexpr size_t kBuffersPerWrite = 64;

uint32_t narrowed(size_t bytes) {
    return static_cast<uint32_t>(std::min<size_t>(bytes, std::numeric_limits<uint32_t>::max()));
}

uv_buf_t to_buffer(const base::Slice& slice) {
    // libuv's buffers are not const; a write only reads them.
    return uv_buf_init(const_cast<char*>(slice.data()), static_cast<unsigned>(slice.size()));
}

const char* describe(uint16_t code) {
    switch (code) {
    case 0: return "closed by us";
    case static_cast<uint16_t>(NetFault::EndOfStream): return "end of stream";
    case static_cast<uint16_t>(NetFault::WriteStalled): return "peer does not read";
    default: break;
    }
    const char* description = strerrordesc_np(code);
    return description != nullptr ? description : "unknown system error";
}

} // namespace

// Owns the bytes until the system has taken them, whether or not the socket lives.
struct StreamSocket::WriteOp {
    uv_write_t request{};
    SliceChain bytes;
};

std::unique_ptr<StreamSocket> StreamSocket::adopt(Loop& loop, int descriptor, const Address& peer,
                                                  const TcpOptions& options) {
    bool local = peer.family == Address::Family::Local;
    UvHandle<StreamHandle> handle;
    int status = handle.init(nullptr, [&](StreamHandle* made) {
        return local ? uv_pipe_init(loop.uv(), &made->pipe, 0) : uv_tcp_init(loop.uv(), &made->tcp);
    });
    if (status >= 0) {
        status = local ? uv_pipe_open(&handle.get()->pipe, descriptor)
                       : uv_tcp_open(&handle.get()->tcp, descriptor);
    }
    if (status < 0) {
        ::close(descriptor);
        return nullptr;
    }
    return std::unique_ptr<StreamSocket>(new StreamSocket(std::move(handle), peer, options));
}

StreamSocket::StreamSocket(UvHandle<StreamHandle> connected, const Address& peer,
                           const TcpOptions& options)
    : handle_(std::move(connected)),
      write_stall_ms_(narrowed(static_cast<size_t>(options.write_stall.count()))), peer_(peer) {
    handle_.set_owner(this);
}

void StreamSocket::set_listener(TransportListener& listener) {
    listener_ = &listener;
    read_as_wanted();
}

Address StreamSocket::local() const {
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    auto* system = reinterpret_cast<sockaddr*>(&name);
    if (!handle_ || ::getsockname(descriptor(), system, &length) < 0) return {};
    return to_address(system);
}

// --- Reading

void StreamSocket::pause_read(PauseReason reason) {
    pauses_ |= static_cast<uint8_t>(reason);
    read_as_wanted();
}

void StreamSocket::resume_read(PauseReason reason) {
    pauses_ &= static_cast<uint8_t>(~static_cast<unsigned>(reason));
    read_as_wanted();
}

void StreamSocket::read_as_wanted() {
    if (state_ >= State::Closing) return;
    if (state_ == State::Draining || reads()) {
        start_reading();
    } else {
        uv_read_stop(stream());
        if (state_ == State::Broken) finish(code_); // nothing else would find the end
    }
}

bool StreamSocket::reads() const {
    return state_ <= State::Broken && pauses_ == 0 && listener_ != nullptr;
}

void StreamSocket::start_reading() {
    int status = uv_read_start(
        stream(),
        [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
            auto shared = Loop::of(handle->loop).read_buffer();
            *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
        },
        [](uv_stream_t* from, ssize_t count, const uv_buf_t* buffer) {
            Loop::of(from->loop).breathe(); // this socket may end by it
            auto* socket = UvHandle<StreamHandle>::owner_of<StreamSocket>(from);
            if (socket != nullptr) socket->on_read(count, buffer->base);
        });
    if (status < 0 && status != UV_EALREADY) finish(static_cast<uint16_t>(-status));
}

void StreamSocket::on_read(ssize_t count, const char* bytes) {
    if (state_ == State::Draining) {
        // However the peer ends it, we had closed already.
        if (count > 0) drained_bytes_ += narrowed(static_cast<size_t>(count));
        if (count < 0 || drained_bytes_ > kDrainBytes) finish(0);
        return;
    }
    if (count < 0 && state_ == State::Broken) {
        on_peer_gone(code_);
    } else if (count == UV_EOF) {
        // A peer that only half-closes is gone as well (H-046): a browser does not, and a held
        // request of a client that has left must not wait for its full time.
        on_peer_gone(static_cast<uint16_t>(NetFault::EndOfStream));
    } else if (count < 0) {
        on_peer_gone(static_cast<uint16_t>(-count));
    } else if (count > 0) {
        listener_->on_bytes({bytes, static_cast<size_t>(count)});
    }
}

// --- Writing

size_t StreamSocket::backlog_bytes() const {
    return state_ < State::Closing ? uv_stream_get_write_queue_size(stream()) : 0;
}

void StreamSocket::set_watermarks(size_t low, size_t high) {
    low_bytes_ = narrowed(low);
    high_bytes_ = narrowed(high);
}

void StreamSocket::write(SliceChain bytes) {
    if (state_ != State::Open) return;
    if (backlog_bytes() == 0 && !write_directly(bytes)) return;
    if (!bytes.empty()) queue(std::move(bytes));
}

bool StreamSocket::write_directly(SliceChain& bytes) {
    while (!bytes.empty()) {
        std::array<uv_buf_t, kBuffersPerWrite> buffers;
        unsigned count = 0;
        size_t offered = 0;
        for (const base::Slice& slice : bytes) {
            if (count == buffers.size()) break;
            offered += slice.size();
            buffers[count++] = to_buffer(slice);
        }
        int taken = uv_try_write(stream(), buffers.data(), count);
        if (taken == UV_EAGAIN) return true;
        if (taken < 0) {
            on_write_failed(static_cast<uint16_t>(-taken));
            return false;
        }
        bytes.drop_front(static_cast<size_t>(taken));
        if (static_cast<size_t>(taken) < offered) return true;
    }
    return true;
}

void StreamSocket::queue(SliceChain bytes) {
    bool first = backlog_bytes() == 0;
    untaken_bytes_ += narrowed(bytes.size_bytes());
    auto op = std::make_unique<WriteOp>();
    op->bytes = std::move(bytes);
    std::vector<uv_buf_t> buffers; // libuv takes a copy
    buffers.reserve(op->bytes.slice_count());
    for (const base::Slice& slice : op->bytes) buffers.push_back(to_buffer(slice));

    int status =
        uv_write(&op->request, stream(), buffers.data(), static_cast<unsigned>(buffers.size()),
                 [](uv_write_t* request, int result) {
                     std::unique_ptr<WriteOp> done(reinterpret_cast<WriteOp*>(request));
                     auto* socket = UvHandle<StreamHandle>::owner_of<StreamSocket>(request->handle);
                     done.reset(); // the pool has its bytes back before anyone looks
                     if (socket != nullptr) socket->on_written(result);
                 });
    if (status < 0) {
        finish(static_cast<uint16_t>(-status));
        return;
    }
    std::ignore = op.release(); // the callback's now
    if (backlog_bytes() >= high_bytes_) above_high_ = true;
    if (first) start_watching_backlog();
}

void StreamSocket::on_written(int status) {
    // A write may have gone through whole before its callback comes, and Draining begun since.
    if (state_ >= State::Draining || state_ == State::Broken) return;
    if (status < 0) {
        on_write_failed(static_cast<uint16_t>(-status));
        return;
    }
    size_t backlog = backlog_bytes();
    if (backlog == 0) {
        loop().wheel().set(*this, base::kNever);
        if (state_ == State::Flushing) {
            half_close();
            return;
        }
    }
    if (above_high_ && backlog <= low_bytes_) {
        above_high_ = false;
        if (state_ == State::Open) listener_->on_drained();
    }
}

void StreamSocket::on_write_failed(uint16_t code) {
    if (!reads()) {
        finish(code);
        return;
    }
    state_ = State::Broken;
    code_ = code;
    loop().wheel().set(*this, loop().now() + kDrainTime);
}

void StreamSocket::start_watching_backlog() {
    idle_checks_ = 0;
    untaken_bytes_ = untaken_now();
    loop().wheel().set(*this, loop().now() + Duration(write_stall_ms_ / kChecksPerStall));
}

// --- Deadlines: of a backlog while it lasts, then of draining and of the last reading

void StreamSocket::on_deadline(base::TimePoint now) {
    if (state_ == State::Draining || state_ == State::Broken) {
        finish(code_);
    } else {
        check_backlog(now);
    }
}

// Our backlog alone moves in jumps: a socket becomes writable only when a third of its send buffer,
// which may be megabytes, is free, and a peer that reads slowly needs long for that.
uint32_t StreamSocket::untaken_now() const {
    int in_kernel = 0; // sent or not, but not acknowledged
    ::ioctl(descriptor(), SIOCOUTQ, &in_kernel);
    return narrowed(backlog_bytes() + static_cast<size_t>(in_kernel));
}

void StreamSocket::check_backlog(base::TimePoint now) {
    uint32_t untaken = untaken_now();
    idle_checks_ = untaken < untaken_bytes_ ? 0 : static_cast<uint8_t>(idle_checks_ + 1);
    untaken_bytes_ = untaken;
    if (idle_checks_ == kChecksPerStall) {
        finish(static_cast<uint16_t>(NetFault::WriteStalled));
        return;
    }
    loop().wheel().set(*this, now + Duration(write_stall_ms_ / kChecksPerStall));
}

// --- The end

void StreamSocket::close(CloseMode mode) {
    if (state_ >= State::Closing) return;
    if (mode == CloseMode::Abort || state_ == State::Broken) {
        finish(0);
    } else if (state_ == State::Open) {
        state_ = State::Flushing;
        read_as_wanted();
        if (backlog_bytes() == 0) half_close();
    }
}

void StreamSocket::half_close() {
    // Not uv_shutdown: with the queue empty it would do just this, later, through another
    // allocation. Should the peer have gone, reading tells.
    ::shutdown(descriptor(), SHUT_WR);
    state_ = State::Draining;
    loop().wheel().set(*this, loop().now() + kDrainTime);
    read_as_wanted();
}

int StreamSocket::descriptor() const {
    uv_os_fd_t descriptor = -1;
    uv_fileno(reinterpret_cast<const uv_handle_t*>(handle_.get()), &descriptor);
    return descriptor;
}

void StreamSocket::finish(uint16_t code) {
    if (state_ >= State::Closing) return;
    loop().wheel().set(*this, base::kNever);
    state_ = State::Closing;
    code_ = code;
    if (code == static_cast<uint16_t>(NetFault::WriteStalled)) {
        // The kernel would keep what it has queued, up to megabytes, and go on offering it for
        // minutes. A reset frees that as well (H-042).
        linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    handle_.close_then<StreamSocket, &StreamSocket::handle_, &StreamSocket::report_closed>();
}

void StreamSocket::on_peer_gone(uint16_t code) {
    loop().wheel().set(*this, base::kNever);
    code_ = code;
    handle_.reset();
    report_closed();
}

void StreamSocket::report_closed() {
    state_ = State::Closed;
    if (listener_ == nullptr) return;
    listener_->on_closed({.category = base::Category::Net, .code = code_, .what = describe(code_)});
}

} // namespace net
