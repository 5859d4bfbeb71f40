#include "bench/load/line.h"

#include <utility>

namespace load {

void Line::dial() {
    ++context_.traffic.connections;
    state_ = State::Dialling;
    attempt_ = context_.connector.connect(context_.target, *this);
}

void Line::on_connected(std::unique_ptr<net::Transport> transport) {
    context_.env.retired.retire(std::move(attempt_)); // it is on the stack
    transport_ = std::move(transport);
    transport_->set_listener(*this);
    state_ = State::Up;
    listener_.on_line_up(*this);
}

void Line::on_connect_failed(base::Error reason) {
    context_.env.retired.retire(std::move(attempt_));
    state_ = State::Down;
    listener_.on_line_down(*this, reason.what);
}

void Line::on_closed(base::Error reason) {
    context_.env.retired.retire(std::move(transport_));
    state_ = State::Down;
    listener_.on_line_down(*this, reason.what);
}

void Line::write(base::SliceChain bytes) {
    if (state_ == State::Up) transport_->write(std::move(bytes));
}

void Line::hang_up() {
    if (state_ == State::Up) transport_->close(net::CloseMode::Flush);
}

// The transport may be the one that is calling; an attempt that calls is retired already.
void Line::cut() {
    attempt_.reset();
    if (transport_) transport_->close(net::CloseMode::Abort);
    context_.env.retired.retire(std::move(transport_));
    state_ = State::Down;
}

} // namespace load
