// fill_random — unpredictable bytes from the cryptographic generator of OpenSSL.
// Errors: none; a system without randomness cannot be served, the program stops.
#pragma once

#include <cstdint>
#include <span>

namespace tls {

void fill_random(std::span<uint8_t> bytes);

} // namespace tls
