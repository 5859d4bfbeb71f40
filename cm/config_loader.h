// load() — from a file to a Config, or to everything that is wrong with the file.
// Three steps, each complaining in the same words: is it XML, does it follow conf/cm.xsd, does it
// make sense (names unique, limits in order, directories there).
// Spec:   S-010 for the XML (no DTD, no entities, no network), the conf/ schema for the rest.
// Units:  a file may have 1 MiB; beyond it is not read.
// Errors: all of them at once, in the order of lines; XML that is not well-formed ends the search.
// Life:   the result is a value; nothing of libxml2 stays.
#pragma once

#include "cm/config.h"
#include "cm/config_error.h"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace cm {

inline constexpr size_t kMaxConfigFileBytes = 1024UL * 1024;

using LoadResult = std::expected<Config, std::vector<ConfigError>>;

[[nodiscard]] LoadResult load(const std::string& path);

// The same for text at hand; `path` is for messages and for names relative to its directory.
[[nodiscard]] LoadResult load_text(std::string_view text, const std::string& path);

} // namespace cm
