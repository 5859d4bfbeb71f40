#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include <utility>

namespace base {

namespace {

constexpr size_t kQueuedLines = 8192;
// Long enough for a JID or a path, short enough that a hostile peer cannot fill the disk by it.
constexpr size_t kLongestValue = 200;

bool is_plain(char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

void append_quoted(std::string& line, std::string_view text) {
    constexpr char kHex[] = "0123456789abcdef";
    line += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            // Non-ASCII too: C1 controls move a terminal's cursor, and a cut may halve a character.
            line += "\\x";
            line += kHex[byte >> 4];
            line += kHex[byte & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

spdlog::level::level_enum to_spdlog(Level level) {
    return static_cast<spdlog::level::level_enum>(level);
}

} // namespace

std::string_view to_string(Level level) {
    constexpr std::string_view kNames[] = {"trace", "debug", "info", "warn", "error", "off"};
    return kNames[static_cast<size_t>(level)];
}

void LogValue::append_to(std::string& line) const {
    if (is_number_) {
        line += std::to_string(number_);
        return;
    }
    bool cut = text_.size() > kLongestValue;
    std::string_view shown = text_.substr(0, kLongestValue);
    bool plain = !shown.empty();
    for (char c : shown) plain = plain && is_plain(c);
    if (plain && !cut) {
        line += shown;
    } else {
        append_quoted(line, shown);
        if (cut) line += "...";
    }
}

struct Log::Sink {
    std::shared_ptr<spdlog::logger> logger;
    // Goes first: with its thread goes all that still refers to the logger.
    std::shared_ptr<spdlog::details::thread_pool> threads;
};

Log::Log(Level level, std::unique_ptr<Sink> sink) : level_(level), sink_(std::move(sink)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

Log::~Log() {
    if (sink_) sink_->logger->flush();
}

Log Log::to_stderr(Level level) {
    auto sink = std::make_unique<Sink>();
    sink->threads = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
    sink->logger = std::make_shared<spdlog::async_logger>(
        "boshcm", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(), sink->threads,
        spdlog::async_overflow_policy::overrun_oldest);
    sink->logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    sink->logger->set_level(spdlog::level::trace); // enabled() has decided already
    sink->logger->flush_on(spdlog::level::trace);
    return Log(level, std::move(sink));
}

Log Log::nowhere() {
    return Log(Level::Off, nullptr);
}

std::string Log::format(std::string_view event, std::initializer_list<LogField> fields) {
    std::string line(event);
    for (const LogField& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        field.value.append_to(line);
    }
    return line;
}

void Log::write(Level level, std::string_view event, std::initializer_list<LogField> fields) {
    if (!enabled(level) || sink_ == nullptr) return;
    sink_->logger->log(to_spdlog(level), "{}", format(event, fields));
}

} // namespace base
