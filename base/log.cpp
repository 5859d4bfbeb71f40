#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace base {

namespace {

constexpr size_t kQueuedLines = 8192;

spdlog::level::level_enum to_spdlog(Level level) {
    return static_cast<spdlog::level::level_enum>(level);
}

// systemd tells device and inode of the journal's socket: systemd.exec(5), JOURNAL_STREAM.
bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status{};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

// <3> and so on, as syslog counts.
class PriorityFlag final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
                spdlog::memory_buf_t& out) override {
        constexpr std::string_view kPriorities[] = {"<7>", "<7>", "<6>", "<4>", "<3>", "<2>", ""};
        std::string_view shown = kPriorities[message.level];
        out.append(shown.data(), shown.data() + shown.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<PriorityFlag>();
    }
};

constexpr char kPriorityFlag = '*';

const char* pattern_of(LogFormat format, bool for_journal) {
    switch (format) {
    case LogFormat::Text: return for_journal ? "%*%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v";
    case LogFormat::Logfmt:
        return for_journal ? "%*level=%l %v" : "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v";
    case LogFormat::Json:
        return for_journal ? R"(%*{"level":"%l",%v})"
                           : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
    }
    return "%v";
}

std::string reason() {
    return std::strerror(errno);
}

// Each line is one write(), so that several programs may append to one file. Lines that cannot be
// written, on a full disk, are lost: the program has more important work.
class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FileSink(std::string path) : path_(std::move(path)) {}
    ~FileSink() override { close(); }

    [[nodiscard]] std::expected<void, std::string> open() {
        int opened = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
                            S_IRUSR | S_IWUSR | S_IRGRP);
        if (opened < 0) return std::unexpected(path_ + ": " + reason());
        std::lock_guard lock(mutex_);
        close();
        descriptor_ = opened;
        return {};
    }

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        std::ignore = ::write(descriptor_, line.data(), line.size());
    }
    void flush_() override {}
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }

    std::string path_;
    int descriptor_ = -1;
};

} // namespace

std::string_view to_string(Level level) {
    constexpr std::string_view kNames[] = {"trace", "debug", "info", "warn", "error", "off"};
    return kNames[static_cast<size_t>(level)];
}

struct Log::Sink {
    Sink(const spdlog::sink_ptr& where, LogFormat how, bool for_journal)
        : format(how), threads(std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1)),
          logger(std::make_shared<spdlog::async_logger>(
              "boshcm", where, threads, spdlog::async_overflow_policy::overrun_oldest)) {
        auto formatter =
            std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
        formatter->add_flag<PriorityFlag>(kPriorityFlag)
            .set_pattern(pattern_of(format, for_journal));
        logger->set_formatter(std::move(formatter));
        logger->set_level(spdlog::level::trace); // enabled() has decided already
        logger->flush_on(spdlog::level::trace);
    }
    // The threads go first: with them goes all that still refers to the logger.
    ~Sink() {
        logger->flush();
        threads.reset();
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    LogFormat format;
    std::shared_ptr<FileSink> file;
    std::shared_ptr<spdlog::details::thread_pool> threads;
    std::shared_ptr<spdlog::logger> logger;
};

Log::Log(Level level, std::unique_ptr<Sink> sink) : level_(level), sink_(std::move(sink)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Log Log::to_stderr(Level level, LogFormat format) {
    return Log(level,
               std::make_unique<Sink>(std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(),
                                      format, stderr_is_journal()));
}

std::expected<Log, std::string> Log::to_file(const std::string& path, Level level,
                                             LogFormat format) {
    auto file = std::make_shared<FileSink>(path);
    if (auto opened = file->open(); !opened) return std::unexpected(opened.error());
    auto sink = std::make_unique<Sink>(file, format, false);
    sink->file = std::move(file);
    return Log(level, std::move(sink));
}

Log Log::nowhere() {
    return Log(Level::Off, nullptr);
}

std::expected<void, std::string> Log::reopen() {
    if (sink_ == nullptr || sink_->file == nullptr) return {};
    return sink_->file->open();
}

void Log::write(Level level, std::string_view event, std::initializer_list<LogField> fields) {
    if (!enabled(level) || sink_ == nullptr) return;
    sink_->logger->log(to_spdlog(level), "{}", log_line(sink_->format, event, fields));
}

} // namespace base
