#include "cm/admin_place.h"

#include "admin/listener.h"
#include "cm/config_loader.h"
#include "cm/options.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace cm {

namespace {

// Where the package's unit has it (RuntimeDirectory=boshcm).
constexpr const char* kUsualSocket = "/run/boshcm/admin.sock";

bool is_there(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

std::string usual_socket() {
    std::string own = admin::default_socket();
    return own.empty() ? kUsualSocket : own;
}

// What the configuration says; if it is not good, the usual place may do: it is there to be mended
// and reloaded.
std::expected<admin::Settings, std::string> configured(const std::string& named) {
    std::string file = named.empty() ? kDefaultConfigFile : named;
    if (named.empty() && !is_there(file)) return admin::Settings{};
    auto config = load(file);
    if (config) return config->admin;
    if (is_there(usual_socket())) return admin::Settings{};
    return std::unexpected(to_string(config.error().front()) +
                           "\nSo where the daemon is remains unknown; --socket PATH says it.");
}

} // namespace

std::expected<AdminPlace, std::string> find_admin_place(const AdminCommand& command) {
    AdminPlace place{.path = command.socket};
    std::string token_file = command.token_file;
    if (place.path.empty()) {
        auto settings = configured(command.config_file);
        if (!settings) return std::unexpected(settings.error());
        if (!settings->enabled) {
            return std::unexpected("the configuration has no admin listener: <admin enabled>");
        }
        place.path = settings->path.empty() ? usual_socket() : settings->path;
        bool by_address = settings->path.empty() && settings->address.port != 0;
        if (by_address && !is_there(place.path)) {
            place.path.clear();
            place.address = settings->address;
            if (token_file.empty()) token_file = settings->token_file;
        }
    }
    if (!token_file.empty()) {
        auto token = admin::token_in(token_file);
        if (!token) return std::unexpected(token_file + ": " + token.error());
        place.token = *std::move(token);
    }
    return place;
}

} // namespace cm
