// XmppFraming — what a message of a web client says, and how ours to it are written.
//
// A message is looked at twice, as a BOSH body is: the scanner finds the one element that it must
// be, libxml2 says whether that is legal and in which namespaces. What goes to the server is the
// client's own bytes: only a default namespace that is the framing's is cut out of the tag, so that
// the element falls under jabber:client (W-050).
//
// Spec:   RFC 7395 §3.3-§3.7; RFC 6120 §4.9.3, §11; W-040..W-058, W-068.
// Errors: ClientMessage::Kind::Fault, with the stream error that answers it.
// Life:   one per worker; a ClientMessage owns or shares what it needs.
#pragma once

#include "base/env.h"
#include "base/slice.h"
#include "xmpp/inherited.h"
#include "xmpp/stream_error.h"
#include "xmpp/stream_framer.h"
#include "xmpp/upstream.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ws {

// Attributes of <open/>, as written.
struct OpenTag {
    std::string to;
    std::string from;
    std::string lang;
    std::string version; // empty: none
};

struct ClientMessage {
    enum class Kind : uint8_t {
        Blank, // white space
        Open,
        Close,
        Element,
        StreamError, // the client's last word
        Compression, // <compress/>: answered here, never forwarded
        Fault,
    };
    Kind kind = Kind::Blank;
    OpenTag open{};
    base::SliceChain element{}; // ready for the stream
    xmpp::StreamCondition condition = xmpp::StreamCondition::NotWellFormed;
    const char* what = ""; // of a Fault: a literal, for the log
};

class XmppFraming {
public:
    XmppFraming(base::Env& env, xmpp::XmlCheck& check, size_t max_element_bytes);

    // Elements of up to so many bytes are looked at. What a session may send is limited by its
    // frames.
    void allow_elements(size_t max_bytes);
    [[nodiscard]] ClientMessage read(const base::Slice& message);

private:
    struct Found {
        size_t begin = 0;    // of the element in the message
        size_t size = 0;     // of the element
        size_t name_end = 0; // from its first byte
    };
    [[nodiscard]] base::Result<Found> find_element(base::ByteView message);
    [[nodiscard]] ClientMessage judge(const base::Slice& message, const Found& found);

    base::Env& env_;
    xmpp::XmlCheck& check_;
    uint32_t max_element_bytes_ = 0;
    xmpp::StreamFramer framer_;
    xmpp::InheritanceVisitor inheritance_; // kept to be used again
};

// What <open/> says to the client; empty ones are left out.
[[nodiscard]] std::string open_element(const xmpp::StreamOpened& header);
// Exactly as strophe.js looks for it (D-25).
inline constexpr std::string_view kCloseElement =
    R"(<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" />)";
[[nodiscard]] std::string close_element(std::string_view see_other_uri);
// `<stream:error>` as a message: it declares its prefix (W-047). `explanation` may be empty.
[[nodiscard]] std::string error_element(xmpp::StreamCondition condition,
                                        std::string_view explanation = {});

} // namespace ws
