// DnsReply, read_dns_reply — what a name server's message says, and how long it may be believed.
// Spec:   RFC 1035 §4.1, RFC 2782, RFC 3596; RFC 2308 §5 for answers that there is nothing.
// Errors: a message that is cut off, inconsistent or does not answer the question is Failed.
//
// c-ares reads these messages too, but tells neither the TTL of SRV records nor that of a negative
// answer. Names, with their compression, are left to it.
#pragma once

#include "base/time.h"
#include "net/resolver.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace net {

// NOLINTNEXTLINE(performance-enum-size): as on the wire
enum class DnsType : uint16_t { A = 1, Aaaa = 28, Srv = 33 };

struct DnsReply {
    DnsOutcome outcome = DnsOutcome::Failed;
    base::Duration ttl{};           // as the server says
    std::vector<Address> addresses; // for A and AAAA, along the aliases from the name asked for
    std::vector<SrvRecord> records;
};

// An alias chain ends after so many; so do the records that are looked at.
inline constexpr size_t kMostAliases = 8;
inline constexpr size_t kMostRecords = 256;

[[nodiscard]] DnsReply read_dns_reply(std::span<const uint8_t> message, std::string_view name,
                                      DnsType type);

// A name that a host or service can have: labels of letters, digits, hyphens and underscores.
[[nodiscard]] bool is_dns_name(std::string_view name);

} // namespace net
