#include "cm/admin_rules.h"

#include "admin/listener.h"

#include <filesystem>
#include <sys/stat.h>

namespace cm {

void check_admin(ConfigElement& element, const admin::Settings& settings, ConfigFaults& faults) {
    if (!element.has_sound("address") || settings.address.is_loopback() ||
        element.find("token-file") != nullptr) {
        return;
    }
    faults.add(element, "address", "an address that other hosts can reach, and no token",
               "a token-file, or an address of loopback");
}

std::string check_token_file(ConfigElement& element, const std::string& name,
                             const std::string& start, ConfigFaults& faults) {
    namespace fs = std::filesystem;
    if (!element.has_sound("token-file")) return {};
    std::error_code fault;
    std::string full = fs::absolute(fs::path(start) / name, fault).lexically_normal().string();
    if (auto token = admin::token_in(full); !token) {
        faults.add(element, "token-file", full + ": " + token.error(),
                   "a file that this user may read, with a token in its first line");
    }
    return full;
}

void warn_of_admin(const Config& config, std::vector<ConfigWarning>& found) {
    const admin::Settings& settings = config.admin;
    if (!settings.enabled) return;
    if (settings.address.port == 0 && settings.address != admin::Settings().address) {
        found.push_back({config.admin_line,
                         "<admin address=" + quote(settings.address.host()) + ">",
                         "without a port nothing is listened for there"});
    }
    if (settings.address.port != 0 && !settings.address.is_loopback()) {
        found.push_back({config.admin_line,
                         "<admin address=" + quote(settings.address.host()) + ">",
                         "plain HTTP on an address that other hosts can reach: everyone on the way "
                         "reads the token"});
    }
    struct stat status{};
    bool known = !settings.token_file.empty() && ::stat(settings.token_file.c_str(), &status) == 0;
    if (known && (status.st_mode & S_IROTH) != 0) {
        found.push_back({config.admin_line, "<admin token-file=" + quote(settings.token_file) + ">",
                         "everyone on this host can read it, so it keeps nobody out"});
    }
}

} // namespace cm
