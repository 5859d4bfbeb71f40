#include "probe/lookup.h"

#include <optional>
#include <utility>
#include <vector>

namespace probe {

namespace {

class SrvWaiter final : public net::Resolver::SrvListener {
public:
    void on_srv(net::SrvAnswer given) override { answer = std::move(given); }
    std::optional<net::SrvAnswer> answer;
};

class AddressWaiter final : public net::Resolver::AddressListener {
public:
    void on_addresses(net::Address::Family /*family*/, net::AddressAnswer given) override {
        answers.push_back(std::move(given));
    }
    std::vector<net::AddressAnswer> answers;
};

// What is known of a host if that is known of its two families.
net::AddressAnswer joined(const std::vector<net::AddressAnswer>& answers) {
    net::AddressAnswer whole{.outcome = net::DnsOutcome::NoName, .addresses = {}};
    bool failed = answers.size() < 2;
    bool exists = false;
    for (const net::AddressAnswer& each : answers) {
        failed |= each.outcome == net::DnsOutcome::Failed;
        exists |= each.outcome == net::DnsOutcome::NoData;
        whole.addresses.insert(whole.addresses.end(), each.addresses.begin(), each.addresses.end());
    }
    if (exists) whole.outcome = net::DnsOutcome::NoData;
    if (failed) whole.outcome = net::DnsOutcome::Failed;
    if (!whole.addresses.empty()) whole.outcome = net::DnsOutcome::Found;
    return whole;
}

} // namespace

net::SrvAnswer Lookup::srv(const std::string& name) {
    SrvWaiter waiter;
    auto query = resolver_.look_up_srv(name, waiter);
    turns_.until([&] { return waiter.answer.has_value(); });
    return waiter.answer.value_or(net::SrvAnswer{});
}

net::AddressAnswer Lookup::addresses(const std::string& host) {
    AddressWaiter waiter;
    auto query = resolver_.look_up_addresses(host, waiter);
    turns_.until([&] { return waiter.answers.size() == 2; });
    return joined(waiter.answers);
}

} // namespace probe
