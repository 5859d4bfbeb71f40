// doctor_plan() — from the command line and the configuration to what is to be examined.
// Errors: text for standard error; then the exit code is kExitUsageOrConfig.
#pragma once

#include "cm/config.h"
#include "cm/options.h"
#include "doctor/plan.h"

#include <expected>
#include <iosfwd>
#include <string>

namespace cm {

// The configuration file that the command line names, as an option or as the target; empty: none.
[[nodiscard]] std::string config_file_of(const DoctorCommand& command);

// `config`: nullptr if there is none. `input`: where `--password-file -` reads.
[[nodiscard]] std::expected<doctor::Plan, std::string>
doctor_plan(const DoctorCommand& command, const Config* config, std::istream& input);

} // namespace cm
