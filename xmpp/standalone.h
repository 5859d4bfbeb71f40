// Standalone — elements of the server's stream, written so that they can leave it.
//
// A stanza keeps the server's bytes and only gets the declarations spliced in that it inherited.
// Browsers, though, look for elements by their written names, so the few elements whose form they
// depend on are brought into the usual one: stanzas without a prefix, `stream:features` and
// `stream:error` with exactly that prefix, and each child of those with an xmlns of its own.
// Spec:   XEP-0206 §2; B-027, B-029, B-030, X-011, X-030, X-044, U-017; D-27, D-28, D-49.
// Errors: Category::Xml, only if the element was not checked before.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/inherited.h"
#include "xmpp/xml_check.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace xmpp {

// The document, rewritten so that no element in it has a prefix. What it means stays the same.
[[nodiscard]] base::Result<std::string> without_prefixes(XmlCheck& check, base::ByteView document);

// `<stream:features>` or `<stream:error>`, taken apart.
struct StreamElement {
    struct Child {
        ElementFacts facts;
        std::string document; // standing alone, its own name without a prefix
    };
    std::string attributes; // as they stand in the tag, each with a space before it
    std::vector<Child> children;

    // In the usual form: `<stream:LOCAL xmlns:stream='…'>`, the children, the end tag.
    [[nodiscard]] std::string to_string(std::string_view local) const;
};

// `document` is such an element in whatever form, standing alone already.
[[nodiscard]] base::Result<StreamElement> take_apart(XmlCheck& check, base::ByteView document);

} // namespace xmpp
