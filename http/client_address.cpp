#include "http/client_address.h"

#include "http/ascii.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace http {

namespace {

// Longer than any address with its port, quoted or not; what is longer is none.
constexpr size_t kLongestNode = 64;

std::optional<uint16_t> read_port(std::string_view text) {
    uint16_t port = 0;
    auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || fault != std::errc{} || rest != text.end()) return std::nullopt;
    return port;
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80"; `bare_v6`: "2001:db8::1" too.
std::optional<net::Address> read_node(std::string_view text, bool bare_v6) {
    if (text.size() > kLongestNode) return std::nullopt;
    std::string_view host = text;
    std::string_view port;
    size_t colon = text.rfind(':');
    bool bracketed = text.starts_with('[');
    bool several = text.find(':') != colon;
    if (colon != std::string_view::npos && (bracketed ? !text.ends_with(']') : !several)) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        // A hidden port (_abc) is no reason to doubt the address.
        if (!port.starts_with('_') && !read_port(port)) return std::nullopt;
    }
    if (!bracketed && several && !bare_v6) return std::nullopt;
    std::optional<net::Address> address = net::Address::parse(host, read_port(port).value_or(0));
    return address ? std::optional(net::unmapped(*address)) : std::nullopt;
}

std::optional<bool> read_protocol(std::string_view text) {
    if (equal_without_case(text, "https") || equal_without_case(text, "wss")) return true;
    if (equal_without_case(text, "http") || equal_without_case(text, "ws")) return false;
    return std::nullopt;
}

// Cuts at the first of `ends` outside of quotes; an unfinished quote reaches to the end.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
    bool quoted = false;
    size_t at = 0;
    for (; at < rest.size(); ++at) {
        if (quoted && rest[at] == '\\') {
            ++at;
        } else if (rest[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && ends.contains(rest[at])) {
            break;
        }
    }
    at = std::min(at, rest.size());
    std::string_view taken = rest.substr(0, at);
    rest.remove_prefix(at);
    return trim(taken);
}

// A token, or what is in quotes; nothing if the quotes do not end or something follows them.
std::optional<std::string> read_value(std::string_view text) {
    if (!text.starts_with('"')) {
        bool token = !text.empty() && std::ranges::all_of(text, is_token_char);
        return token ? std::optional(std::string(text)) : std::nullopt;
    }
    std::string value;
    for (size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1 == text.size() ? std::optional(value) : std::nullopt;
        if (text[at] == '\\') ++at;
        if (at < text.size()) value += text[at];
    }
    return std::nullopt;
}

// One "name=value" of an element; false if it is none.
bool read_pair(std::string_view pair, ForwardedHop& hop, bool& has_for) {
    size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return false;
    std::string_view name = pair.substr(0, equals);
    std::optional<std::string> value = read_value(pair.substr(equals + 1));
    if (!value) return false;
    if (equal_without_case(name, "for")) {
        if (std::exchange(has_for, true)) return false; // §4: each once
        hop.address = read_node(*value, false);
    } else if (equal_without_case(name, "proto")) {
        hop.encrypted = read_protocol(*value);
    }
    return true;
}

// The walk from the right, made from the left: each address that is not trusted may turn out to be
// the last such, and what is bad spoils everything before it.
class Walk {
public:
    explicit Walk(const ProxyPolicy& policy) : policy_(policy) {}

    void on_hop(const ForwardedHop& hop) {
        any_ = true;
        if (!hop.address || !policy_.trusts(*hop.address)) {
            found_ = hop;
        } else if (!found_.address) { // the first of proxies that say nothing of who is behind
            found_.address = hop.address;
            if (!found_.encrypted) found_.encrypted = hop.encrypted;
        }
    }
    [[nodiscard]] bool any() const { return any_; }
    [[nodiscard]] const ForwardedHop& found() const { return found_; }

private:
    const ProxyPolicy& policy_;
    ForwardedHop found_;
    bool any_ = false;
};

ForwardedHop walk_forwarded(const FieldList& fields, Walk& walk) {
    fields.for_each("Forwarded", [&](std::string_view list) {
        for (ForwardedHop hop; next_forwarded_hop(list, hop);) walk.on_hop(hop);
    });
    return walk.found();
}

ForwardedHop walk_x_forwarded(const FieldList& fields, Walk& walk) {
    fields.for_each("X-Forwarded-For", [&](std::string_view list) {
        for (ForwardedHop hop; next_x_forwarded_hop(list, hop);) walk.on_hop(hop);
    });
    ForwardedHop found = walk.found();
    // The nearest proxy's word is the last.
    fields.for_each_element("X-Forwarded-Proto", [&](std::string_view protocol) {
        found.encrypted = read_protocol(protocol);
    });
    return found;
}

} // namespace

bool ProxyPolicy::trusts(const net::Address& address) const {
    if (address.family == net::Address::Family::Local) return trusts_local;
    return std::ranges::any_of(
        trusted, [&](const net::Network& network) { return network.contains(address); });
}

bool next_forwarded_hop(std::string_view& list, ForwardedHop& hop) {
    hop = {};
    while (list.starts_with(',') || list.starts_with(' ') || list.starts_with('\t')) {
        list.remove_prefix(1);
    }
    if (list.empty()) return false;
    std::string_view element = take_until(list, ",");
    bool has_for = false;
    bool sound = true;
    while (!element.empty()) {
        std::string_view pair = take_until(element, ";");
        if (!element.empty()) element.remove_prefix(1);
        sound = (pair.empty() || read_pair(pair, hop, has_for)) && sound;
    }
    if (!sound) hop = {};
    return true;
}

bool next_x_forwarded_hop(std::string_view& list, ForwardedHop& hop) {
    hop = {};
    std::string_view element;
    if (!next_list_element(list, element)) return false;
    hop.address = read_node(element, true);
    return true;
}

ClientFacts resolve_client(const ClientFacts& connection, const FieldList& fields,
                           const ProxyPolicy& policy) {
    if (!policy.trusts(connection.peer)) return connection;
    ClientFacts client = connection;
    Walk walk(policy);
    ForwardedHop said;
    if (policy.field == ForwardedField::Forwarded) said = walk_forwarded(fields, walk);
    if (policy.field == ForwardedField::XForwardedFor) said = walk_x_forwarded(fields, walk);
    if (said.address) {
        client.peer = *said.address;
        client.tls = nullptr; // that is the proxy's
    }
    if (said.encrypted) client.encrypted = *said.encrypted;
    client.shared = !walk.any();
    return client;
}

} // namespace http
