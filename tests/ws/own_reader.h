// read_with_ours — what our FrameReader makes of a client's bytes, in the words of FrameTrace.
#pragma once

#include "ws/frame_codec.h"

#include <string>
#include <string_view>

namespace ws {

// Given to it in portions of so many bytes. Asserts that no more is kept than a message may have.
[[nodiscard]] std::string read_with_ours(std::string_view bytes, size_t portion,
                                         const FrameLimits& limits);

} // namespace ws
