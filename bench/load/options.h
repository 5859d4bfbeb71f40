// Options — the command line of boshcm-load.
// Errors: UsageFault, a message for standard error that says what to do. Nothing here exits.
#pragma once

#include "base/time.h"
#include "bench/load/client_stream.h"
#include "bench/load/crowd.h"
#include "bench/load/scenario.h"
#include "bench/load/secure_lines.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace load {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFaults = 1; // something went wrong in the run; the report says what
inline constexpr int kExitUsage = 2;

// http://host:port/path is BOSH, ws:// WebSocket, https:// and wss:// the same over TLS, tcp://
// plain XMPP.
struct Url {
    TransportKind transport = TransportKind::Bosh;
    std::string host;
    uint16_t port = 0;
    bool tls = false;
    std::string path; // not of tcp
    std::string text; // as it was given

    [[nodiscard]] static std::optional<Url> parse(std::string_view text);
    [[nodiscard]] std::string authority() const; // host and port, as HTTP has them
};

struct WatchedProcess {
    std::string name;
    pid_t pid = 0;
};

struct Options {
    ScenarioSettings scenario{};
    Url url{};
    std::string domain;
    size_t sessions = 100;
    size_t logins_at_once = 50;
    AccountPattern account{};
    TlsOptions tls{};
    bool http2 = false;
    std::vector<std::string> sources; // addresses that connections leave from
    uint32_t wait_seconds = 60;
    base::Duration warm_up = std::chrono::seconds(2);
    base::Duration time = std::chrono::seconds(10);
    uint64_t count = 0; // measured until so many have arrived; 0: for the whole time
    base::Duration patience = std::chrono::seconds(30);
    std::vector<WatchedProcess> watched;
    std::string json_file; // empty: none; "-": standard output
};

struct ShowText {
    std::string text;
};
struct UsageFault {
    std::string text;
};

[[nodiscard]] std::variant<Options, ShowText, UsageFault> parse_options(int argc,
                                                                        const char* const* argv);

} // namespace load
