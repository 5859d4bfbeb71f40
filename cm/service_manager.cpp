#include "cm/service_manager.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#ifdef CM_WITH_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace cm {

#ifdef CM_WITH_SYSTEMD

ServiceManager::ServiceManager() : listens_(std::getenv("NOTIFY_SOCKET") != nullptr) {
    uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(1, &microseconds) > 0) {
        watchdog_ =
            std::chrono::duration_cast<base::Duration>(std::chrono::microseconds(microseconds));
    }
    char** names = nullptr;
    int count = ::sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; ++i) {
        sockets_.push_back({SD_LISTEN_FDS_START + i, names[i]});
        std::free(names[i]);
    }
    std::free(static_cast<void*>(names));
}

void ServiceManager::tell(const std::string& lines) const {
    if (listens_) ::sd_notify(0, lines.c_str());
}

#else

ServiceManager::ServiceManager() = default;
void ServiceManager::tell(const std::string& /*lines*/) const {}

#endif

std::string ServiceManager::on_one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace_if(line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return line;
}

} // namespace cm
