// Whatever a name server says is read to its end or refused, and an answer holds what it says it
// holds. The first byte of an input chooses the type asked for; the rest is the message.

#include "base/error.h"
#include "net/dns_reply.h"

#include <algorithm>
#include <array>

using net::Address;
using net::DnsOutcome;
using net::DnsType;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    constexpr std::array kTypes = {DnsType::A, DnsType::Aaaa, DnsType::Srv};
    if (size == 0) return 0;
    DnsType type = kTypes[bytes[0] % kTypes.size()];
    net::DnsReply reply = net::read_dns_reply({bytes + 1, size - 1}, "a.test", type);

    size_t found = type == DnsType::Srv ? reply.records.size() : reply.addresses.size();
    size_t of_another_type = type == DnsType::Srv ? reply.addresses.size() : reply.records.size();
    CM_ASSERT((reply.outcome == DnsOutcome::Found) == (found > 0));
    CM_ASSERT(found <= net::kMostRecords && of_another_type == 0);
    CM_ASSERT(reply.ttl >= base::Duration::zero());
    Address::Family family = type == DnsType::A ? Address::Family::V4 : Address::Family::V6;
    CM_ASSERT(std::ranges::all_of(reply.addresses, [&](const Address& each) {
        return each.family == family && each.port == 0;
    }));
    return 0;
}
