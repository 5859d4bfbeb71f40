// Error, Result — how a function says that input, network or peer was at fault.
// Life:   values; `what` is a literal that names the rule broken, for the log, never for the peer.
// Faults of our own are CM_ASSERT: on in every build, because a wrong packet switch is worse than
// a stopped one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <expected>

namespace base {

enum class Category : uint8_t { Net, Tls, Http, Xml, Stream, Bosh, Ws };

struct Error {
    Category category;
    uint16_t code = 0; // enumerator of the room that raised it; Net: positive errno
    uint32_t at = 0;   // byte offset in the input, where that makes sense
    const char* what = "";
};

template <class T>
using Result = std::expected<T, Error>;

template <class Code>
[[nodiscard]] constexpr std::unexpected<Error> fail(Category category, Code code, const char* what,
                                                    size_t at = 0) {
    return std::unexpected(Error{.category = category,
                                 .code = static_cast<uint16_t>(code),
                                 .at = static_cast<uint32_t>(at),
                                 .what = what});
}

[[noreturn]] inline void assertion_failed(const char* expression, const char* file, int line) {
    std::fprintf(stderr, "boshcm: assertion failed: %s (%s:%d)\n", expression, file, line);
    std::abort();
}

} // namespace base

#define CM_ASSERT(expression)                                                                      \
    (static_cast<bool>(expression) ? void(0)                                                       \
                                   : ::base::assertion_failed(#expression, __FILE__, __LINE__))
