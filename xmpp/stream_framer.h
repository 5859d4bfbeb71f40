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
#include "xmpp/xml_declaration.h"
#include "xmpp/xml_fault.h"

#include <cstddef>
#include <cstdint>

namespace xmpp {

class StreamFramer {
public:
    struct Limits {
        uint32_t max_tag_bytes = 8 * 1024;
        uint16_t max_depth = 64; // of an element below the root
        uint16_t max_attributes =
            256; // of one tag, declarations included: libxml2 compares all pairs
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
        // keeps it and gives the input that follows, without it, to the next call. If then begin
        // is not 0, what was kept is void: it was the "<" of an XML declaration.
        size_t begin = 0;
        size_t end = 0; // how much of this input is used; the next call starts there
        // For an Element, RootOpen and EmptyRoot: offset, from its first byte, of the end of its
        // name, where a declaration can be spliced in.
        uint32_t name_end = 0;
    };

    StreamFramer() : StreamFramer(Limits{}) {}
    explicit StreamFramer(Limits limits);

    // Scans up to and including the next event. White space between elements is taken silently,
    // also before and after the root; a byte order mark and an XML declaration are taken before it.
    [[nodiscard]] base::Result<Step> next(base::ByteView in);

    // Ready for a new document, as after a stream restart.
    void reset();
    // Not a byte was taken yet.
    [[nodiscard]] bool untouched() const { return state_ == State::Start && matched_ == 0; }
    // The root's end tag was seen.
    [[nodiscard]] bool finished() const { return state_ == State::Epilog; }

private:
    enum class State : uint8_t {
        Start,   // nothing seen yet: a byte order mark or a declaration may come
        Prolog,  // white space before the root
        Content, // text, of the root or of an element
        Cdata,
        Epilog, // after the root: white space only
        Failed,
        // Inside of markup:
        Markup,      // after "<"
        Declaration, // after "<?" at the very start
        Bang,        // after "<!", while it can become "<![CDATA["
        Name,        // of a start tag
        Attributes,
        SingleQuoted,
        DoubleQuoted,
        Slash, // after "/" in a start tag
        EndTag,
    };
    struct Scan; // one call of next()

    [[nodiscard]] bool in_tag() const { return state_ >= State::Markup; }
    // Inside of what a Step is about: a tag of the root, or an element.
    [[nodiscard]] bool in_item() const {
        return (depth_ >= 2 || in_tag()) && state_ != State::Declaration;
    }

    Limits limits_;
    uint32_t tag_bytes_ = 0;  // of the tag being read, those in earlier inputs
    uint32_t item_bytes_ = 0; // of the item being read, those in earlier inputs
    uint32_t name_end_ = 0;
    uint16_t depth_ = 0; // open elements, the root included
    uint16_t attributes_ = 0;
    State state_ = State::Start;
    uint8_t matched_ = 0; // Start: of the byte order mark; Markup: 1 if "?" may follow;
                          // Bang: of "[CDATA["; Cdata: of "]]"
    XmlDeclaration declaration_;
};

} // namespace xmpp
