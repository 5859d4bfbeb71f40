#include "net/proxy_header.h"

#include "base/error.h"

#include <algorithm>
#include <array>

namespace net {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;

// A port that is none of a well-known service and could be a client's.
constexpr uint16_t kUnknownPort = 65534;

bool is_mapped(const Address& address) {
    return address.family == Address::Family::V6 &&
           std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

Address to_v4(Address address) {
    if (!is_mapped(address)) return address;
    address.family = Address::Family::V4;
    std::copy_n(address.bytes.begin() + kMappedPrefix.size(), 4, address.bytes.begin());
    std::fill(address.bytes.begin() + 4, address.bytes.end(), uint8_t{0});
    return address;
}

Address to_v6(Address address) {
    if (address.family == Address::Family::V6) return address;
    address.family = Address::Family::V6;
    std::copy_n(address.bytes.begin(), 4, address.bytes.begin() + kMappedPrefix.size());
    std::ranges::copy(kMappedPrefix, address.bytes.begin());
    return address;
}

// With an IP address in any case, in its shortest form.
Address known(const Address& address) {
    if (address.family == Address::Family::V4 || address.family == Address::Family::V6) {
        return to_v4(address);
    }
    return {.family = Address::Family::V4, .port = address.port, .bytes = {127, 0, 0, 1}};
}

struct Ends {
    Address source;
    Address destination;
};

// Both of one family (U-094).
Ends ends_of(const ProxyFacts& facts) {
    Ends ends{.source = known(facts.client), .destination = known(facts.reached)};
    if (ends.source.family != ends.destination.family) {
        ends = {.source = to_v6(ends.source), .destination = to_v6(ends.destination)};
    }
    for (Address* end : {&ends.source, &ends.destination}) { // some servers refuse port 0
        if (end->port == 0) end->port = kUnknownPort;
    }
    return ends;
}

std::string text_header(const Ends& ends) {
    std::string header = "PROXY TCP";
    header += ends.source.family == Address::Family::V4 ? '4' : '6';
    header.append(" ").append(ends.source.host()).append(" ").append(ends.destination.host());
    header.append(" ").append(std::to_string(ends.source.port));
    header.append(" ").append(std::to_string(ends.destination.port)).append("\r\n");
    return header;
}

void append_number(std::string& out, size_t value) { // 16 bits, in the network's order
    out += static_cast<char>(value >> 8U & 0xffU);
    out += static_cast<char>(value & 0xffU);
}

void append_tlv(std::string& out, char type, std::string_view value) {
    out += type;
    append_number(out, value.size());
    out += value;
}

// The names in these come from the client: what is longer than its kind can be is left out.
constexpr size_t kLongestName = 253;      // of a host
constexpr size_t kLongestCommonName = 64; // RFC 5280's ub-common-name

void append_name(std::string& out, char type, std::string_view name, size_t longest) {
    if (!name.empty() && name.size() <= longest) append_tlv(out, type, name);
}

// PP2_TYPE_SSL. `verify` is 0 only if there is a certificate: no server may take its absence for
// one that was good.
std::string ssl_value(const TlsFacts* tls) {
    constexpr char kTypeVersion = 0x21;
    constexpr char kTypeCommonName = 0x22;
    constexpr char kTypeCipher = 0x23;
    constexpr unsigned kClientSsl = 0x01;
    constexpr unsigned kShownOnConnection = 0x02;
    constexpr unsigned kShownInSession = 0x04;
    bool shown = tls != nullptr && tls->has_certificate();
    unsigned client = kClientSsl;
    if (shown) client |= kShownInSession | (tls->resumed ? 0 : kShownOnConnection);
    std::string value{static_cast<char>(client)};
    value += shown ? "\0\0\0\0"sv : "\0\0\0\1"sv;
    if (tls == nullptr) return value;
    append_tlv(value, kTypeVersion, tls->version);
    append_name(value, kTypeCommonName, tls->common_name, kLongestCommonName);
    append_tlv(value, kTypeCipher, tls->cipher);
    return value;
}

std::string tls_facts(const ProxyFacts& facts) {
    constexpr char kTypeAuthority = 0x02;
    constexpr char kTypeSsl = 0x20;
    std::string tlvs;
    if (!facts.encrypted) return tlvs;
    if (facts.tls != nullptr)
        append_name(tlvs, kTypeAuthority, facts.tls->server_name, kLongestName);
    append_tlv(tlvs, kTypeSsl, ssl_value(facts.tls));
    return tlvs;
}

std::string binary_header(const Ends& ends, std::string_view more) {
    bool v4 = ends.source.family == Address::Family::V4;
    size_t address_bytes = v4 ? 4 : 16;
    std::string header(kSignature);
    header += '\x21';               // version 2, PROXY
    header += v4 ? '\x11' : '\x21'; // over TCP
    append_number(header, 2 * address_bytes + 4 + more.size());
    for (const Address* address : {&ends.source, &ends.destination}) {
        header.append(reinterpret_cast<const char*>(address->bytes.data()), address_bytes);
    }
    append_number(header, ends.source.port);
    append_number(header, ends.destination.port);
    return header.append(more);
}

} // namespace

std::string proxy_header(ProxyProtocol version, const ProxyFacts& facts) {
    CM_ASSERT(version != ProxyProtocol::None);
    Ends ends = ends_of(facts);
    if (version == ProxyProtocol::V1) return text_header(ends);
    return binary_header(ends, version == ProxyProtocol::V2Tls ? tls_facts(facts) : std::string());
}

} // namespace net
