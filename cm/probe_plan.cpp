#include "cm/probe_plan.h"

#include "cm/probe_account.h"
#include "cm/probe_sources.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <istream>

namespace cm {

namespace {

using Failure = std::unexpected<std::string>;

std::expected<xmpp::Domain, std::string> choose_domain(const ProbeCommand& command,
                                                       const Config* config) {
    std::string name = command.domain;
    if (name.empty()) name = domain_of_account(command.account);
    if (name.empty() && config != nullptr) {
        if (config->domains.size() != 1) {
            return Failure("the configuration has several domains: name one of them");
        }
        name = config->domains.front().name;
    }
    if (name.empty()) return Failure("name a domain, or a configuration with --config");
    auto domain = xmpp::Domain::parse(name);
    if (!domain) return Failure(name + " is no domain");
    return *domain;
}

} // namespace

std::expected<probe::Plan, std::string> probe_plan(const ProbeCommand& command,
                                                   const Config* config, std::istream& input) {
    auto domain = choose_domain(command, config);
    if (!domain) return Failure(domain.error());
    auto account = read_account(command.account, command.password_file, domain->name, input);
    if (!account) return Failure(account.error());
    account->anonymous = command.anonymous;

    probe::Plan plan; // not by an initialiser: GCC 12 takes parts of it for uninitialised
    plan.domain = domain->name;
    plan.ascii_domain = domain->ascii_name();
    plan.native = !command.web_only;
    plan.web = !command.native_only;
    plan.ca_file = command.ca_file;
    plan.url = command.url;
    plan.url_ca_file = command.ca_file;
    plan.account = std::move(*account);
    plan.timeout = command.timeout;
    if (!command.dns.empty()) {
        auto name_server = read_name_server(command.dns);
        if (!name_server) return Failure("--dns is no address: " + command.dns);
        plan.name_servers = {*name_server};
    }
    if (config != nullptr) {
        if (plan.url.empty()) use_listener(plan, *config);
        if (plan.name_servers.empty()) plan.name_servers = config->name_servers;
        // One that is not listed is probed all the same: boshcm's answer names what is wrong.
        auto listed = std::ranges::find(config->domains, plan.domain, &DomainConfig::name);
        if (listed != config->domains.end() && !listed->retired) {
            use_domain(plan, *listed);
        }
    }
    if (plan.web && plan.url.empty()) {
        if (!plan.native || config != nullptr) return Failure("there is no URL: give --url");
        plan.web = false; // nothing was said of boshcm
    }
    return plan;
}

} // namespace cm
