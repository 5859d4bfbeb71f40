// Stream headers — write ours, read the server's.
// Spec:   RFC 6120 §4.7, §4.8; U-002..U-011, U-017: whatever prefix the server chose.
// Errors: Category::Xml as XmlCheck gives them; Category::Stream with InvalidNamespace, BadFormat
//         (a root that is no <stream/>) or UnsupportedVersion.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/upstream.h"
#include "xmpp/xml_check.h"

#include <string>
#include <string_view>

namespace xmpp {

// The XML declaration and `<stream:stream>`. A `from` of another domain than `to` is left out
// (U-007), and its resource always is (U-006).
[[nodiscard]] std::string stream_header(const StreamParameters& parameters);

struct ServerHeader {
    std::string from;
    std::string to;
    std::string id;
    std::string version; // empty: none
    std::string lang;
    // A start tag `<s …>` with the declarations and the language that elements of this stream
    // inherit: with it before and "</s>" after, an element is a document that means the same.
    std::string wrapper;
};
inline constexpr std::string_view kWrapperEnd = "</s>";

// "1.0", "1.1", … : what we speak. An absent version is judged by whoever needs features.
[[nodiscard]] bool is_version_1(std::string_view version);

// `tag` is the root's start tag, `name_end` the end of its name in it, as the framer gives them.
[[nodiscard]] base::Result<ServerHeader> read_server_header(XmlCheck& check, base::ByteView tag,
                                                            size_t name_end);

} // namespace xmpp
