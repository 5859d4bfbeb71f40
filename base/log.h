// Log — one line an event: `session.created sid=Ab3dE6gH domain=example.org wait=60`.
// Event names are `noun.verb-past`. A value that comes from a peer is escaped and cut, so that no
// one outside writes lines of ours. Never a key, a credential or more of a sid than sid_prefix().
// Levels: error  someone must act;  warn  someone should know;  info  a session's or the daemon's
//         life;  debug  each request;  trace  bytes, off by default.
// Life:   open() once, first thing; thread-safe afterwards. Lines are written by one background
//         thread; when its queue is full the oldest are dropped and counted, never waited for.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace base {

enum class Level : uint8_t { Trace, Debug, Info, Warn, Error, Off };

[[nodiscard]] std::string_view to_string(Level level);

class LogValue {
public:
    LogValue(std::string_view text) : text_(text) {}   // NOLINT(google-explicit-constructor)
    LogValue(const char* text) : text_(text) {}        // NOLINT(google-explicit-constructor)
    LogValue(const std::string& text) : text_(text) {} // NOLINT(google-explicit-constructor)
    template <std::integral Number>
    LogValue(Number number) // NOLINT(google-explicit-constructor)
        : number_(static_cast<int64_t>(number)), is_number_(true) {}

    void append_to(std::string& line) const;

private:
    std::string_view text_;
    int64_t number_ = 0;
    bool is_number_ = false;
};

struct LogField {
    LogField(std::string_view field_key, LogValue field_value)
        : key(field_key), value(field_value) {}

    std::string_view key;
    LogValue value;
};

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
    [[nodiscard]] static Log to_stderr(Level level);
    // Drops everything: for tests and benchmarks.
    [[nodiscard]] static Log nowhere();
    Log(Log&&) noexcept;
    Log& operator=(Log&&) noexcept;
    ~Log(); // writes what is queued

    [[nodiscard]] bool enabled(Level level) const { return level >= level_; }
    void set_level(Level level) { level_ = level; }

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

    // What write() would print after the time and level; for tests.
    [[nodiscard]] static std::string format(std::string_view event,
                                            std::initializer_list<LogField> fields);

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
