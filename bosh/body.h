// Body — the <body/> wrapper as values: one as decoded from a request, one to be encoded.
// Spec:   XEP-0124 §6, §7, §22 (lexical ranges); XEP-0206 §3-§5.
// Units:  wait, pause: seconds; rid: 1..2^53-1.
// Life:   values; payloads refer to the request's own bytes.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "bosh/conditions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bosh {

using Rid = uint64_t;
inline constexpr Rid kHighestRid = 9'007'199'254'740'991; // 2^53 - 1: XEP-0124 §14.1

// Attributes that only a creation request carries.
struct CreationAttributes {
    std::string content;
    std::optional<uint32_t> wait;
    std::optional<uint32_t> hold;
    std::optional<std::pair<uint32_t, uint32_t>> ver; // major, minor; absent: a legacy client
    bool has_content = false;
};

struct BodyIn {
    enum class Type : uint8_t { None, Terminate, Error };

    std::string sid;
    bool has_sid = false;   // sid='' counts as an unknown sid, not as a creation request (B-040)
    std::optional<Rid> rid; // absent: missing or unusable
    Type type = Type::None;
    bool restart = false; // xmpp:restart
    std::optional<uint32_t> pause;
    std::optional<Rid> ack;
    std::string key;
    std::string newkey;
    std::string stream;
    std::string from; // of a restart
    std::string lang;
    std::string to;
    std::string route; // of a request that opens a stream, as `to` is

    // What the payloads are, in document order, ready to be written to the stream.
    base::SliceChain payloads;
    uint32_t payload_count = 0;
    bool only_nonzas = false;          // payloads, but neither message, presence nor iq
    bool asks_compression = false;     // <compress/>: answered here, never forwarded
    bool reports_stream_error = false; // <stream:error/> from the client

    // Not the pause, terminate or restart kind and without payload: a poll.
    [[nodiscard]] bool is_empty() const {
        return payload_count == 0 && !pause && type == Type::None && !restart;
    }
};

// The start tag may be legal where the content is not: then the attributes are known, and with
// them whose session it is that sent it (B-305, B-306).
struct Decoded {
    bool has_attributes = false;
    BodyIn body;
    CreationAttributes creation; // meaningful if the body has no sid
    std::optional<base::Error> fault;
};

struct BodyOut {
    enum class Type : uint8_t { None, Terminate, Error };

    Type type = Type::None;
    Condition condition = Condition::None;
    std::string attributes;       // further ones, each with a leading space, escaped by the maker
    bool declares_xmpp = false;   // an attribute uses the xmpp: prefix
    bool declares_stream = false; // a payload is stream features or a stream error
    base::SliceChain payloads;

    [[nodiscard]] bool is_plain_empty() const {
        return type == Type::None && attributes.empty() && payloads.empty();
    }
};

[[nodiscard]] base::SliceChain encode(base::SlicePool& pool, BodyOut body);
// <body xmlns='http://jabber.org/protocol/httpbind'/>
[[nodiscard]] base::SliceChain empty_body();

// ` name='value'`, as xmpp::append_attribute does for text.
void append_number(std::string& out, std::string_view name, uint64_t value);

} // namespace bosh
