// sid_hint — the sid that a body seems to have, found without reading it as XML.
// It serves to bring a request to the worker that has the session; that one reads the body, and
// answers as if the hint had never been. What is not found, or wrong, costs nothing but a way.
// Life:   the view is one of the body.
#pragma once

#include "base/slice.h"

namespace bosh {

// Empty: none that could be seen.
[[nodiscard]] base::ByteView sid_hint(base::ByteView body);

} // namespace bosh
