// stream_login — logging in on a stream that is ours to speak on: SASL, and a resource.
// Spec:   RFC 6120 §6, §7.
#pragma once

#include "probe/element_stream.h"
#include "probe/login.h"
#include "probe/plan.h"

#include <string>

namespace probe {

[[nodiscard]] bool is_features(const Element& element);

// The mechanism is one of those offered (mechanism_for()).
[[nodiscard]] LoginOutcome authenticate(ElementStream& stream, const std::string& mechanism,
                                        const std::string& domain, const Account& account,
                                        const Deadline& deadline);
// Begins the stream anew and asks for a resource: the outcome has the JID.
[[nodiscard]] LoginOutcome bind(ElementStream& stream, const Deadline& deadline);

} // namespace probe
