// probe_account — who is to log in, from the command line of the probe and of the doctor.
// Errors: text for standard error.
// Life:   the password is read here and is in the account only.
#pragma once

#include "probe/plan.h"

#include <expected>
#include <iosfwd>
#include <string>

namespace cm {

// "example.org" of "user@example.org"; empty: it names none.
[[nodiscard]] std::string domain_of_account(const std::string& account);

// `account` empty: nobody. `domain`: where it has to be. `input`: where "-" reads.
[[nodiscard]] std::expected<probe::Account, std::string>
read_account(const std::string& account, const std::string& password_file,
             const std::string& domain, std::istream& input);

} // namespace cm
