#include "bench/load/line.h"

#include <cstring>
#include <utility>

namespace load {

namespace {

// The system's own words are more to the point, where it has some.
std::string_view words_for(const base::Error& reason) {
    bool is_system = reason.category == base::Category::Net && reason.code != 0;
    const char* system = is_system ? ::strerrordesc_np(reason.code) : nullptr;
    return system == nullptr ? reason.what : system;
}

} // namespace

void Line::dial() {
    ++context_.traffic.connections;
    state_ = State::Dialling;
    attempt_ = context_.connector.connect(context_.target, *this);
}

void Line::on_connected(std::unique_ptr<net::Transport> transport) {
    context_.env.retired.retire(std::move(attempt_)); // it is on the stack
    if (context_.secured) {
        transport_ = context_.secured->secure(context_.env, std::move(transport), *this);
    } else {
        transport_ = std::move(transport);
        begin();
    }
}

void Line::on_secured() {
    ++context_.traffic.handshakes;
    if (secured().resumed()) ++context_.traffic.resumed;
    // A server that answers no ALPN speaks HTTP/1.1.
    if (context_.http2 && secured().application_protocol() != kHttp2Name) {
        transport_->close(net::CloseMode::Abort);
        end({.category = base::Category::Tls, .code = 0, .what = "no HTTP/2"});
        return;
    }
    begin();
}

void Line::on_handshake_failed(base::Error reason) {
    if (!context_.secured->learn_from(secured())) {
        end(reason);
        return;
    }
    context_.env.retired.retire(std::move(transport_));
    dial();
}

void Line::begin() {
    transport_->set_listener(*this);
    state_ = State::Up;
    listener_.on_line_up(*this);
}

void Line::on_connect_failed(base::Error reason) {
    context_.env.retired.retire(std::move(attempt_));
    state_ = State::Down;
    listener_.on_line_down(*this, words_for(reason));
}

void Line::on_closed(base::Error reason) {
    end(reason);
}

void Line::end(base::Error reason) {
    context_.env.retired.retire(std::move(transport_));
    state_ = State::Down;
    listener_.on_line_down(*this, words_for(reason));
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
