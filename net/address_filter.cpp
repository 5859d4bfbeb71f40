#include "net/address_filter.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <span>

namespace net {

namespace {

constexpr const char* kOwn = "our own addresses are refused";

struct Special {
    const char* network;
    const char* why;
};

// The IANA registries of special-purpose addresses. Of IPv6 only 2000::/3 is given out at all; the
// entries in front of it only find a better word for what is refused.
constexpr Special kSpecial[] = {
    {"0.0.0.0/8", "addresses of this host are refused"},
    {"10.0.0.0/8", "private addresses are refused"},
    {"100.64.0.0/10", "addresses of a carrier's network are refused"},
    {"127.0.0.0/8", "loopback addresses are refused"},
    {"169.254.0.0/16", "link-local addresses are refused"},
    {"172.16.0.0/12", "private addresses are refused"},
    {"192.0.0.0/24", "addresses for protocols are refused"},
    {"192.0.2.0/24", "addresses for documentation are refused"},
    {"192.88.99.0/24", "addresses of 6to4 relays are refused"},
    {"192.168.0.0/16", "private addresses are refused"},
    {"198.18.0.0/15", "addresses for benchmarks are refused"},
    {"198.51.100.0/24", "addresses for documentation are refused"},
    {"203.0.113.0/24", "addresses for documentation are refused"},
    {"224.0.0.0/4", "multicast addresses are refused"},
    {"255.255.255.255", "the broadcast address is refused"},
    {"240.0.0.0/4", "reserved addresses are refused"},
    {"::", "the unspecified address is refused"},
    {"::1", "loopback addresses are refused"},
    {"fc00::/7", "private addresses are refused"},
    {"fe80::/10", "link-local addresses are refused"},
    {"fec0::/10", "private addresses are refused"},
    {"ff00::/8", "multicast addresses are refused"},
    {"::/3", "reserved addresses are refused"},
    {"4000::/2", "reserved addresses are refused"},
    {"8000::/1", "reserved addresses are refused"},
    {"2001::/23", "addresses for protocols are refused"},
    {"2001:db8::/32", "addresses for documentation are refused"},
    {"3fff::/20", "addresses for documentation are refused"},
};

Network network(const char* text) {
    auto parsed = Network::parse(text);
    CM_ASSERT(parsed);
    return *parsed;
}

const char* special(const Address& address) {
    struct Rule {
        Network network;
        const char* why;
    };
    static const std::vector<Rule> rules = [] {
        std::vector<Rule> made;
        for (const Special& each : kSpecial) made.push_back({network(each.network), each.why});
        return made;
    }();
    auto rule = std::ranges::find_if(
        rules, [&](const Rule& each) { return each.network.contains(address); });
    return rule == rules.end() ? nullptr : rule->why;
}

Address v4(std::span<const uint8_t, 4> bytes) {
    Address address{.family = Address::Family::V4};
    std::ranges::copy(bytes, address.bytes.begin());
    return address;
}

// The IPv4 addresses that packets to an IPv6 address end up with.
struct Embedded {
    std::array<Address, 2> addresses;
    size_t count = 0;
};

Embedded embedded_in(const Address& address) {
    static const Network nat64 = network("64:ff9b::/96");    // RFC 6052 §2.1
    static const Network six_to_four = network("2002::/16"); // RFC 3056 §2
    static const Network teredo = network("2001::/32");      // RFC 4380 §4
    std::span bytes = address.bytes;
    if (nat64.contains(address)) return {{v4(bytes.subspan<12, 4>())}, 1};
    if (six_to_four.contains(address)) return {{v4(bytes.subspan<2, 4>())}, 1};
    if (teredo.contains(address)) { // a server, and a client with its bits inverted
        Address client = v4(bytes.subspan<12, 4>());
        for (uint8_t& byte : std::span(client.bytes).first<4>()) byte ^= 0xff;
        return {{v4(bytes.subspan<4, 4>()), client}, 2};
    }
    return {};
}

} // namespace

bool AddressFilter::is_own(const Address& address) const {
    return std::ranges::any_of(own_, [&](const Network& each) { return each.contains(address); });
}

const char* AddressFilter::refusal(const Address& given) const {
    Address address = unmapped(given);
    if (address.family != Address::Family::V4 && address.family != Address::Family::V6) {
        return "only Internet addresses are allowed";
    }
    if (is_own(address)) return kOwn;
    Embedded inner = embedded_in(address);
    for (const Address& each : std::span(inner.addresses).first(inner.count)) {
        if (is_own(each)) return kOwn;
        if (const char* why = special(each)) return why;
    }
    return inner.count > 0 ? nullptr : special(address);
}

} // namespace net
