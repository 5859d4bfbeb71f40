// Steering — the daemon as an administrator drives it.
// Life:   outlives the listener; all of it on the main thread.
#pragma once

#include "base/log.h"

#include <chrono>
#include <cstdint>
#include <functional>
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
    std::vector<Problem> problems;    // any: all goes on as it was
    std::vector<std::string> changed; // in words
    std::vector<std::string> restart_needed;

    [[nodiscard]] bool ok() const { return problems.empty(); }
};

struct DaemonState {
    size_t most_bosh_sessions = 0; // that there is room for
    size_t most_websockets = 0;
    base::Level log_level = base::Level::Info;
    std::vector<std::string> domains;
    std::optional<std::chrono::seconds> drain_left; // of a drain that has a deadline
    uint64_t reloads = 0;
    std::optional<ReloadOutcome> last_reload;
};

class Steering {
public:
    [[nodiscard]] virtual DaemonState state() const = 0;
    // The answer comes when it is over.
    virtual void reload(std::move_only_function<void(const ReloadOutcome&)> reply) = 0;
    // Lets nobody new in, and ends when all have left, or at the deadline; one that goes on gets
    // another deadline. False: it is ending already.
    virtual bool drain(std::optional<std::chrono::seconds> deadline) = 0;
    // False: there is none that could be, or it is ending already.
    virtual bool cancel_drain() = 0;
    // Until a reload, which has the configuration's.
    virtual void set_log_level(base::Level level) = 0;

protected:
    ~Steering() = default;
};

} // namespace admin
