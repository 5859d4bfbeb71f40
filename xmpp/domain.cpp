#include "xmpp/domain.h"

#include "net/address.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <idn2.h>
#include <memory>

namespace xmpp {

namespace {

constexpr size_t kMaxPartBytes = 1023; // RFC 7622 §3.1
constexpr size_t kMaxLabelBytes = 63;  // RFC 1035 §2.3.4
constexpr size_t kMaxNameBytes = 253;  // the same, as text

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

bool is_alphanumeric(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    for (char& byte : lower) {
        if (byte >= 'A' && byte <= 'Z') {
            byte = static_cast<char>(byte + ('a' - 'A'));
        }
    }
    return lower;
}

struct FreeIdn {
    void operator()(char* text) const { idn2_free(text); }
};

// The name in A-labels, mapped as UTS 46 says; empty if IDNA has no such name.
std::string to_a_labels(const std::string& name) {
    char* raw = nullptr;
    int result = idn2_to_ascii_8z(name.c_str(), &raw, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    std::unique_ptr<char, FreeIdn> text(raw);
    return result == IDN2_OK ? std::string(text.get()) : std::string();
}

std::string to_u_labels(const std::string& name) {
    char* raw = nullptr;
    int result = idn2_to_unicode_8z8z(name.c_str(), &raw, 0);
    std::unique_ptr<char, FreeIdn> text(raw);
    return result == IDN2_OK ? std::string(text.get()) : std::string();
}

// Letters, digits, hyphens inside; and "_", which names of hosts in private networks have.
bool is_host_name(std::string_view name) {
    while (true) {
        std::string_view label = name.substr(0, name.find('.'));
        if (label.empty() || label.size() > kMaxLabelBytes || label.front() == '-' ||
            label.back() == '-') {
            return false;
        }
        bool plain = std::ranges::all_of(
            label, [](char byte) { return is_alphanumeric(byte) || byte == '-' || byte == '_'; });
        if (!plain) return false;
        if (label.size() == name.size()) return true;
        name.remove_prefix(label.size() + 1);
    }
}

std::optional<Domain> parse_ip_literal(std::string_view text) {
    bool bracketed = text.starts_with('[');
    auto address = net::Address::parse(text, 0);
    if (!address) return std::nullopt;
    bool is_v6 = address->family == net::Address::Family::V6;
    if (is_v6 != bracketed) return std::nullopt;
    Domain domain{.name = address->host(), .is_ip_literal = true};
    if (is_v6) domain.name.insert(0, 1, '[').push_back(']');
    return domain;
}

// A localpart or resource: as much as can be said without the profiles of PRECIS.
bool is_part(std::string_view text, std::string_view forbidden) {
    auto is_control = [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
    };
    return !text.empty() && text.size() <= kMaxPartBytes && !find_illegal_character(text) &&
           std::ranges::none_of(text, is_control) &&
           text.find_first_of(forbidden) == std::string_view::npos;
}

} // namespace

std::string_view to_string(DomainFault fault) {
    switch (fault) {
    case DomainFault::Empty: return "empty";
    case DomainFault::NotBare: return "not a bare domain";
    case DomainFault::BadName: return "not a host name";
    case DomainFault::TooLong: return "too long";
    }
    return {};
}

std::expected<Domain, DomainFault> Domain::parse(std::string_view text) {
    if (text.empty()) return std::unexpected(DomainFault::Empty);
    if (text.size() > kMaxPartBytes) return std::unexpected(DomainFault::TooLong);
    if (auto literal = parse_ip_literal(text)) return *std::move(literal);
    if (text.find_first_of("@/:") != std::string_view::npos) {
        return std::unexpected(DomainFault::NotBare);
    }
    if (find_illegal_character(text)) return std::unexpected(DomainFault::BadName);
    std::string ascii = to_lower(text);
    bool international = !is_ascii(text) || ascii.find("xn--") != std::string::npos;
    if (international) {
        ascii = to_a_labels(ascii);
    }
    if (ascii.ends_with('.')) {
        ascii.pop_back();
    }
    if (!is_host_name(ascii)) return std::unexpected(DomainFault::BadName);
    if (ascii.size() > kMaxNameBytes) return std::unexpected(DomainFault::TooLong);
    Domain domain{.name = international ? to_u_labels(ascii) : std::move(ascii)};
    if (domain.name.empty()) return std::unexpected(DomainFault::BadName);
    return domain;
}

std::string Domain::ascii_name() const {
    if (name.starts_with('[')) return name.substr(1, name.size() - 2);
    return is_ascii(name) ? name : to_a_labels(name);
}

std::optional<Jid> Jid::parse(std::string_view text) {
    Jid jid;
    if (size_t slash = text.find('/'); slash != std::string_view::npos) {
        jid.resource = text.substr(slash + 1);
        text = text.substr(0, slash);
        if (!is_part(jid.resource, "")) return std::nullopt;
    }
    if (size_t at = text.find('@'); at != std::string_view::npos) {
        jid.local = text.substr(0, at);
        text = text.substr(at + 1);
        if (!is_part(jid.local, " \"&'/:<>@")) return std::nullopt;
    }
    auto domain = Domain::parse(text);
    if (!domain) return std::nullopt;
    jid.domain = std::move(domain->name);
    return jid;
}

std::string Jid::bare() const {
    return local.empty() ? domain : local + "@" + domain;
}

bool is_language_tag(std::string_view text) {
    constexpr size_t kMaxSubtagBytes = 8;
    constexpr size_t kMaxTagBytes = 64; // far above every registered one
    if (text.size() > kMaxTagBytes) return false;
    for (bool first = true;; first = false) {
        std::string_view subtag = text.substr(0, text.find('-'));
        auto is_letter = [](char byte) {
            return is_alphanumeric(byte) && (byte < '0' || byte > '9');
        };
        bool shaped = first ? std::ranges::all_of(subtag, is_letter)
                            : std::ranges::all_of(subtag, is_alphanumeric);
        if (subtag.empty() || subtag.size() > kMaxSubtagBytes || !shaped) return false;
        if (subtag.size() == text.size()) return true;
        text.remove_prefix(subtag.size() + 1);
    }
}

} // namespace xmpp
