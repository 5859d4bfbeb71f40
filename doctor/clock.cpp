#include "doctor/clock.h"

#include <cstdlib>

namespace doctor {

namespace {

// What is told is of whole seconds, and was some time on the way.
constexpr time_t kMostSecondsApart = 30;

} // namespace

void compare_clocks(Visit& visit, const ClockReading& reading) {
    time_t apart = std::abs(reading.ours - reading.theirs);
    if (apart <= kMostSecondsApart) {
        visit.findings.ok(reading.name, "The clock of " + reading.whose + " is right",
                          reading.seen);
        return;
    }
    visit.warning(reading.name + "-differs",
                  "The clock of " + reading.whose + " and that of this host are " +
                      std::to_string(apart) + " s apart",
                  reading.seen,
                  "One of them is wrong. With a wrong clock certificates are refused as expired or "
                  "not valid yet, and what was said stands in the wrong place of the archive.",
                  {{.program = "shell",
                    .place = "on the host whose clock is wrong",
                    .remove = {},
                    .add = {"timedatectl set-ntp true"}}});
}

} // namespace doctor
