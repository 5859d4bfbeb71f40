// AdminCli — the commands that ask and tell a running daemon, and what they print.
// Errors: on standard error, with what to do; the status that the program ends with tells which.
// Life:   of one command.
#pragma once

#include "base/json.h"
#include "cm/admin_client.h"
#include "cm/admin_options.h"

#include <functional>
#include <iosfwd>
#include <string>

namespace cm {

// Runs it, and returns the program's exit status: kExitOk, kExitRuntimeFailure if the daemon cannot
// or will not, kExitUsageOrConfig, kExitNoDaemon.
[[nodiscard]] int run_admin_command(const AdminCommand& command, std::ostream& out,
                                    std::ostream& err);

class AdminCli {
public:
    AdminCli(const AdminCommand& command, const AdminClient& client, std::ostream& out,
             std::ostream& err)
        : command_(command), client_(client), out_(out), err_(err) {}

    [[nodiscard]] int run();

private:
    using Print = std::function<int(const base::Json&)>;

    // Asks, and has the answer printed: as JSON, by `print`, or as what went wrong.
    int ask(const char* method, const std::string& path, const Print& print,
            const base::Json& body = {});
    int complain(const base::Json& answer);
    [[nodiscard]] std::string session_path() const;

    int print_status(const base::Json& status);
    int print_sessions(const base::Json& listing);
    int print_session(const base::Json& session);
    int print_reload(const base::Json& outcome);
    int drain();
    int set_log_level();
    int list_sessions();
    // cm/trace_cli.cpp
    int trace();
    int follow(const std::string& id, bool until_it_ends);
    void print_event(const base::Json& event);

    const AdminCommand& command_;
    const AdminClient& client_;
    std::ostream& out_;
    std::ostream& err_;
};

} // namespace cm
