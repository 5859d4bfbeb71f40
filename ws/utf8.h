// Utf8Check — is this text UTF-8, piece by piece? A character may be cut anywhere.
// Spec:   RFC 3629 §4; RFC 6455 §8.1; W-025. All of Unicode: what XML allows is XmlCheck's matter.
// Life:   four bytes; says no at the first byte that cannot be, so that nothing is kept of the
// rest.
#pragma once

#include "base/slice.h"

#include <cstdint>

namespace ws {

class Utf8Check {
public:
    // False once a byte does not fit; it is of no use afterwards.
    [[nodiscard]] bool feed(base::ByteView bytes);
    // The last character is whole.
    [[nodiscard]] bool complete() const { return missing_ == 0; }

private:
    [[nodiscard]] bool take(uint8_t byte);
    [[nodiscard]] bool begin(uint8_t lead);

    uint8_t missing_ = 0; // bytes of the character at hand
    uint8_t low_ = 0x80;  // the range of the next one
    uint8_t high_ = 0xBF;
};

} // namespace ws
