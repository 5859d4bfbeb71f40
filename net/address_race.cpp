#include "net/address_race.h"

#include <algorithm>
#include <utility>

namespace net {

using base::TimePoint;
using Family = Address::Family;

AddressRace::AddressRace(const Rules& rules, uint16_t port, const AddressFilter* allowed,
                         TimePoint now)
    : rules_(rules), port_(port), allowed_(allowed), deadline_(now + rules.deadline) {}

// --- What happens

void AddressRace::on_addresses(Family family, const AddressAnswer& answer, TimePoint now) {
    Side& answered = side(family);
    answered.answered = true;
    answered.outcome = answer.outcome;
    add(answered, answer.addresses);
    if (family == Family::V4) v6_awaited_until_ = now + rules_.resolution_delay;
    advance(now);
}

void AddressRace::add(Side& side, const std::vector<Address>& addresses) {
    size_t most = std::min(addresses.size(), rules_.most_addresses);
    for (size_t i = 0; i < most; ++i) {
        if (const char* why = allowed_ != nullptr ? allowed_->refusal(addresses[i]) : nullptr) {
            refusal_ = why;
            continue;
        }
        side.untried.push_back(addresses[i]);
        side.untried.back().port = port_;
    }
}

void AddressRace::on_attempt_failed(uint16_t code, const char* what, TimePoint now) {
    CM_ASSERT(running_ > 0);
    --running_;
    if (what == nullptr) what = "no address of the host could be connected to";
    failure_ = Lost{{.category = base::Category::Net, .code = code, .what = what}};
    next_start_ = now;
    advance(now);
}

void AddressRace::on_deadline(TimePoint now) {
    if (lost_) return;
    if (now < deadline_) {
        advance(now);
    } else if (latest_ == Family::None) {
        lose(std::to_underlying(NetFault::Deadline), "looking the host up took too long");
    } else {
        lose(std::to_underlying(NetFault::Deadline), "connecting took too long");
    }
}

TimePoint AddressRace::next_deadline() const {
    if (lost_) return base::kNever;
    return has_untried() ? std::min(may_start_at(), deadline_) : deadline_;
}

bool AddressRace::next_action(Action& out) {
    if (actions_.empty()) return false;
    out = actions_.front();
    actions_.pop_front();
    return true;
}

// --- What follows from it

void AddressRace::advance(TimePoint now) {
    if (lost_) return;
    if (has_untried()) {
        if (now >= may_start_at()) start_next(now);
    } else if (running_ == 0 && v6_.answered && v4_.answered) {
        lose_without_more();
    }
}

// With something left to try.
TimePoint AddressRace::may_start_at() const {
    bool first = latest_ == Family::None;
    if (!first) return next_start_;
    return v6_.answered ? TimePoint{} : v6_awaited_until_;
}

void AddressRace::start_next(TimePoint now) {
    Side& turn = side(latest_ == Family::V6 ? Family::V4 : Family::V6);
    Side& other = &turn == &v6_ ? v4_ : v6_;
    Side& chosen = turn.untried.empty() ? other : turn;
    latest_ = chosen.untried.front().family;
    actions_.emplace_back(Start{chosen.untried.front()});
    chosen.untried.pop_front();
    ++running_;
    next_start_ = now + rules_.attempt_delay;
}

void AddressRace::lose_without_more() {
    bool unknown = v6_.outcome == DnsOutcome::Failed || v4_.outcome == DnsOutcome::Failed;
    if (failure_) {
        lose(failure_->reason.code, failure_->reason.what);
    } else if (refusal_ != nullptr) {
        lose(std::to_underlying(NetFault::Forbidden), refusal_);
    } else if (unknown) {
        lose(std::to_underlying(NetFault::LookUpFailed), "the host could not be looked up");
    } else {
        lose(std::to_underlying(NetFault::NoAddress), "the host has no address");
    }
}

void AddressRace::lose(uint16_t code, const char* what) {
    lost_ = true;
    actions_.emplace_back(Lost{{.category = base::Category::Net, .code = code, .what = what}});
}

} // namespace net
