#include "cm/config_reader.h"

#include "cm/admin_rules.h"
#include "cm/certificate_rules.h"
#include "cm/config_keys.h"
#include "cm/config_rules.h"
#include "cm/schema.h"
#include "cm/webhook_rules.h"
#include "http/ascii.h"

#include <algorithm>
#include <map>
#include <span>

namespace cm {
namespace {

class Reader {
public:
    Reader(ConfigElement& root, const std::string& directory, ConfigFaults& faults)
        : root_(root), directory_(directory), faults_(faults) {}

    Config run() {
        for (ConfigElement& element : root_.children)
            if (!element.faulty) read_part(element);
        check_presence();
        check_names(config_, bosh_, websocket_, faults_);
        check_proxies(config_, faults_);
        check_relay(config_, faults_);
        name_fallback_domain();
        return std::move(config_);
    }

private:
    void read_part(ConfigElement& element) {
        if (element.name == "listener") return read_listener(element);
        if (element.name == "domain") return read_domain(element);
        if (element.name == "static") return read_static(element);
        if (!first_of_its_name(element)) return;
        if (element.name == "log") read_keys(element, log_keys(), config_);
        if (element.name == "workers") read_keys(element, workers_keys(), config_);
        if (element.name == "shutdown") read_keys(element, shutdown_keys(), config_);
        if (element.name == "memory") read_keys(element, memory_keys(), config_);
        if (element.name == "admin") read_admin(element);
        if (element.name == "webhooks") read_webhooks(element);
        if (element.name == "http") read_http(element);
        if (element.name == "limits") read_keys(element, limits_keys(), config_);
        if (element.name == "discovery") {
            config_.discovery.line = element.line;
            read_keys(element, discovery_keys(), config_);
            check_discovery(element, faults_);
        }
        if (element.name == "bosh") read_bosh(element);
        if (element.name == "websocket") read_websocket(element);
        if (element.name == "upstream") {
            read_keys(element, upstream_keys(), config_);
            check_upstream(element, config_.connect, faults_);
        }
    }

    template <class Owner>
    void read_keys(ConfigElement& element, std::span<const ConfigKey<Owner>> keys, Owner& owner) {
        for (ConfigAttribute& attribute : element.attributes) {
            if (attribute.faulty) continue;
            for (const ConfigKey<Owner>& key : keys)
                if (key.name == attribute.name) read_key(element, attribute, key, owner);
        }
    }

    template <class Owner>
    void read_key(ConfigElement& element, ConfigAttribute& attribute, const ConfigKey<Owner>& key,
                  Owner& owner) {
        const SchemaKey* schema = find_schema_key(element.name, attribute.name);
        if (in_range(*schema, attribute.value) && key.read(owner, attribute.value)) return;
        attribute.faulty = true;
        faults_.add(attribute.line, element.place({attribute.name}), quote(attribute.value),
                    expected_value(*schema));
    }

    void read_listener(ConfigElement& element) {
        ListenerConfig listener{.line = element.line};
        read_keys(element, listener_keys(), listener);
        check_listener(element, faults_);
        check_listener_tls(element, listener, faults_);
        listener.client_ca =
            check_ca_file(element, "client-ca", listener.client_ca, directory_, faults_);
        for (ConfigElement& child : element.children) {
            if (child.name != "certificate" || child.faulty) continue;
            CertificateConfig certificate{{}, child.line};
            read_keys(child, certificate_keys(), certificate);
            check_certificate(child, certificate, listener, directory_, faults_);
            listener.certificates.push_back(std::move(certificate));
        }
        config_.listeners.push_back(std::move(listener));
    }

    void read_admin(ConfigElement& element) {
        read_keys(element, admin_keys(), config_);
        config_.admin_line = element.line;
        config_.admin.token_file =
            check_token_file(element, config_.admin.token_file, directory_, faults_);
        check_admin(element, config_.admin, faults_);
    }

    void read_webhooks(ConfigElement& element) {
        read_keys(element, webhooks_keys(), config_);
        for (ConfigElement& child : element.children) {
            if (child.faulty) continue;
            hooks::Settings hook{.line = child.line};
            read_keys(child, webhook_keys(), hook);
            hook.ca_file = check_ca_file(child, "ca-file", hook.ca_file, directory_, faults_);
            check_webhook(child, hook, directory_, faults_);
            config_.hooks.push_back(std::move(hook));
        }
        check_webhook_names(config_.hooks, faults_);
    }

    void read_http(ConfigElement& element) {
        read_keys(element, http_keys(), config_);
        for (ConfigElement& child : element.children) {
            if (child.faulty) continue;
            if (child.name == "host") config_.hosts.push_back(bracketed(child.text));
            if (child.name == "trusted-proxy") read_trusted_proxy(child);
        }
        check_http(element, config_.http, faults_);
    }

    // As it stands in a URL and in Host.
    static std::string bracketed(const std::string& host) {
        return host.contains(':') ? "[" + host + "]" : host;
    }

    void read_trusted_proxy(const ConfigElement& element) {
        if (element.text == "local") {
            config_.proxies.trusts_local = true;
        } else if (auto network = net::Network::parse(element.text)) {
            config_.proxies.trusted.push_back(*network);
        } else {
            faults_.add(element.line, element.place(), quote(element.text),
                        expected_value(*find_schema_key(element.name, "")));
        }
    }

