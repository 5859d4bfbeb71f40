// xml_text — which bytes are characters of XML, or white space, and how text is written into XML.
// libxml2 2.9 lets some overlong UTF-8 through (C1 BC is its "<"), and a second decoder behind us
// may read it otherwise: so bytes are judged here, strictly, before libxml2 sees them.
// Spec:   XML 1.0 §2.2 (Char), §2.3 (S), §2.4; RFC 3629; B-018, U-012, S-012.
#pragma once

#include "base/slice.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace xmpp {

// The references that every document knows, and what they stand for (XML 1.0 §4.6).
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPredefinedEntities =
    {{{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&apos;", "'"}, {"&quot;", "\""}}};

// The production S (XML 1.0 §2.3).
inline constexpr std::string_view kWhiteSpace = " \t\r\n";
[[nodiscard]] constexpr bool is_white_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Offset of the first byte that is not part of a well-formed UTF-8 sequence for a character that
// XML 1.0 allows: no overlong form, no surrogate, no control but tab, CR, LF, no U+FFFE, U+FFFF.
[[nodiscard]] std::optional<size_t> find_illegal_character(base::ByteView bytes);

// Appends `text` so that it reads back the same as content, or inside an attribute in either kind
// of quotes: markup, both quotes, tab, CR and LF become references.
void append_escaped(std::string& out, base::ByteView text);

// ` name='value'`, the value escaped.
void append_attribute(std::string& out, std::string_view name, std::string_view value);

} // namespace xmpp
