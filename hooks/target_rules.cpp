#include "hooks/target_rules.h"

#include "net/network.h"
#include "net/own_addresses.h"
#include "net/web_address.h"

#include <utility>

namespace hooks {

TargetRules::TargetRules(const Settings& settings, bool encrypted, std::vector<net::Network> own)
    : public_(std::move(own)), allow_private_(settings.allow_private),
      needs_private_(!encrypted && !settings.allow_clear) {}

const char* TargetRules::refusal(const net::Address& address) const {
    const char* why = public_.refusal(address);
    if (why != nullptr && !allow_private_) return why;
    if (why == nullptr && needs_private_) return "public addresses are refused without HTTPS";
    return nullptr;
}

TargetRules rules_of(const Settings& settings) {
    std::vector<net::Network> own; // for what is not public there are better words
    const net::AddressFilter filter;
    for (const net::Address& each : net::own_addresses()) {
        if (filter.allows(each)) own.push_back(net::Network::of(each));
    }
    auto target = net::WebAddress::parse(settings.url);
    return {settings, target && target->encrypted, std::move(own)};
}

std::string fault_of_url(const Settings& settings) {
    auto target = net::WebAddress::parse(settings.url);
    if (!target) return "no URL of a host";
    if (!target->encrypted && !settings.allow_private && !settings.allow_clear) {
        return "plain HTTP";
    }
    auto numeric = net::Address::parse(target->host, target->port);
    const char* why = numeric ? rules_of(settings).refusal(*numeric) : nullptr;
    return why != nullptr ? why : "";
}

} // namespace hooks
