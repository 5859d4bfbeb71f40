// FakeResolver — a Resolver that answers when the test says so, with what the test says.
//
//     FakeResolver resolver;
//     ...
//     resolver.answer("_xmpp-client._tcp.example.org", {{.target = "a.example", .port = 5222}});
//     resolver.answer("_xmpps-client._tcp.example.org", net::DnsOutcome::NoName);
//
// Life:   declare it before what uses it.
#pragma once

#include "base/error.h"
#include "net/resolver.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class FakeResolver final : public net::Resolver {
public:
    [[nodiscard]] std::unique_ptr<Query> look_up_srv(const std::string& name,
                                                     SrvListener& listener) override {
        return std::make_unique<Pending>(*this, name, listener);
    }

    // Hosts are the connector's to look up.
    [[nodiscard]] std::unique_ptr<Query> look_up_addresses(const std::string&,
                                                           AddressListener&) override {
        return nullptr;
    }

    // The names asked for and not answered.
    [[nodiscard]] std::vector<std::string> asked() const {
        std::vector<std::string> names;
        for (const auto& [name, query] : pending_) names.push_back(name);
        return names;
    }
    void answer(const std::string& name, std::vector<net::SrvRecord> records) {
        take(name).on_srv({.outcome = net::DnsOutcome::Found, .records = std::move(records)});
    }
    void answer(const std::string& name, net::DnsOutcome outcome) {
        take(name).on_srv({.outcome = outcome});
    }

private:
    struct Pending final : Query {
        Pending(FakeResolver& resolver, std::string wanted, SrvListener& informed)
            : owner(resolver), name(std::move(wanted)), listener(informed) {
            owner.pending_.emplace(name, this);
        }
        ~Pending() override {
            auto found = owner.pending_.find(name);
            if (found != owner.pending_.end() && found->second == this) owner.pending_.erase(found);
        }
        FakeResolver& owner;
        std::string name;
        SrvListener& listener;
    };

    SrvListener& take(const std::string& name) {
        auto found = pending_.find(name);
        CM_ASSERT(found != pending_.end());
        SrvListener& listener = found->second->listener;
        pending_.erase(found);
        return listener;
    }

    std::map<std::string, Pending*> pending_;
};

} // namespace tests
