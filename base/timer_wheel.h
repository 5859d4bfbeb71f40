// TimerWheel — one coarse clock for very many deadlines.
//
// Nearly every deadline of a connection manager is moved before it is reached: each request moves
// its session's. So a deadline is a number in the object, and moving it *later* only stores the
// number. The node stays filed where it was; when that slot comes round it sees that it is early
// and files itself again. Moving it *earlier* files it anew. Both are a few instructions.
//
// Some few things wait for milliseconds, each as long as the others. They queue in the order they
// are due, beside the wheel; nothing is looked at while that queue is empty.
//
// Units:  ticks of 100 ms. A deadline never fires early and at most one tick late; nearly all of
//         this program are a second or more. Those of set_soon() fire in their millisecond.
// Life:   a node leaves the wheel when it is destroyed; the wheel outlives its nodes.
#pragma once

#include "base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace base {

class TimerWheel;

class TimerNode {
public:
    TimerNode(const TimerNode&) = delete;
    TimerNode& operator=(const TimerNode&) = delete;

protected:
    TimerNode() = default;
    virtual ~TimerNode() { unlink(); }
    // The deadline has passed and is unset. May set it again, and may destroy this or other nodes.
    virtual void on_deadline(TimePoint now) = 0;

private:
    friend class TimerWheel;
    [[nodiscard]] bool linked() const noexcept { return next_ != nullptr; }
    void insert_before(TimerNode& place) noexcept;
    void unlink() noexcept;

    TimerNode* previous_ = nullptr;
    TimerNode* next_ = nullptr;
    uint32_t deadline_tick_ = 0; // in the queue beside the wheel: milliseconds modulo 2^32
    uint32_t filed_tick_ = 0;
};

class TimerWheel {
public:
    static constexpr Duration kTick = 100ms;

    explicit TimerWheel(TimePoint start);
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;
    ~TimerWheel();

    // Sets or moves the node's one deadline; kNever unsets it.
    void set(TimerNode& node, TimePoint deadline);
    // The same to the millisecond. Meant for a delay that all have in common: then it costs no more
    // than set(). A later set() takes the node out of the queue at once.
    void set_soon(TimerNode& node, TimePoint deadline);
    // Fires what is due at `now`, but no more than `most`: the others are due still, and
    // next_wake() says so. Time never runs backwards.
    void advance(TimePoint now, size_t most = SIZE_MAX);
    // The time given to the latest advance().
    [[nodiscard]] TimePoint now() const noexcept { return now_; }
    // When advance() has something to look at again; kNever if nothing is filed. Cheap enough to
    // be asked in every turn of a loop: it looks at 17 words at most.
    [[nodiscard]] TimePoint next_wake() noexcept;

private:
    static constexpr uint32_t kSlots = 1024; // 102.4 s; deadlines beyond are re-filed on the way
    static constexpr uint32_t kQueued = 0;   // as filed_tick_: in no slot, but in the queue

    // The sentinel of a ring, so that a node unlinks itself without knowing its slot.
    struct Slot final : TimerNode {
        void on_deadline(TimePoint) override {}
    };
    static void make_ring(TimerNode& slot);
    static bool ring_empty(const TimerNode& slot) { return slot.next_ == &slot; }

    [[nodiscard]] uint32_t tick_at_or_after(TimePoint time) const;
    void file(TimerNode& node);
    void collect(Slot& slot);
    void collect_queue();
    void fire(size_t most);
    // How long until a node of the queue is due; not above zero: it is.
    [[nodiscard]] Duration wait_of(const TimerNode& queued) const;
    [[nodiscard]] TimePoint next_filed() noexcept;

    TimePoint start_;
    TimePoint now_;
    uint32_t tick_ = 0; // every slot up to this tick has been looked at
    // A bit for each slot: clear means empty. A node that leaves does not know its slot, so a set
    // bit may be stale; next_wake() clears those it meets.
    std::array<uint64_t, kSlots / 64> filed_{};
    std::array<Slot, kSlots> slots_;
    Slot queue_; // the next to be due is the first
    Slot due_;   // what advance() has found and not fired yet
};

} // namespace base
