// StanzaReader — makes a Stanza of one element that the framer found in the server's stream.
// Spec:   U-012, U-017, U-062, U-071, X-008..X-011, X-030, X-044; B-029, B-030; D-27, D-28.
// Errors: Category::Xml: the element is no XMPP. XmlFault::Disagreement: libxml2 did not see one
//         element where the framer did.
// Life:   one for each worker; nothing is kept between calls.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/features_filter.h"
#include "xmpp/inherited.h"
#include "xmpp/stanza.h"
#include "xmpp/stream_error.h"
#include "xmpp/xml_check.h"

#include <cstddef>
#include <string>

namespace xmpp {

class StanzaReader {
public:
    StanzaReader(base::SlicePool& pool, XmlCheck& check) : pool_(pool), check_(check) {}

    struct Framed {
        base::Slice whole;    // the element, if it is in a block of its own already; else
        base::ByteView bytes; // the element
        size_t name_end = 0;  // the end of its name
    };
    // `wrapper` as in ServerHeader. `condition` is set if the stanza is a stream error.
    [[nodiscard]] base::Result<Stanza> read(base::ByteView wrapper, Framed element,
                                            const FeaturePolicy& policy,
                                            StreamCondition& condition);

private:
    [[nodiscard]] bool read_alone(base::ByteView wrapper, base::ByteView element, Stanza& stanza);
    [[nodiscard]] base::Result<void> read_in(base::ByteView wrapper, base::ByteView element,
                                             Stanza& stanza);
    [[nodiscard]] base::Result<Stanza> rewrite(Stanza stanza, const FeaturePolicy& policy,
                                               StreamCondition& condition);

    base::SlicePool& pool_;
    XmlCheck& check_;
    InheritanceVisitor inheritance_; // these two: kept to be used again
    std::string inherited_;
    std::string latest_wrapper_; // whose scope `inheritance_` has; empty: none
};

} // namespace xmpp
