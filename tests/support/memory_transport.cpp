#include "tests/support/memory_transport.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace tests {

using base::Error;
using net::CloseMode;

struct MemoryPeer::Wire {
    net::Address peer_address;
    MemoryTransport* transport = nullptr; // nullptr: not open yet, or destroyed
    bool opened = false;

    // Towards the transport.
    std::string inbound;
    bool inbound_end = false;
    std::optional<Error> fault;
    size_t deliver_limit = kEverything;

    // From the transport.
    std::string received;
    size_t writes = 0;
    size_t accept_limit = kEverything;
    std::optional<CloseMode> close_mode;
    bool end_seen = false;
    bool stepping = false;
};

class MemoryTransport final : public net::Transport {
public:
    explicit MemoryTransport(std::shared_ptr<MemoryPeer::Wire> wire) : wire_(std::move(wire)) {
        wire_->transport = this;
    }
    ~MemoryTransport() override {
        wire_->transport = nullptr;
        wire_->end_seen = true;
    }

    void set_listener(net::TransportListener& listener) override { listener_ = &listener; }

    void write(base::SliceChain bytes) override {
        if (wire_->close_mode || closed_) return;
        ++wire_->writes;
        bool direct = backlog_.empty();
        backlog_ += bytes.to_string();
        if (direct) accept();
        if (backlog_.size() >= high_) above_high_ = true;
    }

    [[nodiscard]] size_t backlog_bytes() const override { return backlog_.size(); }

    void set_watermarks(size_t low, size_t high) override {
        low_ = low;
        high_ = high;
    }
    void pause_read(net::PauseReason reason) override { pauses_ |= static_cast<uint8_t>(reason); }
    void resume_read(net::PauseReason reason) override {
        pauses_ &= static_cast<uint8_t>(~static_cast<uint8_t>(reason));
    }
    void close(CloseMode mode) override {
        if (closed_ || wire_->close_mode == CloseMode::Abort) return;
        wire_->close_mode = mode;
        if (mode == CloseMode::Abort) backlog_.clear();
    }

    [[nodiscard]] net::Address peer() const override { return wire_->peer_address; }
    [[nodiscard]] net::Address local() const override {
        return {.family = net::Address::Family::Local};
    }

    [[nodiscard]] uint8_t pauses() const { return pauses_; }

    // Each returns whether something happened. A callback may destroy this: it is the last act.
    bool accept_step();
    bool deliver_step();
    bool close_step();

private:
    size_t accept() {
        size_t count = std::min(backlog_.size(), wire_->accept_limit);
        wire_->received += backlog_.substr(0, count);
        backlog_.erase(0, count);
        return count;
    }

    std::shared_ptr<MemoryPeer::Wire> wire_;
    net::TransportListener* listener_ = nullptr;
    std::string backlog_;
    size_t low_ = 32UL * 1024;
    size_t high_ = 64UL * 1024;
    bool above_high_ = false;
    bool closed_ = false; // on_closed has come
    uint8_t pauses_ = 0;
};

bool MemoryTransport::accept_step() {
    if (closed_ || wire_->fault || accept() == 0) return false;
    if (above_high_ && backlog_.size() <= low_) {
        above_high_ = false;
        if (!wire_->close_mode) listener_->on_drained();
    }
    return true;
}

bool MemoryTransport::deliver_step() {
    if (closed_ || wire_->fault || wire_->close_mode || pauses_ != 0) return false;
    if (wire_->inbound.empty()) return false;
    std::string bytes = wire_->inbound.substr(0, wire_->deliver_limit);
    wire_->inbound.erase(0, bytes.size());
    listener_->on_bytes(bytes);
    return true;
}

