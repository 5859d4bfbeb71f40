#include "cm/doctor_plan.h"

#include "cm/probe_account.h"
#include "cm/probe_sources.h"
#include "xmpp/domain.h"

#include <filesystem>
#include <fstream>
#include <istream>
#include <system_error>
#include <utility>

namespace cm {

namespace {

using Failure = std::unexpected<std::string>;

// Where the daemon listens if systemd has started it and nobody has said otherwise.
constexpr const char* kUsualAdminSocket = "/run/boshcm/admin.sock";

bool is_url(const std::string& text) {
    return text.contains("://");
}

bool is_file(const std::string& text) {
    return !is_url(text) && (text.contains('/') || text.ends_with(".xml"));
}

// "https://chat.example" and "https://chat.example/" name a site, not BOSH.
bool is_site(const std::string& url) {
    size_t slash = url.find('/', url.find("://") + 3);
    return slash == url.npos || slash + 1 == url.size();
}

std::string host_of(const std::string& url) {
    size_t begin = url.find("://") + 3;
    return url.substr(begin, url.find_first_of("/?#", begin) - begin);
}

// host-meta is the domain's: it says all else.
std::expected<void, std::string> use_domain_name(doctor::Plan& plan, const std::string& name) {
    auto domain = xmpp::Domain::parse(name.substr(0, name.find(':')));
    if (!domain) return Failure(name + " is no domain, URL or file");
    plan.site = name;
    if (plan.domain.empty()) plan.domain = domain->name;
    return {};
}

std::expected<void, std::string> use_target(doctor::Plan& plan, const std::string& target) {
    if (target.empty() || is_file(target)) return {};
    if (!is_url(target)) return use_domain_name(plan, target);
    if (target.starts_with("ws://") || target.starts_with("wss://")) {
        plan.websocket_url = target;
        return {};
    }
    if (!target.starts_with("http://") && !target.starts_with("https://")) {
        return Failure(target + " is no URL of http, https, ws or wss");
    }
    if (target.starts_with("https://") && is_site(target)) {
        return use_domain_name(plan, host_of(target));
    }
    plan.bosh_url = target;
    return {};
}

std::string read_token(const std::string& file) {
    std::ifstream opened(file);
    std::string token;
    if (!file.empty()) std::getline(opened, token);
    return token;
}

doctor::OwnFacts own_facts(const Config& config, const std::string& file) {
    doctor::OwnFacts own;
    own.file = file;
    const ListenerConfig& listener = config.listeners.front();
    own.backend = listener.path.empty() ? listener.address.to_string() : "unix:" + listener.path;
    own.behind_tls = listener.tls != ListenerConfig::Tls::Own;
    own.bosh_path = config.bosh_path;
    if (config.ws_enabled) own.websocket_path = config.ws_path;
    own.wait = config.bosh.wait_max;
    own.max_message_bytes = config.ws.frames.max_message_bytes;
    own.max_body_bytes = config.bosh.max_body_bytes;
    own.max_sessions = config.bosh.max_sessions;
    own.compression = config.bosh.compression;
    own.discovery = config.discovery.offered();
    const admin::Settings& admin = config.admin;
    if (!admin.enabled) return own;
    own.admin_token = read_token(admin.token_file);
    own.admin_socket = admin.path;
    std::error_code error;
    bool by_default = admin.path.empty() && admin.address.port == 0;
    if (by_default && std::filesystem::exists(kUsualAdminSocket, error)) {
        own.admin_socket = kUsualAdminSocket;
    }
    if (admin.address.port != 0) {
        own.admin_url = "http://" + admin.address.to_string() + "/metrics";
    } else if (!own.admin_socket.empty()) {
        own.admin_url = "http://localhost/metrics";
    }
    return own;
}

std::string as_websocket(std::string url, const std::string& path) {
    if (url.starts_with("http")) url = "ws" + url.substr(4);
    return url.substr(0, url.find('/', url.find("://") + 3)) + path;
}

void use_config(doctor::Plan& plan, const Config& config, const DoctorCommand& command) {
    plan.own = own_facts(config, config_file_of(command));
    if (plan.name_servers.empty()) plan.name_servers = config.name_servers;
    bool given = !plan.bosh_url.empty() || !plan.websocket_url.empty() || !plan.site.empty();
    if (!given && config.discovery.offered()) { // what clients are told
        plan.bosh_url = config.discovery.bosh;
        plan.websocket_url = config.discovery.websocket;
    } else if (!given) {
        probe::Plan through_listener;
        use_listener(through_listener, config);
        plan.bosh_url = through_listener.url;
        plan.door = through_listener.url_door;
        if (plan.front == doctor::Front::Unknown) plan.front = doctor::Front::Boshcm;
    }
    for (const DomainConfig& each : config.domains) {
        if (each.retired || each.is_foreign()) continue;
        if (!plan.domain.empty() && plan.domain != each.name) continue;
        auto domain = xmpp::Domain::parse(each.name);
        if (!domain) continue;
        probe::Plan server;
        server.domain = domain->name;
        server.ascii_domain = domain->ascii_name();
        server.web = false;
        server.ca_file = command.ca_file;
        server.name_servers = plan.name_servers;
        server.timeout = base::Duration(15'000);
        use_domain(server, each);
        plan.servers.push_back(std::move(server));
    }
    if (plan.domain.empty() && !plan.servers.empty()) plan.domain = plan.servers.front().domain;
}

void use_websocket(doctor::Plan& plan, const Config* config) {
    if (!plan.websocket_url.empty() || plan.bosh_url.empty()) return;
    if (config != nullptr && !config->ws_enabled) return;
    plan.websocket_guessed = config == nullptr;
    plan.websocket_url =
        as_websocket(plan.bosh_url, config == nullptr ? Config().ws_path : config->ws_path);
}

} // namespace

std::string config_file_of(const DoctorCommand& command) {
    if (!command.config_file.empty()) return command.config_file;
    return is_file(command.target) ? command.target : std::string();
}

std::expected<doctor::Plan, std::string> doctor_plan(const DoctorCommand& command,
                                                     const Config* config, std::istream& input) {
    doctor::Plan plan;
    if (!command.domain.empty()) {
        auto domain = xmpp::Domain::parse(command.domain);
        if (!domain) return Failure(command.domain + " is no domain");
        plan.domain = domain->name;
    }
    if (auto used = use_target(plan, command.target); !used) return Failure(used.error());
    if (!command.websocket.empty()) plan.websocket_url = command.websocket;
    plan.front = doctor::front_named(command.front).value_or(doctor::Front::Unknown);
    plan.origin = command.origin;
    plan.ca_file = command.ca_file;
    plan.resolve = command.resolve;
    if (!command.quick) plan.hold = command.hold;
    if (!command.dns.empty()) {
        auto name_server = read_name_server(command.dns);
        if (!name_server) return Failure("--dns is no address: " + command.dns);
        plan.name_servers = {*name_server};
    }
    // The account's domain is one of the configuration's, whose servers are all looked at.
    std::string asked = plan.domain;
    if (config != nullptr) use_config(plan, *config, command);
    if (asked.empty() && command.account.contains('@')) {
        auto domain = xmpp::Domain::parse(domain_of_account(command.account));
        if (!domain) return Failure("--account is no USER@DOMAIN");
        plan.domain = domain->name;
    }
    auto account = read_account(command.account, command.password_file, plan.domain, input);
    if (!account) return Failure(account.error());
    plan.account = std::move(*account);
    if (plan.bosh_url.empty() && plan.websocket_url.empty() && plan.site.empty()) {
        return Failure("name a URL, a domain, or a configuration with --config");
    }
    if (plan.site.empty()) use_websocket(plan, config);
    return plan;
}

} // namespace cm
