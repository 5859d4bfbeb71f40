// http_fault — what it means that libcurl got no answer: rules without I/O.
#pragma once

#include "probe/problem.h"

#include <string_view>

namespace probe {

struct CurlFailure {
    int code = 0;           // CURLE_*
    long verify_result = 0; // X509_V_ERR_* of the certificate's chain, 0: nothing against it
    long system_error = 0;  // errno of the connection, if it came to that
    std::string_view text;
};
[[nodiscard]] Problem problem_of(const CurlFailure& failure);

} // namespace probe
