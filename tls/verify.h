// verify — which names in a certificate make it that of an XMPP domain.
// Spec:   RFC 6120 §13.7.1.2, RFC 9525 §6; rows U-043..U-045.
//
// A DNS-ID, an SRV-ID for clients' service or an XmppAddr will do, an address for a domain that is
// one. The subject's CN is not looked at: it was never meant to be a host name, and RFC 9525 has
// done with it. All names are taken as the certificate has them; a NUL byte in one matches nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tls {

// The subject's alternative names, by kind.
struct CertificateNames {
    std::vector<std::string> dns;       // "example.org", "*.example.org"
    std::vector<std::string> srv;       // "_xmpp-client.example.org"
    std::vector<std::string> xmpp;      // XmppAddr: a JID, in Unicode
    std::vector<std::string> addresses; // numeric

    // For people: "a.example, b.example"; "no name" if there is none.
    [[nodiscard]] std::string to_string() const;
};

// The domain that a peer must be.
struct Identity {
    std::string domain;         // in A-labels, or a numeric address
    std::string unicode_domain; // the same in U-labels; empty: as `domain`
};

[[nodiscard]] bool names_the_domain(const CertificateNames& names, const Identity& identity);

// One rule of the above, for itself: `*` stands for one whole left-most label.
[[nodiscard]] bool dns_id_matches(std::string_view id, std::string_view domain);

} // namespace tls
