#include "net/network.h"

#include <algorithm>
#include <charconv>

namespace net {

namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 8 * kMapped.size();

unsigned bits_of(const Address& address) {
    return address.family == Address::Family::V4 ? 32 : 128;
}

// Whether both begin with the same `bits` bits.
bool same_prefix(const Address& a, const Address& b, unsigned bits) {
    unsigned whole = bits / 8;
    if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
    if (bits % 8 == 0) return true;
    auto differing = static_cast<unsigned>(a.bytes.at(whole) ^ b.bytes.at(whole));
    return differing >> (8 - bits % 8) == 0;
}

Address without_host_bits(Address address, unsigned bits) {
    for (unsigned i = 0; i < address.bytes.size(); ++i) {
        unsigned kept = std::clamp(bits, i * 8, i * 8 + 8) - i * 8;
        address.bytes.at(i) &= static_cast<uint8_t>(0xff00U >> kept);
    }
    return address;
}

} // namespace

Address unmapped(const Address& address) {
    if (address.family != Address::Family::V6 ||
        !std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) {
        return address;
    }
    Address v4{.family = Address::Family::V4, .port = address.port};
    std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
    return v4;
}

std::optional<Network> Network::parse(std::string_view text) {
    size_t slash = text.find('/');
    std::optional<Address> address = Address::parse(text.substr(0, slash), 0);
    if (!address) return std::nullopt;
    unsigned bits = bits_of(*address);
    if (slash != std::string_view::npos) {
        std::string_view digits = text.substr(slash + 1);
        auto [rest, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (digits.empty() || fault != std::errc{} || rest != digits.end() ||
            bits > bits_of(*address)) {
            return std::nullopt;
        }
    }
    if (without_host_bits(*address, bits) != *address) return std::nullopt;
    if (Address plain = unmapped(*address); bits >= kMappedBits && plain != *address) {
        return Network{.first = plain, .prefix_bits = static_cast<uint8_t>(bits - kMappedBits)};
    }
    return Network{.first = *address, .prefix_bits = static_cast<uint8_t>(bits)};
}

Network Network::of(const Address& address) {
    Address alone = unmapped(address);
    alone.port = 0;
    return {.first = alone, .prefix_bits = static_cast<uint8_t>(bits_of(alone))};
}

bool Network::contains(const Address& address) const {
    Address plain = unmapped(address);
    return plain.family == first.family && same_prefix(plain, first, prefix_bits);
}

std::string Network::to_string() const {
    return prefix_bits == bits_of(first) ? first.host()
                                         : first.host() + '/' + std::to_string(prefix_bits);
}

} // namespace net
