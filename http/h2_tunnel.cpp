#include "http/h2_tunnel.h"

#include <utility>

namespace http {

namespace {

constexpr base::Error kEndOfStream{.category = base::Category::Net,
                                   .code = static_cast<uint16_t>(net::NetFault::EndOfStream),
                                   .what = "end of stream"};

} // namespace

H2Tunnel::~H2Tunnel() {
    if (carrier_ == nullptr) return;
    drop_incoming();
    carrier_->on_tunnel_gone(*this);
    if (state_ == State::Open) carrier_->end(stream_, net::CloseMode::Abort);
}

// ---- from the client ----

void H2Tunnel::take(base::ByteView bytes) {
    if (state_ != State::Open) return carrier_->on_taken(stream_, bytes.size());
    incoming_.append(bytes);
    if (pauses_ == 0) carrier_->wake(*this);
}

void H2Tunnel::on_end_of_stream() {
    end_of_stream_ = true;
    if (pauses_ == 0) carrier_->wake(*this);
}

void H2Tunnel::pause_read(net::PauseReason reason) {
    pauses_ |= static_cast<uint8_t>(reason);
}

void H2Tunnel::resume_read(net::PauseReason reason) {
    pauses_ &= static_cast<uint8_t>(~static_cast<unsigned>(reason));
    bool waiting = !incoming_.empty() || end_of_stream_;
    if (pauses_ == 0 && waiting && state_ == State::Open && carrier_ != nullptr) {
        carrier_->wake(*this);
    }
}

void H2Tunnel::settle() {
    if (state_ == State::Over) return report(reason_);
    if (state_ == State::Open && pauses_ == 0 && !incoming_.empty()) {
        base::Slice bytes = incoming_.take();
        carrier_->on_taken(stream_, bytes.size());
        listener_->on_bytes(bytes.view());
    }
    if (state_ == State::Open && pauses_ == 0 && end_of_stream_) {
        carrier_->end(stream_, net::CloseMode::Flush);
        return report(kEndOfStream);
    }
    if (state_ == State::Open && blocked_ && backlog_bytes() <= low_bytes_) {
        blocked_ = false;
        listener_->on_drained();
    }
}

void H2Tunnel::drop_incoming() {
    if (!incoming_.empty()) carrier_->on_taken(stream_, incoming_.take().size());
}

// ---- to the client ----

void H2Tunnel::write(base::SliceChain bytes) {
    if (state_ != State::Open || carrier_ == nullptr || bytes.empty()) return;
    carrier_->send(stream_, std::move(bytes));
    blocked_ |= backlog_bytes() >= high_bytes_;
}

size_t H2Tunnel::backlog_bytes() const {
    return carrier_ == nullptr ? 0 : carrier_->unsent_bytes(stream_);
}

void H2Tunnel::set_watermarks(size_t low, size_t high) {
    low_bytes_ = low;
    high_bytes_ = high;
}

void H2Tunnel::on_progress() {
    if (blocked_ && backlog_bytes() <= low_bytes_) carrier_->wake(*this);
}

// ---- the end ----

void H2Tunnel::close(net::CloseMode mode) {
    if (carrier_ == nullptr || state_ > State::Closing) return;
    if (state_ == State::Closing && mode == net::CloseMode::Flush) return;
    state_ = State::Closing;
    blocked_ = false;
    drop_incoming();
    carrier_->end(stream_, mode);
}

void H2Tunnel::on_stream_over(base::Error reason) {
    if (state_ >= State::Over) return;
    if (state_ == State::Open) reason_ = reason;
    state_ = State::Over;
    drop_incoming();
    carrier_->wake(*this);
}

void H2Tunnel::report(base::Error reason) {
    state_ = State::Told;
    std::exchange(carrier_, nullptr)->on_tunnel_gone(*this);
    listener_->on_closed(reason);
}

} // namespace http
