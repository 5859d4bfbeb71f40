// glance — what one complete element says, by looking for text in it: no DOM, no namespaces.
// For peers that are known and well behaved, whose elements the framer has found already.
#pragma once

#include "base/slice.h"

#include <string_view>

namespace load {

// "features" of <stream:features …>.
[[nodiscard]] std::string_view local_name(base::ByteView element);
// Of the start tag, as it is written; empty: there is none, or nothing in it.
[[nodiscard]] std::string_view attribute(base::ByteView element, std::string_view name);
// What stands between <name …> and </name>; empty: there is none, or nothing in it.
[[nodiscard]] std::string_view text_of(base::ByteView element, std::string_view name);
// Of the first element inside this one, such as the condition of an error; empty: there is none.
[[nodiscard]] std::string_view first_child(base::ByteView element);

} // namespace load