    void read_bosh(ConfigElement& element) {
        bosh_ = &element;
        read_keys(element, bosh_keys(), config_);
        // Resolved here, so that a short `wait` alone is a configuration that makes sense.
        if (element.find("gap-timeout") == nullptr)
            config_.bosh.gap_timeout = std::min(config_.bosh.gap_timeout, config_.bosh.wait_max);
        std::vector<std::string> content_types;
        for (ConfigElement& child : element.children) {
            if (child.faulty) continue;
            if (child.name == "content-type") content_types.push_back(child.text);
            if (child.name == "cors" && first_of_its_name(child)) read_cors(child);
        }
        if (!content_types.empty()) config_.bosh.content_types = std::move(content_types);
        if (config_.bosh.compression) allow_content_encoding();
        check_bosh(element, config_.bosh, faults_);
        if (!element.is_faulty("path"))
            config_.bosh_path = check_path(element, config_.bosh_path, faults_);
    }

    // No page of another origin could use what is offered without it.
    void allow_content_encoding() {
        constexpr std::string_view kName = "Content-Encoding";
        std::vector<std::string>& names = config_.cors.extra_headers;
        bool listed = std::ranges::any_of(
            names, [&](const std::string& name) { return http::equal_without_case(name, kName); });
        if (!listed) names.emplace_back(kName);
    }

    void read_cors(ConfigElement& element) {
        read_keys(element, cors_keys(), config_);
        for (ConfigElement& child : element.children) {
            if (child.faulty) continue;
            if (child.name == "header") config_.cors.extra_headers.push_back(child.text);
            if (child.name == "origin") config_.cors.origins.push_back(child.text);
        }
        config_.cors.any_origin =
            config_.cors.origins.empty() || std::ranges::count(config_.cors.origins, "*") > 0;
        check_cors(element, config_.cors, faults_);
        if (config_.cors.any_origin) config_.cors.origins.clear();
    }

    void read_websocket(ConfigElement& element) {
        websocket_ = &element;
        read_keys(element, websocket_keys(), config_);
        ws::Settings& settings = config_.ws;
        for (const ConfigElement& child : element.children)
            if (!child.faulty) settings.origins.push_back(child.text);
        settings.any_origin =
            settings.origins.empty() || std::ranges::count(settings.origins, "*") > 0;
        check_websocket(element, settings, faults_);
        if (settings.any_origin) settings.origins.clear();
        if (!element.is_faulty("path"))
            config_.ws_path = check_path(element, config_.ws_path, faults_);
    }

    // W-045: in whose name a client hears that it asked for none of ours.
    void name_fallback_domain() {
        auto served = std::ranges::find_if(config_.domains, [](const DomainConfig& one) {
            return !one.retired && !one.is_foreign();
        });
        if (served != config_.domains.end()) config_.ws.fallback_domain = served->name;
    }

    void read_domain(ConfigElement& element) {
        DomainConfig domain{.line = element.line};
        read_keys(element, domain_keys(), domain);
        domain.ca_file = check_ca_file(element, "ca-file", domain.ca_file, directory_, faults_);
        domain.certificate =
            check_client_certificate(element, domain.certificate, directory_, faults_);
        check_domain(element, domain, faults_);
        for (ConfigElement& child : element.children) {
            if (child.faulty) continue;
            if (child.name == "deny") {
                read_denied(child, domain);
                continue;
            }
            ServerConfig server = read_server(child);
            if (domain.retired) continue;
            (child.name == "route" ? domain.routes : domain.servers).push_back(std::move(server));
        }
        config_.domains.push_back(std::move(domain));
    }

    // A <server>, or a <route>, which has the same keys.
    ServerConfig read_server(ConfigElement& element) {
        ServerConfig server{.line = element.line};
        read_keys(element, element.name == "route" ? route_keys() : server_keys(), server);
        server.ca_file = check_ca_file(element, "ca-file", server.ca_file, directory_, faults_);
        server.certificate =
            check_client_certificate(element, server.certificate, directory_, faults_);
        check_server(element, server, faults_);
        return server;
    }

    void read_denied(ConfigElement& element, DomainConfig& domain) {
        for (const ConfigAttribute& attribute : element.attributes) {
            if (attribute.name != "network" || attribute.faulty) continue;
            check_network(element, faults_);
            domain.denied.push_back(attribute.value);
        }
    }

    void read_static(ConfigElement& element) {
        StaticConfig files{.line = element.line};
        read_keys(element, static_keys(), files);
        if (element.has_sound("path")) {
            files.path = check_path(element, files.path, faults_);
            if (!files.path.ends_with('/')) files.path += '/';
        }
        if (element.has_sound("directory"))
            files.directory = check_directory(element, files.directory, directory_, faults_);
        config_.statics.push_back(std::move(files));
    }

    bool first_of_its_name(const ConfigElement& element) {
        auto [at, first] = first_line_.emplace(element.name, element.line);
        if (!first) report_second(element, at->second);
        return first;
    }

    void report_second(const ConfigElement& element, int first_line) {
        faults_.add(element.line, element.place(),
                    "a second one; the first is in line " + std::to_string(first_line),
                    "only one <" + element.name + ">");
    }

    void check_presence() {
        if (config_.listeners.empty())
            faults_.add(root_.line, root_.place(), "no <listener> in it", "one or more");
        if (config_.domains.empty())
            faults_.add(root_.line, root_.place(), "no <domain> in it", "one or more");
    }

    ConfigElement& root_;
    const std::string& directory_;
    ConfigFaults& faults_;
    Config config_;
    const ConfigElement* bosh_ = nullptr;
    const ConfigElement* websocket_ = nullptr;
    std::map<std::string, int> first_line_;
};

} // namespace

Config read_config(ConfigElement& root, const std::string& directory, ConfigFaults& faults) {
    return Reader(root, directory, faults).run();
}

} // namespace cm
