// Options — the command line of boshcm-simulate.
// Errors: nothing, and a message on standard error that says what to do.
#pragma once

#include "base/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace simulate {

struct Options {
    std::vector<uint32_t> sessions{10'000, 100'000, 1'000'000};
    bool websocket = false;
    base::Duration arriving = std::chrono::minutes(5); // all of them
    base::Duration time = std::chrono::hours(1);       // while all are there
    base::Duration leaving = std::chrono::minutes(2);
    base::Duration message_interval = std::chrono::minutes(10); // of one client
    size_t most_bytes = 0; // a session may cost; 0: as much as it wants
};

// `status` is the exit status if there is nothing to do.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv, int& status);

} // namespace simulate
