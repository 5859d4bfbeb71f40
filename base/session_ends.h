// SessionEnds — how many sessions ended for which cause, in the words that the log has for it.
// Errors: a word that is not in the list counts as "other", the last one.
// Life:   as Metrics: one writer, and any thread may read.
#pragma once

#include "base/histogram.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace base {

enum class Transport : uint8_t { Bosh, Websocket };

// A test compares them with what the engines say.
inline constexpr std::array<std::string_view, 22> kBoshEnds = {
    "terminated",
    "inactivity",
    "creation-abandoned",
    "system-shutdown",
    "ended-by-admin",
    "connect-failed",
    "upstream-lost",
    "upstream-sent-no-xmpp",
    "remote-stream-error",
    "server-closed",
    "not-authenticated",
    "too-large-for-server",
    "outbox-full",
    "bad-request",
    "bad-rid",
    "rid-out-of-window",
    "bad-key",
    "too-many-repeats",
    "overactive",
    "pause-too-long",
    "unknown-stream",
    "other",
};
inline constexpr std::array<std::string_view, 23> kWebsocketEnds = {
    "client-closed",
    "client-left",
    "client-lost",
    "shutdown",
    "ended-by-admin",
    "connect-failed",
    "upstream-lost",
    "upstream-sent-no-xmpp",
    "remote-stream-error",
    "server-closed",
    "not-authenticated",
    "too-large-for-server",
    "outbox-full",
    "see-other-uri",
    "no-open",
    "no-close",
    "ping-timeout",
    "unsupported-version",
    "bad-xml",
    "bad-frame",
    "message-too-big",
    "no-memory",
    "other",
};

class SessionEnds {
public:
    static constexpr size_t kMostCauses = 24;

    explicit SessionEnds(std::span<const std::string_view> causes) : causes_(causes) {}

    void add(std::string_view cause) {
        size_t at = 0;
        while (at + 1 < causes_.size() && causes_[at] != cause) ++at;
        add_to(counts_[at], 1);
    }
    [[nodiscard]] std::span<const std::string_view> causes() const { return causes_; }
    [[nodiscard]] uint64_t count(size_t cause) const {
        return counts_[cause].load(std::memory_order_relaxed);
    }

private:
    std::span<const std::string_view> causes_;
    std::array<std::atomic<uint64_t>, kMostCauses> counts_{};
};

} // namespace base
