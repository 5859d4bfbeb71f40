// StanzaAddress — who wrote a stanza to whom, read for a stanza error that goes back.
// Spec:   RFC 6120 §8.1, §8.3.
// Errors: nullopt: the bytes are no stanza of jabber:client.
#pragma once

#include "base/slice.h"
#include "xmpp/xml_check.h"

#include <optional>
#include <string>
#include <string_view>

namespace xmpp {

struct StanzaAddress {
    std::string name; // message, presence or iq
    std::string type;
    std::string swapped; // from, to and id of an answer, as attributes with a space before each
    std::string same;    // ... of something else in its place

    // One is owed to who wrote it: errors and results are never answered, and an iq of a type that
    // there is not was no question.
    [[nodiscard]] bool is_answered_by_error() const {
        return name == "iq" ? type == "get" || type == "set" : type != "error";
    }
};

// Standing alone, in jabber:client or without a namespace, as in a stream.
[[nodiscard]] std::optional<StanzaAddress> read_address(XmlCheck& check, base::ByteView stanza);

// `<iq … type='error'>` around `condition`, the whole <error/>.
[[nodiscard]] std::string error_stanza(std::string_view name, std::string_view attributes,
                                       std::string_view condition);

} // namespace xmpp
