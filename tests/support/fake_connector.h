// FakeConnector — a Connector whose attempts succeed or fail when the test says so.
//
//     FakeConnector connector;
//     Stream stream(env, connector);   stream.open(...);
//     EXPECT_EQ(connector.oldest_target().host, "xmpp.example.org");
//     MemoryPeer server = connector.succeed();     // on_connected() happens inside
//
// Life:   declare it before what uses it.
#pragma once

#include "base/error.h"
#include "net/connector.h"
#include "tests/support/memory_transport.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace tests {

class FakeConnector final : public net::Connector {
public:
    [[nodiscard]] std::unique_ptr<Connector::Attempt>
    connect(const net::Target& target, net::ConnectListener& listener) override {
        ++attempts_;
        return std::make_unique<PendingAttempt>(*this, target, listener);
    }

    // Calls of connect() so far, and those that are neither answered nor cancelled.
    [[nodiscard]] size_t attempts() const { return attempts_; }
    [[nodiscard]] size_t pending() const { return pending_.size(); }
    [[nodiscard]] const net::Target& oldest_target() const {
        CM_ASSERT(!pending_.empty());
        return pending_.front()->target;
    }

    // The oldest pending attempt is connected; the result is the far end.
    MemoryPeer succeed() { return succeed(MemoryPeer()); }
    MemoryPeer succeed(const net::Address& address) { return succeed(MemoryPeer(address)); }
    // The oldest pending attempt fails; `code` is an errno.
    void fail(int code) { fail(static_cast<net::NetFault>(code)); }
    void fail(net::NetFault code) {
        take_oldest().on_connect_failed({.category = base::Category::Net,
                                         .code = static_cast<uint16_t>(code),
                                         .what = "connect failed by the test"});
    }

private:
    struct PendingAttempt final : Connector::Attempt {
        PendingAttempt(FakeConnector& connector, net::Target wanted, net::ConnectListener& informed)
            : owner(connector), target(std::move(wanted)), listener(informed) {
            owner.pending_.push_back(this);
        }
        ~PendingAttempt() override { std::erase(owner.pending_, this); }

        FakeConnector& owner;
        net::Target target;
        net::ConnectListener& listener;
    };

    MemoryPeer succeed(MemoryPeer peer) {
        take_oldest().on_connected(peer.open());
        return peer;
    }
    net::ConnectListener& take_oldest() {
        CM_ASSERT(!pending_.empty());
        net::ConnectListener& listener = pending_.front()->listener;
        pending_.erase(pending_.begin());
        return listener;
    }

    std::vector<PendingAttempt*> pending_; // oldest first; each is owned by who connects
    size_t attempts_ = 0;
};

} // namespace tests
