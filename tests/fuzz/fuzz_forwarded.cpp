// Any bytes as what proxies say of a client: reading ends, and nobody is believed to be a proxy, or
// to have an address, who was not named so.

#include "base/error.h"
#include "http/client_address.h"

#include <cstdint>

namespace {

template <class Next>
size_t count(std::string_view list, Next&& next) {
    size_t hops = 0;
    size_t before = list.size() + 1;
    for (http::ForwardedHop hop; next(list, hop); ++hops) {
        CM_ASSERT(list.size() < before);
        before = list.size();
        using net::Address;
        CM_ASSERT(!hop.address || hop.address->family == Address::Family::V4 ||
                  hop.address->family == Address::Family::V6);
    }
    CM_ASSERT(list.empty());
    return hops;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    std::string_view list(reinterpret_cast<const char*>(bytes), size);
    bool says_something = count(list, http::next_forwarded_hop) > 0;
    bool says_x = count(list, http::next_x_forwarded_hop) > 0;

    http::FieldList fields;
    fields.add("Forwarded", list);
    fields.add("X-Forwarded-For", list);
    fields.add("X-Forwarded-Proto", list);
    http::ProxyPolicy policy{.trusted = {*net::Network::parse("10.0.0.0/8")}};
    http::ClientFacts proxy{.peer = *net::Address::parse("10.0.0.1", 1)};
    http::ClientFacts stranger{.peer = *net::Address::parse("192.0.2.1", 1)};
    for (auto field : {http::ForwardedField::Forwarded, http::ForwardedField::XForwardedFor}) {
        policy.field = field;
        bool said = field == http::ForwardedField::Forwarded ? says_something : says_x;
        http::ClientFacts client = http::resolve_client(proxy, fields, policy);
        CM_ASSERT(client.shared == !said);
        client = http::resolve_client(stranger, fields, policy);
        CM_ASSERT(client.peer == stranger.peer && !client.encrypted && !client.shared);
    }
    return 0;
}
