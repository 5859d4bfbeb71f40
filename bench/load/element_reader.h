// ElementReader — the elements of an XMPP stream, or of a <body/>, out of bytes as they come.
// The framer finds them; what is not whole yet is kept here.
// Errors: those of the framer.
// Life:   what a step shows is valid until the next call.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/stream_framer.h"

#include <string>

namespace load {

class ElementReader {
public:
    using Event = xmpp::StreamFramer::Event;

    struct Step {
        Event event = Event::None; // None: everything was taken
        base::ByteView bytes;      // the element, or a tag of the root
    };
    // Takes what belongs to the next element off the front of `in`.
    [[nodiscard]] base::Result<Step> next(base::ByteView& in);
    // Ready for a new document.
    void reset();

private:
    xmpp::StreamFramer framer_;
    std::string tail_;  // the beginning of an element
    std::string whole_; // the element that began there
};

} // namespace load
