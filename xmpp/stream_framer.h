// StreamFramer — where does each depth-1 element of a document start and end.
// A scanner of a few bytes of state, for the server's stream and for a <body/> alike. It knows
// tags, quotes, CDATA and depth; it does not match tag names, decode characters or know
// namespaces: XmlCheck does, on complete elements. Neither trusts the other.
// Spec:   RFC 6120 §11.1 (restrictions: no comment, PI, DTD), U-016, U-084; B-003..B-007.
// Units:  bytes; the root is depth 0.
// Errors: Category::Xml, XmlFault. The framer is unusable afterwards until reset().
// Life:   no heap. Any split of the input gives the same events.
#pragma once

#include "base/error.h"
#include "base/slice.h"

#include <cstddef>
#include <cstdint>

namespace xmpp {

class StreamFramer {
public:
    struct Limits {
        uint32_t max_tag_bytes = 8 * 1024;
        uint16_t max_depth = 64; // of an element below the root
        uint32_t max_element_bytes = 256 * 1024;
    };
    enum class Event : uint8_t {
        None,      // the input is used up
        RootOpen,  // the start tag of the root
        Element,   // one complete child of the root
        RootClose, // the end tag of the root
        EmptyRoot, // <root/>: open and close at once
    };
    struct Step {
        Event event = Event::None;
        // Where the event's bytes begin in this input; 0 if they began in an earlier one. With
        // Event::None, [begin, end) is the start of something that is not complete: the caller
        // keeps it and gives the input that follows, without it, to the next call.
        size_t begin = 0;
        size_t end = 0; // how much of this input is used; the next call starts there
        // For an Element: offset, from the element's first byte, of the end of its name, where a
        // declaration can be spliced in.
        uint32_t name_end = 0;
    };

    StreamFramer() : StreamFramer(Limits{}) {}
    explicit StreamFramer(Limits limits);

    // Scans up to and including the next event. White space between elements is taken silently,
    // also before and after the root; an XML declaration is taken before the root.
    [[nodiscard]] base::Result<Step> next(base::ByteView in);

    // Ready for a new document, as after a stream restart.
    void reset();
    // The root's end tag was seen.
    [[nodiscard]] bool finished() const;
};

} // namespace xmpp
