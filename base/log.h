// Log — one line an event: `session.created sid=Ab3dE6gH domain=example.org wait=60`.
// Event names are `noun.verb-past`. Never a key, a credential or more of a sid than sid_prefix().
// Levels: error  someone must act;  warn  someone should know;  info  a session's or the daemon's
//         life;  debug  each request;  trace  bytes, off by default.
// Where standard error is the journal of systemd, a line begins with its priority instead of the
// time, which the journal has: sd-daemon(3).
// Life:   open() once, first thing; thread-safe afterwards. Lines are written by one background
//         thread; when its queue is full the oldest are dropped and counted, never waited for.
#pragma once

#include "base/log_line.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace base {

enum class Level : uint8_t { Trace, Debug, Info, Warn, Error, Off };

[[nodiscard]] std::string_view to_string(Level level);

// One thread sets it, all read it.
class SharedLevel {
public:
    SharedLevel(Level level) : level_(level) {} // NOLINT(google-explicit-constructor): it is one
    SharedLevel(const SharedLevel& other) : level_(other) {}
    SharedLevel& operator=(const SharedLevel& other) {
        level_.store(other, std::memory_order_relaxed);
        return *this;
    }
    ~SharedLevel() = default;
    operator Level() const { // NOLINT(google-explicit-constructor)
        return level_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<Level> level_;
};

class Log {
public:
    // Writes to standard error, which systemd and containers collect.
    [[nodiscard]] static Log to_stderr(Level level, LogFormat format = LogFormat::Text);
    // Appends to a file, which its owner and group may read. An error: what the system said.
    [[nodiscard]] static std::expected<Log, std::string> to_file(const std::string& path,
                                                                 Level level, LogFormat format);
    // Drops everything: for tests and benchmarks.
    [[nodiscard]] static Log nowhere();
    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;
    ~Log(); // writes what is queued

    [[nodiscard]] bool enabled(Level level) const { return level >= level_; }
    void set_level(Level level) { level_ = level; }
    [[nodiscard]] Level level() const { return level_; }
    // Of a file: goes on in one of its name, which is made if somebody has moved it away. An error:
    // what the system said; then it goes on where it was.
    [[nodiscard]] std::expected<void, std::string> reopen();

    void write(Level level, std::string_view event, std::initializer_list<LogField> fields = {});
    void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(Level::Error, event, fields);
    }
    void warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(Level::Warn, event, fields);
    }
    void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(Level::Info, event, fields);
    }
    void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
        write(Level::Debug, event, fields);
    }

private:
    struct Sink;
    explicit Log(Level level, std::unique_ptr<Sink> sink);

    SharedLevel level_;
    std::unique_ptr<Sink> sink_;
};

// A sid is a bearer secret: what a log may show of it.
[[nodiscard]] inline std::string_view sid_prefix(std::string_view sid) {
    return sid.substr(0, 8);
}

} // namespace base
