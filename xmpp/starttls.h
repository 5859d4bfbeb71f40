// StartTls — the stream before TLS: our header, the server's, its features, <starttls/>,
// <proceed/>. What is read here is in clear, so anyone on the way may have written it: nothing of
// it outlives this engine but the permission to begin TLS.
// Spec:   RFC 6120 §5; U-010, U-037..U-040.
// Errors: Category::Stream with a ConnectFault, and what StreamFramer and XmlCheck find. The engine
//         is of no use afterwards.
// Life:   one for each connection being secured; `check` is the worker's.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace xmpp {

class StartTls {
public:
    enum class Step : uint8_t {
        Wait,       // for more bytes
        Request,    // write request() now
        Handshake,  // the next byte either way belongs to TLS
        NotOffered, // the features name no TLS; where it is required, this is the end
    };

    explicit StartTls(XmlCheck& check);

    // What goes out first. It has no `from`: that is nobody's business in clear (U-006).
    [[nodiscard]] static std::string header(const std::string& domain);
    [[nodiscard]] static std::string_view request();

    // After any Step but Wait and Request, no further bytes may be given.
    [[nodiscard]] base::Result<Step> feed(base::ByteView bytes);

private:
    enum class State : uint8_t { AwaitingHeader, AwaitingFeatures, AwaitingProceed, Over };

    [[nodiscard]] base::Result<void> on_header(base::ByteView tag, size_t name_end);
    [[nodiscard]] base::Result<Step> on_element(base::ByteView element);
    [[nodiscard]] base::Result<Step> on_features(bool offers_tls);

    XmlCheck& check_;
    StreamFramer framer_;
    std::string tail_;    // the start of something incomplete
    std::string wrapper_; // as in ServerHeader
    State state_ = State::AwaitingHeader;
};

} // namespace xmpp
