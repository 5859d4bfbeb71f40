#include "bosh/sid_hint.h"

#include "xmpp/xml_text.h"

#include <algorithm>

namespace bosh {

namespace {

constexpr base::ByteView kName = "sid";

} // namespace

// In the first tag that is one. A '>' may stand in a value; then the hint may be missed.
base::ByteView sid_hint(base::ByteView body) {
    size_t begin = 0;
    while (begin + 1 < body.size() && (body[begin] != '<' || body[begin + 1] == '?')) ++begin;
    base::ByteView tag = body.substr(begin, body.find('>', begin) - begin);
    for (size_t at = tag.find(kName); at != base::ByteView::npos; at = tag.find(kName, at + 1)) {
        if (at == 0 || !xmpp::kWhiteSpace.contains(tag[at - 1])) continue; // such as in "xmlns:sid"
        base::ByteView rest = tag.substr(at + kName.size());
        rest.remove_prefix(std::min(rest.find_first_not_of(xmpp::kWhiteSpace), rest.size()));
        if (!rest.starts_with('=')) continue;
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of(xmpp::kWhiteSpace), rest.size()));
        if (rest.empty() || (rest[0] != '\'' && rest[0] != '"')) continue;
        size_t end = rest.find(rest[0], 1);
        if (end != base::ByteView::npos) return rest.substr(1, end - 1);
    }
    return {};
}

} // namespace bosh
