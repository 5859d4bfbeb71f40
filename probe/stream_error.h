// stream_error — what a <stream:error/> says.
// Spec:   RFC 6120 §4.9.
#pragma once

#include "probe/element.h"
#include "probe/problem.h"

#include <string>

namespace probe {

struct StreamError {
    Problem problem = Problem::StreamError;
    std::string words; // its condition, and the text if there is one
};

[[nodiscard]] StreamError read_stream_error(const Element& error);

} // namespace probe