bool MemoryTransport::close_step() {
    if (closed_) return false;
    Error reason{.category = base::Category::Net};
    if (wire_->close_mode == CloseMode::Abort) {
        reason.what = "closed by us";
    } else if (wire_->fault) {
        reason = *wire_->fault;
    } else if (wire_->close_mode) {
        if (!backlog_.empty()) return false;
        reason.what = "closed by us";
    } else if (wire_->inbound_end && wire_->inbound.empty() && pauses_ == 0) {
        reason.code = static_cast<uint16_t>(net::NetFault::EndOfStream);
        reason.what = "end of stream";
    } else {
        return false;
    }
    closed_ = true;
    backlog_.clear();
    wire_->end_seen = true;
    listener_->on_closed(reason);
    return true;
}

MemoryPeer::MemoryPeer() : MemoryPeer(*net::Address::parse("192.0.2.1", 40000)) {}

MemoryPeer::MemoryPeer(net::Address peer_address) : wire_(std::make_shared<Wire>()) {
    wire_->peer_address = peer_address;
}

MemoryPeer::~MemoryPeer() = default;

std::unique_ptr<net::Transport> MemoryPeer::open() {
    CM_ASSERT(!wire_->opened);
    wire_->opened = true;
    return std::make_unique<MemoryTransport>(wire_);
}

void MemoryPeer::send(std::string_view bytes) {
    CM_ASSERT(!wire_->inbound_end);
    wire_->inbound += bytes;
}

void MemoryPeer::end() {
    wire_->inbound_end = true;
}

void MemoryPeer::reset() {
    fail({.category = base::Category::Net, .code = ECONNRESET, .what = "connection reset"});
}

void MemoryPeer::fail(Error reason) {
    wire_->fault = reason;
}

void MemoryPeer::accept_per_step(size_t bytes) {
    wire_->accept_limit = bytes;
}

void MemoryPeer::deliver_per_step(size_t bytes) {
    CM_ASSERT(bytes > 0);
    wire_->deliver_limit = bytes;
}

bool MemoryPeer::step() {
    // A callback of the code under test may destroy the transport, even the peer; not the wire.
    std::shared_ptr<Wire> wire = wire_;
    CM_ASSERT(!wire->stepping);
    wire->stepping = true;
    bool progress = wire->transport != nullptr && wire->transport->accept_step();
    progress |= wire->transport != nullptr && wire->transport->deliver_step();
    progress |= wire->transport != nullptr && wire->transport->close_step();
    wire->stepping = false;
    return progress;
}

void MemoryPeer::pump() {
    while (step()) {
    }
}

const std::string& MemoryPeer::received() const {
    return wire_->received;
}

std::string MemoryPeer::take_received() {
    return std::exchange(wire_->received, {});
}

size_t MemoryPeer::writes() const {
    return wire_->writes;
}

size_t MemoryPeer::backlog_bytes() const {
    return alive() ? wire_->transport->backlog_bytes() : 0;
}

size_t MemoryPeer::undelivered_bytes() const {
    return wire_->inbound.size();
}

bool MemoryPeer::reading_paused() const {
    return alive() && wire_->transport->pauses() != 0;
}

bool MemoryPeer::paused(net::PauseReason reason) const {
    return alive() && (wire_->transport->pauses() & static_cast<uint8_t>(reason)) != 0;
}

std::optional<CloseMode> MemoryPeer::close_mode() const {
    return wire_->close_mode;
}

bool MemoryPeer::saw_end() const {
    return wire_->end_seen;
}

bool MemoryPeer::alive() const {
    return wire_->transport != nullptr;
}

bool MemoryPair::carry(MemoryPeer& from, MemoryPeer& to, bool& ended) {
    std::string bytes = from.take_received();
    if (!bytes.empty()) to.send(bytes);
    bool ends = from.saw_end() && !std::exchange(ended, from.saw_end());
    if (ends) to.end();
    return !bytes.empty() || ends;
}

bool MemoryPair::step() {
    bool progress = left_.step();
    progress |= right_.step();
    progress |= carry(left_, right_, left_ended_);
    progress |= carry(right_, left_, right_ended_);
    return progress;
}

void MemoryPair::pump() {
    while (step()) {
    }
}

} // namespace tests
