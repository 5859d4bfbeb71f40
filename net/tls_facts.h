// TlsFacts — what was agreed with a client whose TLS ends here, and who it showed itself to be: for
// the rules that compare one connection with another, and for the server that is told of it.
// Life:   made once when a handshake is over, and not changed: its connection and the sessions that
//         begin on it share it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace net {

// What a live connection has agreed on, for who asks; literals of the library's.
struct TlsTerms {
    std::string_view version; // "TLSv1.3"
    std::string_view cipher;  // "TLS_AES_256_GCM_SHA384"
};

struct TlsFacts {
    std::string_view version;  // "TLSv1.3"; like the next a literal of the library's
    std::string_view cipher;   // "TLS_AES_256_GCM_SHA384"
    std::string server_name{}; // the host that was asked for; empty: none was named
    bool resumed = false;
    // Of the certificate that was shown, verified, now or when a resumed session began.
    std::array<uint8_t, 16> certificate{}; // tells it from all others; all zero: there is none
    std::string common_name{};             // empty: it has none

    [[nodiscard]] bool has_certificate() const { return certificate != decltype(certificate){}; }
};

} // namespace net
