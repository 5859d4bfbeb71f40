#include "tls/verify.h"

#include "net/address.h"

#include <algorithm>

namespace tls {

namespace {

constexpr std::string_view kService = "_xmpp-client.";

char to_lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// Host names are compared so (RFC 4343); beyond ASCII only what is equal is equal.
bool equal(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

std::string_view without_final_dot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

bool srv_id_matches(std::string_view id, std::string_view domain) {
    return id.size() > kService.size() && equal(id.substr(0, kService.size()), kService) &&
           equal(without_final_dot(id.substr(kService.size())), domain);
}

} // namespace

bool dns_id_matches(std::string_view id, std::string_view domain) {
    id = without_final_dot(id);
    if (id.empty()) return false;
    if (!id.starts_with("*.")) return equal(id, domain);
    // Not for a whole top-level domain: no authority may issue that, so one that did is no proof.
    std::string_view parent = id.substr(1);
    if (parent.find('.', 1) == std::string_view::npos) return false;
    size_t label = domain.find('.');
    return label != std::string_view::npos && label > 0 && equal(parent, domain.substr(label));
}

bool names_the_domain(const CertificateNames& names, const Identity& identity) {
    auto address = net::Address::parse(identity.domain, 0);
    if (address) {
        return std::ranges::any_of(names.addresses, [&](const std::string& text) {
            return net::Address::parse(text, 0) == address;
        });
    }
    std::string_view domain = without_final_dot(identity.domain);
    std::string_view unicode =
        identity.unicode_domain.empty() ? domain : without_final_dot(identity.unicode_domain);
    auto dns = [&](const std::string& id) { return dns_id_matches(id, domain); };
    auto srv = [&](const std::string& id) { return srv_id_matches(id, domain); };
    auto xmpp = [&](const std::string& id) { return equal(id, unicode); };
    return std::ranges::any_of(names.dns, dns) || std::ranges::any_of(names.srv, srv) ||
           std::ranges::any_of(names.xmpp, xmpp);
}

std::string CertificateNames::to_string() const {
    std::string list;
    for (const auto* kind : {&dns, &srv, &xmpp, &addresses}) {
        for (const std::string& name : *kind) list += (list.empty() ? "" : ", ") + name;
    }
    return list.empty() ? "no name" : list;
}

} // namespace tls
