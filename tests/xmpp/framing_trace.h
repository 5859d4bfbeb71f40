// framing_trace — what a StreamFramer says of a document that arrives in pieces, as lines of text.
// Keeps an incomplete tail the way every caller of the framer has to.
#pragma once

#include "xmpp/stream_framer.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

// "open <stream>", "element <a/> name=2", "close </stream>", "empty <root/>", "fault bad-format",
// and last "rest <mess" if something incomplete is left.
inline std::vector<std::string> framing_trace(xmpp::StreamFramer& framer,
                                              std::span<const std::string_view> pieces) {
    using Event = xmpp::StreamFramer::Event;
    std::vector<std::string> trace;
    std::string tail;
    for (std::string_view piece : pieces) {
        while (!piece.empty()) {
            auto step = framer.next(piece);
            if (!step) {
                auto fault = static_cast<xmpp::XmlFault>(step.error().code);
                trace.push_back("fault " + std::string(stream_condition(fault)));
                return trace;
            }
            if (step->begin > 0) tail.clear();
            tail += piece.substr(step->begin, step->end - step->begin);
            piece.remove_prefix(step->end);
            if (step->event == Event::None) continue;
            std::string_view word = "empty ";
            if (step->event == Event::RootOpen) word = "open ";
            if (step->event == Event::Element) word = "element ";
            if (step->event == Event::RootClose) word = "close ";
            std::string& line = trace.emplace_back(word).append(tail);
            if (step->event != Event::RootClose) {
                line.append(" name=").append(std::to_string(step->name_end));
            }
            tail.clear();
        }
    }
    if (!tail.empty()) trace.push_back("rest " + tail);
    return trace;
}

} // namespace tests
