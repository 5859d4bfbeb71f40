// SessionId — a sid: node, worker and 136 random bits, in base64url. Every session has one, so it
// lies in the session itself.
// Spec:   XEP-0124 §7.2, §16.2; S-001, S-002. It is a bearer secret. The first three bytes are
//         routing: they say which process and worker hold the session, and nothing about it.
#pragma once

#include "base/error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bosh {

struct Place {
    uint16_t node = 0;
    uint8_t worker = 0;
};

class SessionId {
public:
    static constexpr size_t kLength = 27; // of all that are made here; none is longer

    explicit SessionId(std::string_view text) : length_(static_cast<uint8_t>(text.size())) {
        CM_ASSERT(text.size() <= kLength);
        std::ranges::copy(text, text_.begin());
    }
    // Valid as long as this stays where it is.
    [[nodiscard]] std::string_view view() const { return {text_.data(), length_}; }

private:
    std::array<char, kLength> text_{};
    uint8_t length_;
};

[[nodiscard]] SessionId make_session_id(Place place);
// What all sids of that place begin with. Anybody can make up a sid that does.
[[nodiscard]] std::string sid_prefix(Place place);
// The name of a stream within a session (B-261): unpredictable too.
[[nodiscard]] std::string make_stream_name();

} // namespace bosh
