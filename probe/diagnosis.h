// diagnosis — from what a step met to the Problem it is: rules without I/O.
// Spec:   RFC 6120 §4.9.3 (stream errors), §6.5 (SASL failures); XEP-0124 §17.2 (conditions).
#pragma once

#include "base/error.h"
#include "probe/problem.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

// What connecting ended with.
[[nodiscard]] Problem problem_of_connecting(const base::Error& error);

// What an open connection, STARTTLS or TLS on it ended with. `heard`: the first bytes that came in
// clear, for they may tell which service it is instead.
[[nodiscard]] Problem problem_of_stream(const base::Error& error, std::string_view heard);

// A stream error's condition.
[[nodiscard]] Problem problem_of_stream_error(std::string_view condition);

// The condition in a SASL <failure/>.
[[nodiscard]] Problem problem_of_sasl_failure(std::string_view condition);

// An HTTP answer that should have been a <body/>; None if it may be one.
struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string location;
    std::string body;
};
[[nodiscard]] Problem problem_of_answer(const HttpAnswer& answer);
// "502 Bad Gateway, text/html", with the first words of what is no markup.
[[nodiscard]] std::string description_of(const HttpAnswer& answer);

// The condition of a <body type='terminate'/>.
[[nodiscard]] Problem problem_of_condition(std::string_view condition);

// Which of the mechanisms offered is taken, the best first; empty: none of them can be used.
[[nodiscard]] std::string mechanism_for(const std::vector<std::string>& offered, bool anonymous);

} // namespace probe
