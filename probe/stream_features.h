// stream_features — what <stream:features/> say that matters to a login, as facts of a step.
// Spec:   RFC 6120 §6.3.3, §7.
#pragma once

#include "probe/element.h"
#include "probe/plan.h"
#include "probe/report.h"

#include <optional>
#include <string>
#include <vector>

namespace probe {

[[nodiscard]] std::vector<std::string> mechanisms_in(const Element& features);

// Adds them to the step, and returns the SASL mechanisms.
std::vector<std::string> add_facts(Step& step, const Element& features);

// Why the account could not log in with any of these; nullopt if it can, or if there is none.
[[nodiscard]] std::optional<std::string>
lack_of_mechanism(const std::vector<std::string>& mechanisms, const Account& account);

} // namespace probe
