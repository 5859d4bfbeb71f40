// SourceTags — in which line each start tag and each attribute of a document stands.
// libxml2 knows only the line where a start tag ends, which for a long <bosh …> is not the line of
// the attribute that is wrong. The text has been accepted as well-formed XML without a DTD before,
// so that quotes, comments and CDATA are all this scan must know.
// Life:   a function over the text; the result holds copies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cm {

struct SourceTag {
    struct Attribute {
        std::string name; // as written, prefix included
        int line = 0;
    };
    int line = 0;
    std::vector<Attribute> attributes;

    // The line of the attribute, or of the tag if it is not there.
    [[nodiscard]] int line_of(std::string_view attribute) const;
};

// All start tags, in the order of the document.
[[nodiscard]] std::vector<SourceTag> find_source_tags(std::string_view well_formed);

} // namespace cm
