#include "net/proxy_intake.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace net {

namespace {

constexpr std::string_view kFirst = "PROXY ";
constexpr std::string_view kSecond{"\r\n\r\n\0\r\nQUIT\n", 12};

constexpr size_t kFirstBytes = 107; // the longest line of version 1, with its CRLF
constexpr size_t kFixedBytes = 16;  // of version 2: signature, command, family, length
constexpr size_t kMostBehindFixed = 4096;

constexpr uint8_t kVersion = 2;
constexpr uint8_t kCommandLocal = 0;
constexpr uint8_t kCommandProxy = 1;

// "TCP over IPv4" and so on: family in the upper four bits, kind of socket in the lower.
enum Family : uint8_t { Unspecified = 0x00, Tcp4 = 0x11, Tcp6 = 0x21, UnixStream = 0x31 };

bool begins_like(std::string_view header, std::string_view beginning) {
    size_t both = std::min(header.size(), beginning.size());
    return header.substr(0, both) == beginning.substr(0, both);
}

uint8_t byte_at(std::string_view header, size_t at) {
    return static_cast<uint8_t>(header[at]);
}

uint16_t number_at(std::string_view header, size_t at) {
    return static_cast<uint16_t>(byte_at(header, at) << 8 | byte_at(header, at + 1));
}

// How long the two addresses with their ports are.
size_t address_bytes(uint8_t family) {
    switch (family) {
    case Tcp4: return 12;
    case Tcp6: return 36;
    default: return 0;
    }
}

// A port as version 1 spells it: decimal, without leading zeros.
std::optional<uint16_t> read_port(std::string_view text) {
    uint16_t port = 0;
    auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    bool padded = text.size() > 1 && text.front() == '0';
    if (text.empty() || fault != std::errc{} || rest != text.end() || padded) return std::nullopt;
    return port;
}

std::optional<Address> read_address(std::string_view host, std::string_view port,
                                    Address::Family family) {
    std::optional<uint16_t> number = read_port(port);
    if (!number || host.starts_with('[')) return std::nullopt;
    std::optional<Address> address = Address::parse(host, *number);
    return address && address->family == family ? address : std::nullopt;
}

Address binary_address(std::string_view header, size_t at, size_t size, size_t port_at) {
    Address address{.family = size == 4 ? Address::Family::V4 : Address::Family::V6,
                    .port = number_at(header, port_at)};
    for (size_t i = 0; i < size; ++i) address.bytes.at(i) = byte_at(header, at + i);
    return address;
}

} // namespace

ProxyIntake::Step ProxyIntake::feed(base::ByteView in) {
    Step step{.state = state_};
    while (step.state == State::NeedMore && step.taken < in.size()) {
        if (to_skip_ > 0) { // H-066: additions say nothing to us
            size_t skipped = std::min(to_skip_, in.size() - step.taken);
            step.taken += skipped;
            to_skip_ -= skipped;
            if (to_skip_ == 0) step.state = state_ = State::Complete;
        } else {
            step.state = take(in[step.taken++]);
        }
    }
    return step;
}

ProxyIntake::State ProxyIntake::take(char byte) {
    header_ += byte;
    if (begins_like(header_, kFirst)) {
        if (byte == '\n') return state_ = judge_first_version();
        return header_.size() < kFirstBytes ? State::NeedMore : fail();
    }
    if (!begins_like(header_, kSecond)) return fail();
    return state_ = judge_second_version();
}

ProxyIntake::State ProxyIntake::judge_first_version() {
    std::string_view line = header_;
    line.remove_suffix(1);
    if (!line.ends_with('\r')) return State::Fault;
    line.remove_suffix(1);
    line.remove_prefix(std::min(kFirst.size(), line.size()));
    if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return State::Complete;

    std::array<std::string_view, 5> words; // protocol, source, destination, their ports
    for (size_t i = 0; i < words.size(); ++i) {
        size_t space = line.find(' ');
        bool last = i + 1 == words.size();
        if ((space == std::string_view::npos) != last) return State::Fault;
        words.at(i) = line.substr(0, space);
        line.remove_prefix(last ? line.size() : space + 1);
    }
    if (words[0] != "TCP4" && words[0] != "TCP6") return State::Fault;
    auto family = words[0] == "TCP4" ? Address::Family::V4 : Address::Family::V6;
    std::optional<Address> peer = read_address(words[1], words[3], family);
    std::optional<Address> local = read_address(words[2], words[4], family);
    if (!peer || !local) return State::Fault;
    ends_ = {.peer = *peer, .local = *local};
    return State::Complete;
}

ProxyIntake::State ProxyIntake::judge_second_version() {
    if (header_.size() < kFixedBytes) return State::NeedMore;
    uint8_t version = byte_at(header_, 12) >> 4;
    uint8_t command = byte_at(header_, 12) & 0x0F;
    uint8_t family = byte_at(header_, 13);
    size_t length = number_at(header_, 14);
    if (version != kVersion || command > kCommandProxy || length > kMostBehindFixed) {
        return State::Fault;
    }
    // LOCAL is the proxy's own check whether we live; whatever addresses it carries mean nothing.
    size_t addresses = command == kCommandLocal ? 0 : address_bytes(family);
    bool known =
        command == kCommandLocal || addresses > 0 || family == Unspecified || family == UnixStream;
    if (!known || length < addresses) return State::Fault;
    if (header_.size() < kFixedBytes + addresses) return State::NeedMore;
    if (addresses > 0) {
        size_t size = (addresses - 4) / 2;
        size_t ports = kFixedBytes + 2 * size;
        ends_ = {.peer = binary_address(header_, kFixedBytes, size, ports),
                 .local = binary_address(header_, kFixedBytes + size, size, ports + 2)};
    }
    to_skip_ = length - addresses;
    return to_skip_ > 0 ? State::NeedMore : State::Complete;
}

} // namespace net
