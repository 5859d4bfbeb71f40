#include "http/protocol_choice.h"

#include <utility>

namespace http {

void ProtocolChoice::begin() {
    transport_->set_listener(*this);
    server_.env.wheel.set(*this, server_.env.now() + server_.limits.head_timeout);
}

void ProtocolChoice::on_bytes(ByteView bytes) {
    if (closing_) return;
    came_ += bytes;
    if (kHttp2Preface.starts_with(came_) && came_.size() < kHttp2Preface.size()) return;
    closing_ = true;
    server_.env.wheel.set(*this, base::kNever);
    bool http2 = came_.starts_with(kHttp2Preface);
    server_.owner.on_protocol_known(id(), {.protocol = http2 ? Protocol::Http2 : Protocol::Http1,
                                           .transport = std::move(transport_),
                                           .client = std::move(client_),
                                           .seat = give_seat(),
                                           .came = came_});
}

void ProtocolChoice::on_deadline(base::TimePoint) {
    close(net::CloseMode::Flush);
}

void ProtocolChoice::refuse(Response&&) {
    close(net::CloseMode::Flush);
}

void ProtocolChoice::stop() {
    close(net::CloseMode::Flush);
}

void ProtocolChoice::drop() {
    close(net::CloseMode::Abort);
}

void ProtocolChoice::close(net::CloseMode mode) {
    closing_ = true;
    server_.env.wheel.set(*this, base::kNever);
    transport_->close(mode);
}

void ProtocolChoice::answer(RequestRef, Response) {
    CM_ASSERT(false);
}

std::optional<Upgraded> ProtocolChoice::upgrade(RequestRef, Response) {
    return std::nullopt;
}

void ProtocolChoice::on_closed(base::Error) {
    server_.env.wheel.set(*this, base::kNever);
    server_.owner.on_connection_closed(id());
}

} // namespace http
