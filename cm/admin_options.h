// AdminOptions — the part of the command line that is about a running daemon: `boshcm sessions`,
// `boshcm kill` and the like.
// Life:   the parser outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11's
class App;
} // namespace CLI

namespace cm {

struct AdminCommand {
    enum class What : uint8_t { Status, Sessions, Session, Kill, Trace, Drain, Reload, LogLevel };

    What what = What::Status;
    // Where the daemon is: the socket, or what the configuration says.
    std::string config_file; // empty: the usual one, if there is one
    std::string socket;
    std::string token_file;
    std::string subject; // a sid, a JID or a level
    // Of a listing:
    std::string search;
    std::string transport;
    std::string state;
    std::string sort = "age";
    bool reverse = false;
    uint32_t limit = 100;
    std::optional<std::chrono::seconds> deadline; // of a drain
    bool cancel = false;                          // a drain
    bool bodies = false;                          // in a trace
    bool json = false;
};

class AdminOptions {
public:
    // Adds the commands.
    explicit AdminOptions(CLI::App& app);
    AdminOptions(const AdminOptions&) = delete;
    AdminOptions& operator=(const AdminOptions&) = delete;
    ~AdminOptions();

    // The one that was given, if it is one of these.
    [[nodiscard]] std::optional<AdminCommand> chosen() const;

private:
    struct Commands;
    std::unique_ptr<Commands> commands_;
};

} // namespace cm
