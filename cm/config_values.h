// The values of attributes that are more than a word: how they are read, and written again. Those
// of one word are config_keys' own.
// Errors: false for a text that is no such value; the value is then unchanged, or of no use.
#pragma once

#include "hooks/settings.h"
#include "net/address.h"

#include <string>
#include <string_view>
#include <vector>

namespace cm {

// Several, with white space between them.
[[nodiscard]] bool read_value(std::vector<std::string>& value, std::string_view text);
[[nodiscard]] std::string spell_value(const std::vector<std::string>& value);

// Name servers, each with its port if it is not the usual one.
[[nodiscard]] bool read_value(std::vector<net::Address>& value, std::string_view text);
[[nodiscard]] std::string spell_value(const std::vector<net::Address>& value);

// Kinds of events that a webhook tells, each once.
[[nodiscard]] bool read_value(hooks::KindSet& value, std::string_view text);
[[nodiscard]] std::string spell_value(hooks::KindSet value);

// Of a file, as chmod has it.
[[nodiscard]] bool read_mode(unsigned& mode, std::string_view text);
[[nodiscard]] std::string spell_mode(unsigned mode);

} // namespace cm
