#include "base/flight_record.h"

#include <algorithm>

namespace base {

namespace {

// Two cuts are alike that differ by no more than networks and timers do.
constexpr uint32_t kLeastTolerance = 10; // tenths of a second

template <class Small>
void add_one(Small& count) {
    if (count != static_cast<Small>(~Small{})) ++count;
}

std::string seconds_text(uint64_t tenths) {
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "s";
}

} // namespace

uint32_t FlightRecord::ticks(TimePoint now) const {
    return static_cast<uint32_t>(std::clamp<int64_t>((now - begun_) / kTick, 0, kLatestTick));
}

FlightRecord::Packed& FlightRecord::back(size_t from_newest) {
    size_t at = newest_ + kEntries - from_newest;
    return ring_[at >= kEntries ? at - kEntries : at];
}

const FlightRecord::Packed& FlightRecord::back(size_t from_newest) const {
    size_t at = newest_ + kEntries - from_newest;
    return ring_[at >= kEntries ? at - kEntries : at];
}

void FlightRecord::append(Packed entry) {
    newest_ = static_cast<uint8_t>(newest_ + 1U == kEntries ? 0 : newest_ + 1U);
    ring_[newest_] = entry;
    size_ = static_cast<uint8_t>(std::min<size_t>(size_ + 1U, kEntries));
}

void FlightRecord::note(FlightEvent event, TimePoint now, uint64_t argument) {
    uint32_t at = ticks(now);
    if (event == FlightEvent::LoggedIn && !happened(event)) logged_in_ = at;
    seen_ |= bit(event);
    auto kind = static_cast<uint64_t>(event);
    Packed next{.event = kind & kMostEvents,
                .count = 1,
                .argument = std::min<uint64_t>(argument, kMost) & kMost,
                .at = at & kLatestTick};
    if (size_ > 0 && back(0).event == kind) { // A A
        more_of(back(0), next);
        return;
    }
    // A B A, and now B: the pair before is meant once more, unless one of them came several times.
    if (size_ > 2 && back(1).event == kind && back(0).event == back(2).event &&
        back(0).count == 1 && back(1).count == back(2).count) {
        Packed first = back(0);
        newest_ = static_cast<uint8_t>(newest_ == 0 ? kEntries - 1 : newest_ - 1);
        --size_;
        more_of(back(1), first);
        more_of(back(0), next);
        return;
    }
    append(next);
}

void FlightRecord::more_of(Packed& entry, Packed latest) {
    latest.count = std::min<uint64_t>(entry.count + 1, kMost) & kMost;
    entry = latest;
}

void FlightRecord::note_answered(bool with_stanzas, TimePoint now, Duration held) {
    longest_held_ = static_cast<uint16_t>(
        std::max<uint64_t>(longest_held_, std::min<uint64_t>(tenths(held), UINT16_MAX)));
    note(with_stanzas ? FlightEvent::RequestAnswered : FlightEvent::RequestAnsweredEmpty, now,
         held);
}

// Which age is the one that most of them share is found as a majority is: who has no more votes
// left gives way.
void FlightRecord::note_lost(TimePoint now, Duration held) {
    auto after = static_cast<uint32_t>(std::min<uint64_t>(tenths(held), UINT16_MAX));
    uint32_t tolerance = std::max<uint32_t>(kLeastTolerance, cut_after_ / 20U);
    uint32_t apart = after > cut_after_ ? after - cut_after_ : cut_after_ - after;
    if (cuts_alike_ > 0 && apart <= tolerance) {
        add_one(cuts_alike_);
    } else if (cuts_alike_ > 0 && cuts_else_ < cuts_alike_) {
        add_one(cuts_else_);
    } else {
        cut_after_ = static_cast<uint16_t>(after);
        cuts_alike_ = 1;
        cuts_else_ = 0;
    }
    note(FlightEvent::RequestLost, now, held);
}

void FlightRecord::note_address(uint16_t hash, TimePoint now) {
    bool known = address_ != 0;
    auto present = static_cast<uint16_t>(hash | 1U); // 0 is none yet
    if (address_ == present) return;
    address_ = present;
    if (!known) return;
    add_one(address_changes_);
    note(FlightEvent::AddressChanged, now, uint64_t{address_changes_});
}

FlightRecord::Entry FlightRecord::entry(size_t index) const {
    const Packed& packed = back(size_ - 1U - index);
    return {.event = static_cast<FlightEvent>(packed.event),
            .count = static_cast<uint32_t>(packed.count),
            .argument = static_cast<uint32_t>(packed.argument),
            .at = time_of(static_cast<uint32_t>(packed.at))};
}

bool FlightRecord::find_last(FlightEvent event, Entry& found) const {
    if (!happened(event)) return false;
    for (size_t index = size_; index > 0; --index) {
        found = entry(index - 1);
        if (found.event == event) return true;
    }
    return false;
}

std::string argument_text(const FlightRecord::Entry& entry) {
    switch (argument_of(entry.event)) {
    case FlightArgument::None: break;
    case FlightArgument::Lasted: return "after=" + seconds_text(entry.argument);
    case FlightArgument::Count: return "number=" + std::to_string(entry.argument);
    case FlightArgument::Code: return "code=" + std::to_string(entry.argument);
    case FlightArgument::Fault:
        return "fault=" + std::string(to_string(static_cast<ServerFault>(entry.argument)));
    }
    return {};
}

std::string to_text(const FlightRecord& record, TimePoint now) {
    std::string text;
    for (size_t index = 0; index < record.size(); ++index) {
        FlightRecord::Entry entry = record.entry(index);
        if (!text.empty()) text += ", ";
        auto before = static_cast<uint64_t>(std::max<int64_t>((now - entry.at).count(), 0));
        text.append("-").append(seconds_text((before + 50) / 100)).append(" ");
        text += to_string(entry.event);
        if (std::string argument = argument_text(entry); !argument.empty()) {
            text.append(" ").append(argument);
        }
        if (entry.count > 1) text.append(" x").append(std::to_string(entry.count));
    }
    return text;
}

} // namespace base
