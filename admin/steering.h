// Steering — the daemon as an administrator drives it.
// Life:   outlives the listener; all of it on the main thread.
#pragma once

#include "base/log.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace admin {

// How a reload went.
struct ReloadOutcome {
    struct Problem {
        std::string file;
        int line = 0;      // 0: the file as a whole
        std::string place; // as written
        std::string found;
        std::string expected;
        std::string text; // all of it, in words
    };
    std::chrono::system_clock::time_point at;
    std::vector<Problem> problems; // any: all goes on as it was
    std::vector<std::string> restart_needed;

    [[nodiscard]] bool ok() const { return problems.empty(); }
};

struct DaemonState {
    size_t most_bosh_sessions = 0; // that there is room for
    size_t most_websockets = 0;
    base::Level log_level = base::Level::Info;
    std::vector<std::string> domains;
    uint64_t reloads = 0;
    std::optional<ReloadOutcome> last_reload;
};

class Steering {
public:
    [[nodiscard]] virtual DaemonState state() const = 0;

protected:
    ~Steering() = default;
};

} // namespace admin
