// Domain, Jid, language tag — the three things a client says that go into a stream header.
// Spec:   RFC 7622 §3 (lengths, shape), RFC 5890 (IDNA), BCP 47 §2.1; B-043..B-045, B-053, S-031.
// Units:  bytes of UTF-8; each part of a JID is 1..1023 of them.
// Errors: nullopt, or a DomainFault that says which rule was broken.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

enum class DomainFault : uint8_t {
    Empty,
    NotBare, // a localpart, a resource or a port: no bare domain      B-044
    BadName, // no host name, not even an internationalised one
    TooLong,
};

[[nodiscard]] std::string_view to_string(DomainFault fault);

struct Domain {
    // What is compared and what goes into `to`: lower case, in U-labels, without a final dot.
    std::string name;
    bool is_ip_literal = false; // U-021

    [[nodiscard]] static std::expected<Domain, DomainFault> parse(std::string_view text);
    // For DNS and TLS: A-labels only; the literal without brackets.
    [[nodiscard]] std::string ascii_name() const;
};

// A JID taken apart. Only the domain is normalised: the other parts are the server's to judge.
struct Jid {
    std::string local;    // empty: none
    std::string domain;   // as Domain::name
    std::string resource; // empty: none

    [[nodiscard]] static std::optional<Jid> parse(std::string_view text);
    [[nodiscard]] std::string bare() const;
};

// "en", "ko-KR", "zh-Hant-TW", "x-private": the shape of BCP 47, no register is asked.
[[nodiscard]] bool is_language_tag(std::string_view text);

} // namespace xmpp
