// address_stream — what a client says about the stream it wants, as the header to the server.
// Spec:   XEP-0124 §7.1; RFC 7395 §3.4; RFC 6120 §4.7; B-042..B-045, U-007, W-046.
// Errors: improper-addressing, host-unknown or host-gone.
#pragma once

#include "xmpp/domains.h"
#include "xmpp/stream_error.h"
#include "xmpp/upstream.h"

#include <expected>
#include <string_view>

namespace xmpp {

struct AddressFault {
    StreamCondition condition;
    const char* what;
};

// A `from` of another domain is left out (U-007), and so is what is no language.
[[nodiscard]] std::expected<StreamParameters, AddressFault> address_stream(std::string_view to,
                                                                           std::string_view from,
                                                                           std::string_view lang,
                                                                           const Domains& domains);

} // namespace xmpp
