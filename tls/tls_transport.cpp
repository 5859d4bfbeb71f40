// As with a socket, there are two ways out. What reading finds, the peer's close_notify, a broken
// record or the end below, is reported at once. What we cause ourselves, by close() or by a write()
// that cannot be encrypted, goes through the transport below: it reports its end outside our calls,
// and that report is passed on.

#include "tls/tls_transport.h"

#include "tls/server_context.h"

#include <utility>

namespace tls {

using base::Error;
using net::CloseMode;
using net::NetFault;

namespace {

bool is_end_of_stream(const Error& reason) {
    return reason.category == base::Category::Net &&
           reason.code == static_cast<uint16_t>(NetFault::EndOfStream);
}

} // namespace

template <class... Role>
TlsTransport::TlsTransport(base::Env& env, std::unique_ptr<net::Transport> lower,
                           HandshakeListener& listener, Role&&... role)
    : pool_(env.pool), wheel_(env.wheel), lower_(std::move(lower)), handshake_listener_(&listener),
      engine_(env.pool, std::forward<Role>(role)...) {
    send_output();
    lower_->set_listener(*this);
}

std::unique_ptr<TlsTransport> TlsTransport::connect(base::Env& env,
                                                    std::unique_ptr<net::Transport> lower,
                                                    std::shared_ptr<const ClientContext> context,
                                                    const ClientParameters& parameters,
                                                    HandshakeListener& listener) {
    return std::unique_ptr<TlsTransport>(
        new TlsTransport(env, std::move(lower), listener, std::move(context), parameters));
}

std::unique_ptr<TlsTransport> TlsTransport::accept(base::Env& env,
                                                   std::unique_ptr<net::Transport> lower,
                                                   std::shared_ptr<const ServerContext> context,
                                                   HandshakeListener& listener) {
    return std::unique_ptr<TlsTransport>(
        new TlsTransport(env, std::move(lower), listener, std::move(context)));
}

TlsTransport::~TlsTransport() {
    if (destroyed_ != nullptr) *destroyed_ = true;
}

// The listener may do anything in its callback, even destroy this.
template <class Call>
bool TlsTransport::still_open_after(Call&& call) {
    bool destroyed = false;
    destroyed_ = &destroyed;
    call();
    if (destroyed) return false;
    destroyed_ = nullptr;
    return state_ == State::Open;
}

// --- Reading

void TlsTransport::on_bytes(base::ByteView cipher) {
    if (state_ >= State::Closing) return;
    base::SliceBuilder plain(pool_);
    if (!held_.empty()) plain.append(std::exchange(held_, {}).view());
    engine_.feed(cipher, plain);
    send_output();
    if (state_ == State::Handshaking) {
        if (engine_.secured()) {
            state_ = State::Open;
            if (!still_open_after([this] { handshake_listener_->on_secured(); })) return;
            CM_ASSERT(listener_ != nullptr);
        } else if (engine_.state() == Engine::State::Failed) {
            lower_->close(CloseMode::Flush); // with our alert
            report(engine_.fault());
            return;
        } else {
            return;
        }
    }
    deliver(std::move(plain));
}

// What a read brought: bytes, then the end if that was in it as well.
void TlsTransport::deliver(base::SliceBuilder plain) {
    if (!plain.empty() && pauses_ != 0) {
        held_ = plain.take();
        return;
    }
    if (!plain.empty() && !still_open_after([&] { listener_->on_bytes(plain.view()); })) return;
    switch (engine_.state()) {
    case Engine::State::Ended:
        engine_.close();
        send_output();
        lower_->close(CloseMode::Flush);
        report({.category = base::Category::Net,
                .code = static_cast<uint16_t>(NetFault::EndOfStream),
                .what = "end of stream"});
        break;
    case Engine::State::Failed:
        lower_->close(CloseMode::Flush);
        report(engine_.fault());
        break;
    default: break;
    }
}

void TlsTransport::pause_read(net::PauseReason reason) {
    pauses_ |= static_cast<uint8_t>(reason);
    lower_->pause_read(reason);
}

void TlsTransport::resume_read(net::PauseReason reason) {
    pauses_ &= static_cast<uint8_t>(~static_cast<unsigned>(reason));
    lower_->resume_read(reason);
    // Not in here: the caller does not expect to be called. The next read or tick brings them.
    if (pauses_ == 0 && !held_.empty()) wheel_.set(*this, wheel_.now());
}

void TlsTransport::on_deadline(base::TimePoint) {
    if (state_ == State::Open && pauses_ == 0) on_bytes({});
}

// --- Writing

void TlsTransport::write(base::SliceChain plain) {
    CM_ASSERT(state_ != State::Handshaking);
    if (state_ != State::Open) return;
    engine_.write(plain);
    plain.clear(); // the pool has these back before the cipher bytes are queued
    send_output();
    if (engine_.state() == Engine::State::Failed) close(CloseMode::Abort);
}

void TlsTransport::send_output() {
    base::SliceChain output = engine_.take_output();
    if (!output.empty()) lower_->write(std::move(output));
}

void TlsTransport::on_drained() {
    if (state_ == State::Open) listener_->on_drained();
}

// --- The end

void TlsTransport::close(CloseMode mode) {
    if (state_ == State::Closed) return;
    if (state_ == State::Open) {
        state_ = State::Closing;
        held_ = {};
        if (mode == CloseMode::Flush) {
            engine_.close();
            send_output();
        }
    }
    lower_->close(mode);
}

void TlsTransport::on_closed(Error reason) {
    if (state_ == State::Closed) return;
    if (is_end_of_stream(reason)) engine_.feed_end_of_stream();
    report(engine_.state() == Engine::State::Failed ? engine_.fault() : reason);
}

void TlsTransport::report(Error reason) {
    bool handshaking = state_ == State::Handshaking;
    state_ = State::Closed;
    if (handshaking) {
        handshake_listener_->on_handshake_failed(reason);
    } else {
        listener_->on_closed(reason);
    }
}

} // namespace tls
