// Settings — a webhook: where events are POSTed to, which, and how long that is tried.
// Units:  durations; numbers of events.
#pragma once

#include "base/time.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hooks {

enum class Kind : uint8_t { Opened, Authenticated, Ended, LimitHit };

// As the configuration and the events themselves have them.
inline constexpr std::array<std::string_view, 4> kKindNames = {
    "session.opened", "session.authenticated", "session.ended", "limit.hit"};

[[nodiscard]] constexpr std::string_view to_string(Kind kind) {
    return kKindNames[static_cast<size_t>(kind)];
}

// Which of them.
class KindSet {
public:
    constexpr KindSet() = default;
    [[nodiscard]] static constexpr KindSet all() {
        KindSet set;
        set.bits_ = 0x0f;
        return set;
    }
    constexpr void add(Kind kind) { bits_ |= bit(kind); }
    constexpr void add(KindSet others) { bits_ |= others.bits_; }
    [[nodiscard]] constexpr bool has(Kind kind) const { return (bits_ & bit(kind)) != 0; }
    bool operator==(const KindSet&) const = default;

private:
    static constexpr uint8_t bit(Kind kind) {
        return static_cast<uint8_t>(1U << static_cast<unsigned>(kind));
    }

    uint8_t bits_ = 0;
};

struct Settings {
    std::string name; // of this webhook, in logs and metrics; empty in a file: the URL's host
    std::string url;
    std::string secret_file; // absolute
    KindSet events = KindSet::all();
    std::string ca_file;         // absolute; empty: what the system trusts
    bool allow_private = false;  // addresses that are not public, those of this host among them
    bool allow_clear = false;    // plain HTTP to public ones
    bool client_address = false; // is told
    base::Duration timeout{10'000};
    uint32_t connections = 4; // deliveries at a time
    uint32_t queue = 10'000;  // events that wait
    base::Duration max_age{86'400'000};
    uint32_t max_attempts = 100;
    base::Duration first_pause{1'000}; // after a failure; doubled each time, up to
    base::Duration longest_pause{300'000};
    int line = 0;

    bool operator==(const Settings&) const = default;
};

// Of all webhooks.
struct CommonSettings {
    std::string node;                      // empty: the name of this host
    base::Duration limit_interval{60'000}; // at most one limit.hit of each limit in that time
};

} // namespace hooks
