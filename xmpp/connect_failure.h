// ConnectFault, ConnectStage — why a domain's server could not be reached or secured, and how far
// the way to it had led.
// Category::Stream: Error::code is a StreamCondition or one of these above its range.
// Spec:   B-084, B-311, U-038, U-046; XEP-0124 §17.2.
#pragma once

#include "base/error.h"
#include "base/metrics.h"

#include <cstdint>
#include <string_view>

namespace xmpp {

enum class ConnectFault : uint16_t {
    NoService = 1000, // the domain says that it has none                          U-025
    NoServer,         // nothing is known of where it could be
    TlsNotOffered,    // and it is required                                        U-038
    TlsRefused,       // <failure/> for <starttls/>                                U-038
    BytesInClear,     // where encryption had to begin                             U-039
    StreamRefused,    // a stream error, or a closed stream, before TLS
    TooManyWaiting,   // for a connection to this server                           S-040
    NoHeader,         // the connection ended before the server's stream header    U-032
};

enum class ConnectStage : uint8_t { LookUp, Queue, Connect, StartTls, Tls, Stream };

// For logs; a literal.
[[nodiscard]] std::string_view to_string(ConnectStage stage);
// Where failures of that stage are counted.
[[nodiscard]] base::Counter counter_of(ConnectStage stage);

// The stream's way ends at `fault`.
[[nodiscard]] inline std::unexpected<base::Error> fail(ConnectFault fault, const char* what) {
    return base::fail(base::Category::Stream, fault, what);
}

// We have no descriptor or memory left for a connection: it says nothing of any server.
[[nodiscard]] bool is_ours(const base::Error& reason);

// What a web client is told, for whoever develops its page: a literal in plain words, and nothing
// of how things look behind the domain.
[[nodiscard]] std::string_view explanation(const base::Error& reason);

} // namespace xmpp
