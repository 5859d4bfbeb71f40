// info_page — what a person sees who opens the BOSH path in a browser, to find out whether it
// works. It says nothing of versions, sessions or domains.
// Spec:   H-002, B-001: POST is the protocol; GET and HEAD get this if the operator likes.
#pragma once

#include "http/message.h"

namespace bosh {

[[nodiscard]] http::Response info_page();

} // namespace bosh
