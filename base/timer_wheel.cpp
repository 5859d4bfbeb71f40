#include "base/timer_wheel.h"

#include "base/error.h"

#include <algorithm>
#include <bit>

namespace base {

void TimerNode::insert_before(TimerNode& place) noexcept {
    previous_ = place.previous_;
    next_ = &place;
    previous_->next_ = this;
    place.previous_ = this;
}

void TimerNode::unlink() noexcept {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
}

void TimerWheel::make_ring(TimerNode& slot) {
    slot.previous_ = slot.next_ = &slot;
}

TimerWheel::TimerWheel(TimePoint start) : start_(start), now_(start) {
    for (Slot& slot : slots_) make_ring(slot);
    make_ring(queue_);
    make_ring(due_);
}

TimerWheel::~TimerWheel() {
    auto let_go = [](TimerNode& ring) {
        while (!ring_empty(ring)) ring.next_->unlink();
    };
    for (Slot& slot : slots_) let_go(slot);
    let_go(queue_);
    let_go(due_);
}

uint32_t TimerWheel::tick_at_or_after(TimePoint time) const {
    auto ticks = (time - start_ + kTick - Duration(1)) / kTick;
    return static_cast<uint32_t>(std::clamp<int64_t>(ticks, 0, UINT32_MAX));
}

void TimerWheel::file(TimerNode& node) {
    // At least one tick ahead: the current slot has been looked at already.
    uint32_t tick = std::clamp(node.deadline_tick_, tick_ + 1, tick_ + kSlots);
    node.filed_tick_ = tick;
    uint32_t slot = tick % kSlots;
    node.insert_before(slots_[slot]);
    filed_[slot / 64] |= uint64_t{1} << slot % 64;
}

void TimerWheel::set(TimerNode& node, TimePoint deadline) {
    if (deadline == kNever) {
        node.unlink();
        return;
    }
    node.deadline_tick_ = tick_at_or_after(deadline);
    if (node.linked()) {
        bool in_slot = node.filed_tick_ != kQueued;
        if (in_slot && node.deadline_tick_ >= node.filed_tick_) return;
        node.unlink();
    }
    file(node);
}

void TimerWheel::set_soon(TimerNode& node, TimePoint deadline) {
    node.unlink();
    node.filed_tick_ = kQueued;
    node.deadline_tick_ = static_cast<uint32_t>((deadline - start_).count());
    TimerNode* place = &queue_;
    while (place->previous_ != &queue_ && wait_of(*place->previous_) > deadline - now_)
        place = place->previous_;
    node.insert_before(*place);
}

// The milliseconds of a node have 32 bits and start anew after 49 days; their difference to now
// does not.
Duration TimerWheel::wait_of(const TimerNode& queued) const {
    auto now = static_cast<uint32_t>((now_ - start_).count());
    return Duration(static_cast<int32_t>(queued.deadline_tick_ - now));
}

void TimerWheel::collect(Slot& slot) {
    TimerNode& ring = slot;
    while (!ring_empty(ring)) {
        TimerNode& node = *ring.next_;
        node.unlink();
        node.insert_before(due_);
    }
}

void TimerWheel::collect_queue() {
    TimerNode& queue = queue_;
    while (!ring_empty(queue) && wait_of(*queue.next_) <= Duration::zero()) {
        TimerNode& node = *queue.next_;
        node.unlink();
        node.deadline_tick_ = 0; // it has been reached
        node.insert_before(due_);
    }
}

// A callback may destroy any node, also the next one: so the ring is asked for its front again
// after each. One whose deadline has been moved meanwhile is filed again.
void TimerWheel::fire(size_t most) {
    TimerNode& ring = due_;
    while (!ring_empty(ring) && most > 0) {
        TimerNode& node = *ring.next_;
        node.unlink();
        if (node.deadline_tick_ > tick_) {
            file(node);
        } else {
            --most;
            node.on_deadline(now_);
        }
    }
}

void TimerWheel::advance(TimePoint now, size_t most) {
    CM_ASSERT(now >= now_);
    now_ = now;
    collect_queue();
    auto target = static_cast<uint32_t>((now - start_) / kTick);
    // After a stall of more than one turn of the wheel, each slot is looked at once.
    if (target - tick_ > kSlots) tick_ = target - kSlots;
    while (tick_ < target) {
        ++tick_;
        collect(slots_[tick_ % kSlots]);
    }
    fire(most);
}

TimePoint TimerWheel::next_wake() noexcept {
    const TimerNode& due = due_;
    if (!ring_empty(due)) return now_;
    const TimerNode& queue = queue_;
    TimePoint next = ring_empty(queue) ? kNever : now_ + wait_of(*queue.next_);
    return std::min(next, next_filed());
}

TimePoint TimerWheel::next_filed() noexcept {
    for (uint32_t tick = tick_ + 1; tick <= tick_ + kSlots;) {
        uint32_t slot = tick % kSlots;
        uint64_t ahead = filed_[slot / 64] >> slot % 64;
        if (ahead == 0) {
            tick += 64 - slot % 64;
            continue;
        }
        tick += static_cast<uint32_t>(std::countr_zero(ahead));
        slot = tick % kSlots;
        if (!ring_empty(slots_[slot])) return start_ + kTick * static_cast<int64_t>(tick);
        filed_[slot / 64] &= ~(uint64_t{1} << slot % 64);
    }
    return kNever;
}

} // namespace base
