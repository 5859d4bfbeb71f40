// The framer says the same about a document however it is cut. And when libxml2 accepts the
// document, both have seen the same elements, at the same places.
// The first byte of an input chooses the cuts; the rest is the document.

#include "base/error.h"
#include "tests/xmpp/framing_trace.h"
#include "xmpp/inherited.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_check.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Trace = std::vector<std::string>;

Trace trace(std::string_view document, size_t portion) {
    std::vector<std::string_view> pieces;
    for (size_t at = 0; at < document.size(); at += portion)
        pieces.push_back(document.substr(at, portion));
    xmpp::StreamFramer framer({.max_tag_bytes = 1024, .max_element_bytes = 4096});
    return tests::framing_trace(framer, pieces);
}

// The text of an event, as the trace has it: "element <a/> name=2".
std::string_view text_of(std::string_view event) {
    size_t begin = event.find('<');
    return event.substr(begin, event.rfind(" name=") - begin);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    static xmpp::XmlCheck check;
    if (size == 0) return 0;
    std::string_view document(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    Trace events = trace(document, document.size() + 1);
    CM_ASSERT(events == trace(document, 1) && events == trace(document, bytes[0] + 2U));

    xmpp::InheritanceVisitor whole;
    if (!check.run(std::span(&document, 1), whole)) return 0;
    CM_ASSERT(!events.empty());
    // What XMPP forbids and XML does not, or a limit.
    if (events.back() == "fault bad-format" || events.back() == "fault policy-violation") return 0;
    CM_ASSERT(events.back().starts_with("close ") || events.back().starts_with("empty "));
    auto is_element = [](const std::string& event) { return event.starts_with("element "); };
    CM_ASSERT(std::ranges::count_if(events, is_element) == std::ssize(whole.children()));
    for (const std::string& event : events) {
        if (!is_element(event)) continue;
        xmpp::InheritanceVisitor alone;
        std::string_view pieces[] = {text_of(events.front()), text_of(event),
                                     text_of(events.back())};
        CM_ASSERT(check.run(pieces, alone) && alone.children().size() == 1);
    }
    return 0;
}
