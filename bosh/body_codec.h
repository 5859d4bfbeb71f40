// BodyCodec — <body/> from the bytes of a request.
//
// A request body is looked at twice: by the scanner, which finds where each payload starts and
// ends, and by libxml2, which says whether it is legal XML and reads the attributes. They must
// agree. Payloads are then the client's own bytes, with only those declarations added which they
// inherited from the wrapper and which the stream does not have (B-027). A payload that hangs on
// the wrapper's default namespace simply loses it: on the stream it falls under jabber:client, at
// any depth, which is what B-028 asks for.
//
// Spec:   XEP-0124 §6, §22; XEP-0206 §2-§5; B-002..B-008, B-018, B-025..B-030.
// Errors: see Decoded. Every fault is `bad-request` on the wire; Error::what names the rule.
// Life:   one codec per worker; Decoded may be kept, it owns or shares what it needs.
#pragma once

#include "base/env.h"
#include "base/error.h"
#include "bosh/body.h"
#include "xmpp/inherited.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_check.h"

#include <optional>
#include <vector>

namespace bosh {

class BodyCodec {
public:
    BodyCodec(base::Env& env, xmpp::XmlCheck& check, size_t max_element_bytes);

    void limit_elements(size_t max_bytes);
    [[nodiscard]] Decoded decode(const base::Slice& document);

private:
    struct Range {
        size_t begin, end, name_end;
    };
    std::optional<base::Error> find_payloads(base::ByteView document, size_t& root_end);
    std::optional<base::Error> cut_payloads(const base::Slice& document, BodyIn& body);

    base::Env& env_;
    xmpp::XmlCheck& check_;
    xmpp::StreamFramer framer_;
    std::vector<Range> payloads_; // of the document at hand, as is this; capacity is kept
    xmpp::InheritanceVisitor inheritance_;
};

} // namespace bosh
