// ServiceManager — the service manager that has started this process, if one has: what it passes
// on, and what it is told. The only file behind it that knows systemd's library; a build without
// that has no service manager.
// Spec:   sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3).
// Life:   once in a process, first thing: what it passes on is for this process alone, and leaves
//         the environment.
#pragma once

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cm {

struct PassedDescriptor {
    int descriptor;
    std::string name; // FileDescriptorName= of the socket unit
};

class ServiceManager {
public:
    ServiceManager();

    // Open and listening, if the unit says so.
    [[nodiscard]] const std::vector<PassedDescriptor>& sockets() const { return sockets_; }
    // It wants to hear that we are alive, at least so often.
    [[nodiscard]] std::optional<base::Duration> watchdog() const { return watchdog_; }
    [[nodiscard]] bool listens() const { return listens_; }

    // "READY=1" and the like, lines. Nobody need be there to hear.
    void tell(const std::string& lines) const;
    // A value in them: what would be another line becomes blanks.
    [[nodiscard]] static std::string on_one_line(std::string_view text);

private:
    std::vector<PassedDescriptor> sockets_;
    std::optional<base::Duration> watchdog_;
    bool listens_ = false;
};

} // namespace cm
