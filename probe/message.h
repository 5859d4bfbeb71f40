// message — the message that is sent each way, and how it is known again.
#pragma once

#include "probe/element.h"

#include <string>
#include <string_view>
#include <vector>

namespace probe {

// Not in use by anybody else.
[[nodiscard]] std::string new_message_id();

// A headline to one session, which servers neither archive nor keep for later.
[[nodiscard]] std::string message_to(std::string_view jid, std::string_view id,
                                     std::string_view words = "boshcm probe");

enum class Delivery : uint8_t { Awaited, Arrived, Returned };
[[nodiscard]] Delivery delivery_of(const std::vector<Element>& received, std::string_view id);

} // namespace probe
