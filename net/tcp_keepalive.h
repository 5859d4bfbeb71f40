// TcpKeepalive — how a peer that has vanished is found without our having anything to send: after
// `idle` without a byte it is asked, `count` times, and then given up. The same time in all is what
// bytes on their way may stay unacknowledged (TCP_USER_TIMEOUT). By default two minutes: the
// system's own would be two hours.
// Spec:   RFC 9293 §3.8.4; rows U-033, U-055.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace net {

using namespace std::chrono_literals;

struct TcpKeepalive {
    std::chrono::seconds idle = 60s;
    std::chrono::seconds interval = 15s;
    uint8_t count = 4;

    [[nodiscard]] std::chrono::seconds in_all() const { return idle + interval * count; }

    // The one that takes so long in all: half of it passes in silence. The system counts in whole
    // seconds, so there is none below kShortest.
    static constexpr std::chrono::seconds kShortest = 5s;
    [[nodiscard]] static TcpKeepalive within(std::chrono::seconds in_all) {
        in_all = std::max(in_all, kShortest);
        TcpKeepalive made;
        made.interval = std::max<std::chrono::seconds>(in_all / (2 * made.count), 1s);
        made.idle = in_all - made.interval * made.count;
        return made;
    }
};

} // namespace net
