#include "bench/simulate/wire.h"

#include <memory>

namespace simulate {

namespace {

std::unique_ptr<BesideHeap<Wire>> room;
std::string heard; // what a write has, in one piece

} // namespace

// ---------------------------------------------------------------------------- turns

void Turns::ask(Wire& wire) {
    wire.queued_ = true;
    wire.queued_at_ = taken_ + static_cast<uint32_t>(waiting_.size());
    waiting_.push_back(&wire);
}

void Turns::forget(const Wire& wire) {
    waiting_[wire.queued_at_ - taken_] = nullptr;
}

bool Turns::take() {
    if (waiting_.empty()) return false;
    Wire* wire = waiting_.front();
    waiting_.pop_front();
    ++taken_;
    if (wire != nullptr) wire->take_turn();
    return true;
}

// ---------------------------------------------------------------------------- wires

void Wire::make_room(size_t most) {
    room = std::make_unique<BesideHeap<Wire>>(most);
}

size_t Wire::touched_bytes() {
    return room->touched_bytes();
}

void* Wire::operator new(size_t size) {
    CM_ASSERT(size == sizeof(Wire));
    return room->allocate();
}

void Wire::operator delete(void* place) {
    room->free(place);
}

Wire::~Wire() {
    if (queued_) end_.turns_.forget(*this);
    end_.on_gone(*this);
}

void Wire::write(base::SliceChain bytes) {
    if (closed_ || over_) return;
    heard.clear();
    for (const base::Slice& slice : bytes) heard += slice.view();
    end_.hear(*this, heard);
}

void Wire::close(net::CloseMode) {
    closed_ = true;
    ask_for_turn();
}

void Wire::resume_read(net::PauseReason reason) {
    pauses_ &= static_cast<uint8_t>(~static_cast<uint8_t>(reason));
    ask_for_turn(); // there may be something that could not be said
}

void Wire::ask_for_turn() {
    if (!queued_ && !over_) end_.turns_.ask(*this);
}

void Wire::take_turn() {
    queued_ = false;
    if (closed_) {
        over_ = true;
        listener_->on_closed({.category = base::Category::Net, .what = "closed by us"});
    } else if (pauses_ == 0 && !over_) {
        end_.speak(*this);
    }
}

void Wire::end() {
    if (over_ || closed_) return;
    over_ = true;
    listener_->on_closed({.category = base::Category::Net,
                          .code = static_cast<uint16_t>(net::NetFault::EndOfStream),
                          .what = "end of stream"});
}

} // namespace simulate
