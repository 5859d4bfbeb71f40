// Spelling — how the configuration writes durations, sizes and numbers, read and written.
// Units:  a duration needs its unit (ms, s, m, h); a size may have one (B, KiB, MiB, GiB).
// Errors: nullopt for any other text, and for what does not fit the result.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cm {

[[nodiscard]] std::optional<base::Duration> parse_duration(std::string_view text);
[[nodiscard]] std::optional<size_t> parse_size(std::string_view text);
[[nodiscard]] std::optional<uint64_t> parse_count(std::string_view text);

[[nodiscard]] std::string spell_duration(base::Duration duration); // "90s", "1500ms"
[[nodiscard]] std::string spell_size(size_t bytes);                // "256KiB", "1000B"

} // namespace cm
