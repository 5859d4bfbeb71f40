// ClientLimits — how much of us one address may take, and all addresses together.
//
// Asked before anything is buffered or made. Live sessions are never ended by it: who is over a
// limit gets nothing new, or waits. The address is the web client's own, behind whatever proxies
// were named; a proxy that does not say whom it speaks for is many clients, and only what is
// limited in total limits those.
//
// Spec:   conformance rows H-045, H-067, B-061, S-004, S-040..S-042.
// Units:  in the names; 0 means no limit.
// Errors: a Verdict; each refusal is counted under its metric.
// Life:   one per worker, all with the same ledger; outlives connections and sessions, which give
//         back what they took.
#pragma once

#include "base/env.h"
#include "base/rate.h"
#include "http/limit_ledger.h"
#include "http/message.h"

#include <chrono>
#include <cstdint>

namespace http {

struct ClientLimitSettings {
    // Of one address. An office or a mobile network may be behind it.
    uint32_t address_connections = 1'000;
    uint32_t address_sessions = 500;
    uint32_t address_unauthenticated = 100; // sessions that have not logged in
    uint32_t address_creations = 300;       // sessions a minute
    uint32_t address_requests = 500;        // a second
    size_t address_bytes = 8 * 1024 * 1024; // a second
    uint32_t address_misses = 120;          // requests a minute for sessions that are not there
    // In total; for connections and sessions see http::Limits and bosh::Settings.
    uint32_t unauthenticated = 20'000;
    uint32_t creations = 60'000;                            // sessions a minute
    uint32_t requests = 0;                                  // a second
    size_t bytes = 0;                                       // a second
    size_t memory_ceiling_bytes = 2UL * 1024 * 1024 * 1024; // of the process, for newcomers
};

class ClientLimits {
public:
    struct Verdict {
        enum class Outcome : uint8_t {
            Granted,
            AddressAtLimit,
            AllAtLimit,
        };
        Outcome outcome = Outcome::Granted;
        std::chrono::seconds retry_after{1};

        [[nodiscard]] bool granted() const { return outcome == Outcome::Granted; }
    };
    // What is to be given back. Empty if nothing was taken of an address.
    struct Seat {
        uint32_t entry = kNobody;
        bool counted = false;
        bool unauthenticated = false;
    };

    ClientLimits(const base::Env& env, const ClientLimitSettings& settings, LimitLedger& ledger);

    // From now on; what was taken before stays taken.
    void use(const ClientLimitSettings& settings);

    // A few more than the limit are given a seat, to be told so; with the verdict AddressAtLimit
    // and no seat there is not even time for that.
    [[nodiscard]] Verdict enter_connection(const ClientFacts& client, Seat& seat);
    void leave_connection(Seat seat);

    // A session that has not logged in yet, with BOSH or WebSocket.
    [[nodiscard]] Verdict enter_session(const ClientFacts& client, Seat& seat);
    void on_login(Seat& seat);
    void leave_session(Seat& seat);

    // A request by its head, with the length that it states for its body.
    [[nodiscard]] Verdict take_request(const ClientFacts& client, uint64_t body_bytes);
    // What comes of a body that stated none.
    [[nodiscard]] Verdict take_bytes(const ClientFacts& client, uint64_t bytes);
    // A request for a session that is not there. Refused: do not even say that (S-004).
    [[nodiscard]] Verdict take_miss(const ClientFacts& client);

private:
    static constexpr uint32_t kNobody = UINT32_MAX;
    struct Rates {
        base::Rate creations, requests, bytes, misses;
    };

    // With the ledger's lock held.
    [[nodiscard]] AddressEntry* entry_of(const ClientFacts& client);
    [[nodiscard]] AddressEntry* entry_of(Seat seat);
    void log_in(Seat& seat);
    Verdict charge_bytes(const ClientFacts& client, uint64_t bytes);
    Verdict refuse(Verdict::Outcome outcome, base::Counter counter,
                   base::Duration wait = base::Duration::zero());

    base::Env env_;
    ClientLimitSettings settings_;
    Rates of_address_;
    Rates of_all_;
    LimitLedger& ledger_;
};

// The answer of the HTTP layer: 429 to one address, 503 if it is all, with Retry-After.
[[nodiscard]] Response limit_response(const ClientLimits::Verdict& verdict);

} // namespace http
