#include "http/client_limits.h"

#include "http/response_writer.h"

#include <algorithm>

namespace http {

using base::Counter;

namespace {

using namespace std::chrono_literals;
using Outcome = ClientLimits::Verdict::Outcome;

// Connections above the limit of an address that are told so at a time; the rest is cut off, as
// telling costs what the limit is there to save.
constexpr uint32_t kToldAtOnce = 8;
// When to come again if nobody can say.
constexpr std::chrono::seconds kSomeTime = 10s;

base::Rate a_minute(uint64_t amount) {
    return {.amount = amount, .per = 60s, .burst = 60s};
}
// A page that opens with many requests is no flood.
base::Rate a_second(uint64_t amount) {
    return {.amount = amount, .per = 1s, .burst = 5s};
}

bool at_limit(uint32_t count, uint32_t limit) {
    return limit != 0 && count >= limit;
}

} // namespace

ClientLimits::ClientLimits(const base::Env& env, const ClientLimitSettings& settings,
                           LimitLedger& ledger)
    : env_(env), ledger_(ledger) {
    use(settings);
}

void ClientLimits::use(const ClientLimitSettings& settings) {
    settings_ = settings;
    of_address_ = {.creations = a_minute(settings.address_creations),
                   .requests = a_second(settings.address_requests),
                   .bytes = a_second(settings.address_bytes),
                   .misses = a_minute(settings.address_misses)};
    of_all_ = {.creations = a_minute(settings.creations),
               .requests = a_second(settings.requests),
               .bytes = a_second(settings.bytes),
               .misses = {}};
}

AddressEntry* ClientLimits::entry_of(const ClientFacts& client) {
    return client.shared ? nullptr : ledger_.addresses.find_or_add(client.peer, env_.now());
}

AddressEntry* ClientLimits::entry_of(Seat seat) {
    return seat.entry == kNobody ? nullptr : &ledger_.addresses.at(seat.entry);
}

ClientLimits::Verdict ClientLimits::refuse(Outcome outcome, Counter counter, base::Duration wait) {
    env_.metrics.add(counter);
    auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
    return {.outcome = outcome, .retry_after = seconds > 0s ? seconds : kSomeTime};
}

// ---- connections

ClientLimits::Verdict ClientLimits::enter_connection(const ClientFacts& client, Seat& seat) {
    std::lock_guard lock(ledger_.mutex);
    AddressEntry* entry = entry_of(client);
    if (entry == nullptr) return {};
    uint32_t limit = settings_.address_connections;
    bool refused = at_limit(entry->connections, limit);
    if (!refused || entry->connections - limit < kToldAtOnce) {
        ++entry->connections;
        seat = {.entry = entry->number, .counted = true};
    }
    if (!refused) return {};
    return refuse(Outcome::AddressAtLimit, Counter::AddressConnectionsRefused);
}

void ClientLimits::leave_connection(Seat seat) {
    std::lock_guard lock(ledger_.mutex);
    if (AddressEntry* entry = entry_of(seat)) --entry->connections;
}

// ---- sessions

ClientLimits::Verdict ClientLimits::enter_session(const ClientFacts& client, Seat& seat) {
    std::lock_guard lock(ledger_.mutex);
    base::TimePoint now = env_.now();
    AddressEntry* entry = entry_of(client);
    if (entry != nullptr) {
        if (at_limit(entry->sessions, settings_.address_sessions))
            return refuse(Outcome::AddressAtLimit, Counter::AddressSessionsRefused);
        if (at_limit(entry->unauthenticated, settings_.address_unauthenticated))
            return refuse(Outcome::AddressAtLimit, Counter::AddressUnauthenticatedRefused);
        if (!entry->creations.admits(of_address_.creations, now))
            return refuse(Outcome::AddressAtLimit, Counter::AddressCreationsRefused,
                          entry->creations.wait(of_address_.creations, now));
    }
    if (at_limit(ledger_.unauthenticated, settings_.unauthenticated))
        return refuse(Outcome::AllAtLimit, Counter::UnauthenticatedRefused);
    if (!ledger_.creations.admits(of_all_.creations, now))
        return refuse(Outcome::AllAtLimit, Counter::CreationsRefused,
                      ledger_.creations.wait(of_all_.creations, now));
    if (ledger_.memory.reached(now)) return refuse(Outcome::AllAtLimit, Counter::MemoryRefused);

    ledger_.creations.charge(of_all_.creations, 1, now);
    ++ledger_.unauthenticated;
    seat = {.counted = true, .unauthenticated = true};
    if (entry != nullptr) {
        entry->creations.charge(of_address_.creations, 1, now);
        ++entry->sessions;
        ++entry->unauthenticated;
        seat.entry = entry->number;
    }
    return {};
}

void ClientLimits::on_login(Seat& seat) {
    std::lock_guard lock(ledger_.mutex);
    log_in(seat);
}

void ClientLimits::log_in(Seat& seat) {
    if (!seat.unauthenticated) return;
    seat.unauthenticated = false;
    --ledger_.unauthenticated;
    if (AddressEntry* entry = entry_of(seat)) --entry->unauthenticated;
}

void ClientLimits::leave_session(Seat& seat) {
    if (!seat.counted) return;
    std::lock_guard lock(ledger_.mutex);
    log_in(seat); // it counts no more, whichever way it went
    if (AddressEntry* entry = entry_of(seat)) --entry->sessions;
    seat = {};
}

// ---- requests

ClientLimits::Verdict ClientLimits::take_request(const ClientFacts& client, uint64_t body_bytes) {
    std::lock_guard lock(ledger_.mutex);
    base::TimePoint now = env_.now();
    AddressEntry* entry = entry_of(client);
    if (entry != nullptr) {
        if (!entry->requests.admits(of_address_.requests, now))
            return refuse(Outcome::AddressAtLimit, Counter::AddressRequestsRefused,
                          entry->requests.wait(of_address_.requests, now));
        entry->requests.charge(of_address_.requests, 1, now);
    }
    if (!ledger_.requests.admits(of_all_.requests, now))
        return refuse(Outcome::AllAtLimit, Counter::RequestsRefused,
                      ledger_.requests.wait(of_all_.requests, now));
    ledger_.requests.charge(of_all_.requests, 1, now);
    return body_bytes > 0 ? charge_bytes(client, body_bytes) : Verdict{};
}

ClientLimits::Verdict ClientLimits::take_bytes(const ClientFacts& client, uint64_t bytes) {
    std::lock_guard lock(ledger_.mutex);
    return charge_bytes(client, bytes);
}

ClientLimits::Verdict ClientLimits::charge_bytes(const ClientFacts& client, uint64_t bytes) {
    base::TimePoint now = env_.now();
    AddressEntry* entry = entry_of(client);
    if (entry != nullptr) {
        if (!entry->bytes.admits(of_address_.bytes, now))
            return refuse(Outcome::AddressAtLimit, Counter::AddressBytesRefused,
                          entry->bytes.wait(of_address_.bytes, now));
        entry->bytes.charge(of_address_.bytes, bytes, now);
    }
    if (!ledger_.bytes.admits(of_all_.bytes, now))
        return refuse(Outcome::AllAtLimit, Counter::BytesRefused,
                      ledger_.bytes.wait(of_all_.bytes, now));
    ledger_.bytes.charge(of_all_.bytes, bytes, now);
    return {};
}

ClientLimits::Verdict ClientLimits::take_miss(const ClientFacts& client) {
    std::lock_guard lock(ledger_.mutex);
    AddressEntry* entry = entry_of(client);
    if (entry == nullptr) return {};
    base::TimePoint now = env_.now();
    if (!entry->misses.admits(of_address_.misses, now))
        return refuse(Outcome::AddressAtLimit, Counter::AddressMissesRefused,
                      entry->misses.wait(of_address_.misses, now));
    entry->misses.charge(of_address_.misses, 1, now);
    return {};
}

Response limit_response(const ClientLimits::Verdict& verdict) {
    Response response = plain_response(verdict.outcome == Outcome::AddressAtLimit ? 429 : 503);
    response.fields = "Retry-After: " + std::to_string(verdict.retry_after.count()) + "\r\n";
    return response;
}

} // namespace http
