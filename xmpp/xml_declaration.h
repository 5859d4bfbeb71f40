// XmlDeclaration — reads what stands between "<?" and "?>" at the start of a document.
// Spec:   XML 1.0 §2.8; RFC 6120 §11.5, §11.6; B-006: version 1.0, encoding absent or UTF-8.
// Errors: RestrictedXml if it is another processing instruction, UnsupportedEncoding, or
//         NotWellFormed, which also stands for a version other than 1.0.
// Life:   four bytes inside StreamFramer; fed one byte at a time.
#pragma once

#include "xmpp/xml_fault.h"

#include <cstdint>
#include <expected>

namespace xmpp {

class XmlDeclaration {
public:
    // True once the ">" was taken.
    [[nodiscard]] std::expected<bool, XmlFault> take(char byte);

private:
    enum class Step : uint8_t { Target, Between, Name, Equals, Quote, Value, Question };
    enum class Field : uint8_t { None, Version, Encoding, Standalone, StandaloneNo };

    [[nodiscard]] std::expected<bool, XmlFault> take_between(char byte);
    [[nodiscard]] std::expected<bool, XmlFault> take_value(char byte);

    Step step_ = Step::Target;
    Field field_ = Field::None;
    uint8_t matched_ = 0; // bytes of the word being read
    char quote_ = 0;      // in Between: a space if one was seen; in Value: what ends it
};

} // namespace xmpp
