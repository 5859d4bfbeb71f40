// AddressRace — in which order, and when, the addresses of one host are tried; who wins.
// Spec:   RFC 8305 §3-§5 (Happy Eyeballs); row U-029, and S-030 for addresses that are refused.
// Errors: NoAddress, LookUpFailed, Forbidden, Deadline, or the code of the attempt that failed
//         last.
// Life:   an engine: fed events and the time; what is to be done is drained by next_action() after
//         each of them. Lost is the last action, and so is on_connected() the last event.
//
// A host whose IPv6 is broken must not make its clients wait for the end of a TCP timeout, and one
// whose IPv4 is answered sooner must still be met by IPv6 where that works. So the families take
// turns, IPv6 first, and the next address does not wait for the failure of the one before: a
// quarter of a second later it is tried beside it.
#pragma once

#include "base/error.h"
#include "base/time.h"
#include "net/address_filter.h"
#include "net/resolver.h"
#include "net/transport.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace net {

using namespace std::chrono_literals;

class AddressRace {
public:
    struct Rules {
        base::Duration deadline = 10s;          // over look-up and all attempts
        base::Duration resolution_delay = 50ms; // for AAAA, when A has come (RFC 8305 §8)
        base::Duration attempt_delay = 250ms;   // from one attempt to the next (RFC 8305 §8)
        size_t most_addresses = 16;             // of each family; further ones are not looked at
    };
    struct Start {
        Address address; // with the port
    };
    struct Lost {
        base::Error reason;
    };
    using Action = std::variant<Start, Lost>;

    AddressRace(const Rules& rules, uint16_t port, const AddressFilter* allowed,
                base::TimePoint now);

    // Once for each family. A numeric address is an answer too: the other family has NoData.
    void on_addresses(Address::Family family, const AddressAnswer& answer, base::TimePoint now);
    // One of those started; `what` is a literal that says more than the code, or nullptr.
    void on_attempt_failed(uint16_t code, const char* what, base::TimePoint now);
    void on_deadline(base::TimePoint now);
    [[nodiscard]] base::TimePoint next_deadline() const;
    [[nodiscard]] bool next_action(Action& out);

private:
    struct Side { // what is known of one family
        bool answered = false;
        DnsOutcome outcome = DnsOutcome::Failed;
        std::deque<Address> untried;
    };

    [[nodiscard]] Side& side(Address::Family family) {
        return family == Address::Family::V6 ? v6_ : v4_;
    }
    void add(Side& side, const std::vector<Address>& addresses);
    void advance(base::TimePoint now);
    [[nodiscard]] base::TimePoint may_start_at() const;
    void start_next(base::TimePoint now);
    void lose(uint16_t code, const char* what);
    void lose_without_more();
    [[nodiscard]] bool has_untried() const { return !v6_.untried.empty() || !v4_.untried.empty(); }

    Rules rules_;
    uint16_t port_;
    const AddressFilter* allowed_;
    base::TimePoint deadline_;
    Side v6_;
    Side v4_;
    base::TimePoint v6_awaited_until_ = base::kNever; // set when A has come
    base::TimePoint next_start_{};                    // after the first
    Address::Family latest_ = Address::Family::None;  // tried
    size_t running_ = 0;
    bool lost_ = false;
    const char* refusal_ = nullptr; // of an address that may not be connected to
    std::optional<Lost> failure_;   // of the latest attempt that failed
    std::deque<Action> actions_;
};

} // namespace net
