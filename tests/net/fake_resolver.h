// FakeResolver — a Resolver that answers one question for addresses when the test says so.
// Life:   declare it before what uses it.
#pragma once

#include "base/error.h"
#include "net/resolver.h"

#include <string>
#include <vector>

namespace tests {

class FakeResolver final : public net::Resolver {
public:
    using Family = net::Address::Family;

    [[nodiscard]] std::unique_ptr<Query> look_up_srv(const std::string&, SrvListener&) override {
        base::assertion_failed("no service record is wanted", __FILE__, __LINE__);
    }
    [[nodiscard]] std::unique_ptr<Query> look_up_addresses(const std::string& host,
                                                           AddressListener& listener) override {
        ++asked_;
        host_ = host;
        listener_ = &listener;
        return std::make_unique<OpenQuery>(*this);
    }

    [[nodiscard]] size_t asked() const { return asked_; }
    // Whether the latest question is still wanted.
    [[nodiscard]] bool is_asked() const { return listener_ != nullptr; }
    [[nodiscard]] const std::string& host() const { return host_; }

    void answer(Family family, const std::vector<std::string>& hosts) {
        net::AddressAnswer found{.outcome = net::DnsOutcome::Found};
        for (const std::string& each : hosts) {
            found.addresses.push_back(*net::Address::parse(each, 0));
        }
        listener_->on_addresses(family, std::move(found));
    }
    void answer(Family family, net::DnsOutcome outcome) {
        listener_->on_addresses(family, {.outcome = outcome});
    }

private:
    struct OpenQuery final : Query {
        explicit OpenQuery(FakeResolver& asked) : resolver(asked) {}
        ~OpenQuery() override { resolver.listener_ = nullptr; }
        FakeResolver& resolver;
    };

    size_t asked_ = 0;
    std::string host_;
    AddressListener* listener_ = nullptr;
};

} // namespace tests
