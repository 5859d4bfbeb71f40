// FlightRecord — the last events of a session, in 128 bytes and without a secret.
//
// It is there for the session that ends badly: what came before says why. A session of a thousand
// quiet polls is to remember its beginning as well; so an event that repeats is one entry with a
// count, and so are two that take turns. Of what falls out of the ring it stays known that it
// happened, when the client logged in, and after how long held requests lost their connections.
//
// Units:  times are kept to 16 ms, for 198 days; durations of events to a tenth of a second, up to
//         27 minutes. What is beyond stays at the end of its range.
// Life:   part of a session. Noting is a few instructions: no allocation, no lock, no formatting.
#pragma once

#include "base/flight_event.h"
#include "base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace base {

class FlightRecord {
public:
    static constexpr size_t kEntries = 12;

    struct Entry {
        FlightEvent event;
        uint32_t count;    // how often in a row, or in turn with its neighbour of the same count
        uint32_t argument; // durations in tenths of a second
        TimePoint at;      // the latest of them
    };
    // At about which age held requests lost their connections, if at about one.
    struct Cuts {
        Duration after{0};
        uint32_t alike = 0;  // so often about there
        uint32_t others = 0; // so often elsewhere since
    };

    explicit FlightRecord(TimePoint begun) : begun_(begun) {
        note(FlightEvent::SessionCreated, begun);
    }

    void note(FlightEvent event, TimePoint now, uint64_t argument = 0);
    void note(FlightEvent event, TimePoint now, Duration lasted) {
        note(event, now, tenths(lasted));
    }
    void note(FlightEvent event, TimePoint now, ServerFault fault) {
        note(event, now, static_cast<uint64_t>(fault));
    }
    // A request that was held was answered, or lost its connection.
    void note_answered(bool with_stanzas, TimePoint now, Duration held);
    void note_lost(TimePoint now, Duration held);
    // Where the client's latest request came from, as a hash of its address.
    void note_address(uint16_t hash, TimePoint now);

    [[nodiscard]] TimePoint begun() const { return begun_; }
    // At any time, even if no entry tells of it any more.
    [[nodiscard]] bool happened(FlightEvent event) const { return (seen_ & bit(event)) != 0; }
    // kNever: it has not.
    [[nodiscard]] TimePoint logged_in() const {
        return happened(FlightEvent::LoggedIn) ? time_of(logged_in_) : kNever;
    }
    [[nodiscard]] Cuts cuts() const {
        return {.after = Duration(cut_after_ * 100), .alike = cuts_alike_, .others = cuts_else_};
    }
    // The longest that a request was held and then answered.
    [[nodiscard]] Duration longest_held() const { return Duration(longest_held_ * 100); }
    [[nodiscard]] uint32_t address_changes() const { return address_changes_; }

    // Of what is in the ring; the oldest is 0.
    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] Entry entry(size_t index) const;
    // The last one of that event; argument and time are of it. False: none in the ring.
    [[nodiscard]] bool find_last(FlightEvent event, Entry& found) const;

private:
    struct Packed {
        uint64_t event : 6;
        uint64_t count : 14;
        uint64_t argument : 14;
        uint64_t at : 30; // in ticks since begun_
    };
    static_assert(sizeof(Packed) == 8);
    static constexpr unsigned kMostEvents = 63;
    static_assert(static_cast<unsigned>(FlightEvent::Last) <= kMostEvents);
    static constexpr unsigned kMost = (1U << 14) - 1;
    static constexpr unsigned kLatestTick = (1U << 30) - 1;
    static constexpr Duration kTick{16};

    static constexpr uint64_t bit(FlightEvent event) {
        return uint64_t{1} << static_cast<unsigned>(event);
    }
    static constexpr uint64_t tenths(Duration lasted) {
        return lasted.count() <= 0 ? 0 : static_cast<uint64_t>(lasted.count() + 50) / 100;
    }
    [[nodiscard]] uint32_t ticks(TimePoint now) const;
    [[nodiscard]] TimePoint time_of(uint32_t ticks) const { return begun_ + kTick * ticks; }
    // The newest is 0.
    [[nodiscard]] Packed& back(size_t from_newest);
    [[nodiscard]] const Packed& back(size_t from_newest) const;
    void append(Packed entry);
    static void more_of(Packed& entry, Packed latest);

    TimePoint begun_;
    uint64_t seen_ = 0;
    std::array<Packed, kEntries> ring_{};
    uint32_t logged_in_ = 0;
    uint16_t cut_after_ = 0; // tenths of a second
    uint16_t longest_held_ = 0;
    uint16_t address_ = 0;
    uint8_t cuts_alike_ = 0;
    uint8_t cuts_else_ = 0;
    uint8_t address_changes_ = 0;
    uint8_t newest_ = kEntries - 1;
    uint8_t size_ = 0;
};
static_assert(sizeof(FlightRecord) == 128);

// "held=60.0s": what stands behind an event in a drawing; empty: nothing does.
[[nodiscard]] std::string argument_text(const FlightRecord::Entry& entry);
// All of it, oldest first, in one line: `-75.2s request.lost held=60.0s x3`.
[[nodiscard]] std::string to_text(const FlightRecord& record, TimePoint now);

} // namespace base
