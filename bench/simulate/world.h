// World — one worker with nothing around it: the real HTTP server, endpoints, streams, tables and
// timers, between clients and servers that are played; and a clock that it moves itself.
//
// Time moves by one tick of the timer wheel. What happens in it is cut into turns as a loop's are:
// the deadlines that have passed are one, every 64 things that come in by wires another.
//
// Units:  CPU time of this thread: what others do on the machine does not count.
// Life:   one at a time in a process.
#pragma once

#include "base/env.h"
#include "bench/simulate/clients.h"
#include "bench/simulate/servers.h"
#include "bosh/endpoint.h"
#include "http/client_limits.h"
#include "http/server.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/fake_securing.h"
#include "tests/support/manual_clock.h"
#include "tests/support/server_side.h"
#include "ws/endpoint.h"

#include <chrono>
#include <memory>

namespace simulate {

using Cpu = std::chrono::nanoseconds;

[[nodiscard]] Cpu cpu_of_thread();

// The longest of its kind since it was last asked.
struct LongTurns {
    Cpu deadlines{};
    Cpu event{}; // one thing that came in
    Cpu events{};

    void merge(const LongTurns& other);
};

class World {
public:
    World(size_t most_sessions, bool websocket);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    // One tick of time, and all that happens in it.
    void tick();
    [[nodiscard]] base::TimePoint now() const { return clock_.now(); }

    [[nodiscard]] Clients& clients() { return *clients_; }
    [[nodiscard]] const Tally& tally() const { return tally_; }
    [[nodiscard]] LongTurns take_long_turns() { return std::exchange(long_turns_, {}); }
    // What is not boshcm's, and not of the heap.
    [[nodiscard]] size_t touched_bytes() const {
        return Wire::touched_bytes() + clients_->touched_bytes();
    }
    // Nothing is left of anybody.
    [[nodiscard]] bool empty() const;

private:
    void take_turns();

    http::ClientLimitSettings limit_settings_;
    tests::ManualClock clock_;
    base::SlicePool pool_{SIZE_MAX / 2}; // as much as they take
    base::Log log_ = base::Log::nowhere();
    base::Metrics metrics_;
    std::unique_ptr<base::TimerWheel> wheel_; // 32 KiB: not on anyone's stack
    base::RetireList retired_;
    base::Env env_{clock_, pool_, *wheel_, retired_, log_, metrics_};

    Tally tally_;
    Turns turns_;
    Servers servers_{turns_};
    std::unique_ptr<Clients> clients_;
    LongTurns long_turns_;

    bosh::Settings bosh_settings_;
    ws::Settings websocket_settings_;
    tests::ExampleOrg<bosh::Domains> bosh_domains_;
    tests::ExampleOrg<xmpp::Domains> websocket_domains_;
    tests::FakeResolver resolver_;
    tests::FakeSecuring securing_;
    xmpp::XmlCheck check_;
    xmpp::RelayFactory upstreams_;
    http::LimitLedger ledger_{0};
    http::ClientLimits limits_{env_, limit_settings_, ledger_};
    bosh::Endpoint bosh_{env_, bosh_settings_, bosh_domains_, upstreams_, check_, {}};
    ws::Endpoint websocket_{env_, websocket_settings_, websocket_domains_, upstreams_, check_};
    std::unique_ptr<http::Server> server_;
};

} // namespace simulate
