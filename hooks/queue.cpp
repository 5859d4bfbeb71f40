#include "hooks/queue.h"

#include "base/error.h"

#include <algorithm>
#include <utility>

namespace hooks {

void Queue::add(EventPtr event, base::TimePoint now) {
    while (entries_.size() >= rules_.most && entries_.size() > on_their_way_.size()) drop_oldest();
    auto [at, is_new] = lanes_.try_emplace(std::string(event->order_key()));
    Lane& lane = at->second;
    entries_.push_back({.event = std::move(event), .added = now, .lane = &lane});
    lane.waiting.push_back(std::prev(entries_.end()));
    if (!is_new) return;
    lane.key = at->first;
    make_due(lane, now);
}

// Of those that are not on their way. There is one.
void Queue::drop_oldest() {
    auto is_waiting = [](const Entry& entry) {
        const Lane& lane = *entry.lane;
        return !lane.on_its_way || &*lane.waiting.front() != &entry;
    };
    auto oldest = std::ranges::find_if(entries_, is_waiting);
    CM_ASSERT(oldest != entries_.end());
    Lane& lane = *oldest->lane;
    lane.waiting.erase(lane.waiting.begin() + (lane.on_its_way ? 1 : 0));
    entries_.erase(oldest);
    ++counts_.dropped;
    if (!lane.waiting.empty()) return;
    due_.erase(lane.due);
    lanes_.erase(lane.key);
}

void Queue::make_due(Lane& lane, base::TimePoint at) {
    lane.due = due_.emplace(at, &lane);
}

bool Queue::is_spent(const Entry& entry, base::TimePoint now) const {
    return entry.attempts >= rules_.max_attempts || now - entry.added > rules_.max_age;
}

std::optional<Queue::Delivery> Queue::next(base::TimePoint now) {
    while (on_their_way_.size() < allowed() && now >= paused_until_ && !due_.empty() &&
           due_.begin()->first <= now) {
        Lane& lane = *due_.begin()->second;
        due_.erase(due_.begin());
        Entry& entry = *lane.waiting.front();
        if (is_spent(entry, now)) {
            ++counts_.expired;
            remove_first(lane, now);
            continue;
        }
        lane.on_its_way = true;
        on_their_way_.emplace(++last_ticket_, &lane);
        return Delivery{.ticket = last_ticket_,
                        .event = entry.event,
                        .attempt = ++entry.attempts,
                        .added = entry.added};
    }
    return std::nullopt;
}

// The next of its lane is due at once.
void Queue::remove_first(Lane& lane, base::TimePoint now) {
    entries_.erase(lane.waiting.front());
    lane.waiting.pop_front();
    if (lane.waiting.empty()) {
        lanes_.erase(lane.key);
    } else {
        make_due(lane, now);
    }
}

void Queue::tell(Ticket ticket, Outcome outcome, base::TimePoint now,
                 std::optional<base::Duration> retry_after) {
    auto found = on_their_way_.find(ticket);
    CM_ASSERT(found != on_their_way_.end());
    Lane& lane = *found->second;
    on_their_way_.erase(found);
    lane.on_its_way = false;
    if (retry_after) pause(now + std::min(*retry_after, rules_.longest_pause));
    if (outcome != Outcome::Failed) {
        ++(outcome == Outcome::Delivered ? counts_.delivered : counts_.refused);
        remove_first(lane, now);
        if (is_down()) make_all_due(now);
        failed_in_a_row_ = 0;
        return;
    }
    ++counts_.failures;
    ++failed_in_a_row_;
    if (is_down()) {
        auto since = static_cast<uint32_t>(failed_in_a_row_ - rules_.at_once + 1);
        pause(now + pause_after(since));
    }
    const Entry& entry = *lane.waiting.front();
    if (is_spent(entry, now)) {
        ++counts_.expired;
        remove_first(lane, now);
    } else {
        make_due(lane, now + pause_after(entry.attempts));
    }
}

// Doubled each time, and then somewhat less, so that many who failed together do not come together.
base::Duration Queue::pause_after(uint32_t failures) {
    constexpr uint32_t kMostDoublings = 30;
    base::Duration pause = rules_.first_pause * (1L << std::min(failures - 1, kMostDoublings));
    pause = std::min(pause, rules_.longest_pause);
    double share = 0.5 + chance_() / 2;
    return base::Duration(static_cast<int64_t>(static_cast<double>(pause.count()) * share));
}

void Queue::pause(base::TimePoint until) {
    paused_until_ = std::max(paused_until_, until);
}

// In the order in which they were.
void Queue::make_all_due(base::TimePoint now) {
    paused_until_ = now;
    for (auto& [at, lane] : std::exchange(due_, {})) make_due(*lane, now);
}

void Queue::hurry(base::TimePoint now) {
    failed_in_a_row_ = 0;
    make_all_due(now);
}

base::TimePoint Queue::next_deadline() const {
    if (due_.empty() || on_their_way_.size() >= allowed()) return base::kNever;
    return std::max(due_.begin()->first, paused_until_);
}

} // namespace hooks
