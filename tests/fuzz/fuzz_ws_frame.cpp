// Any bytes as what a WebSocket client sends: our reader says the same however they are cut, and
// the same as wslay. The first byte of an input chooses the cuts.

#include "base/error.h"
#include "tests/ws/own_reader.h"
#include "tests/ws/wslay_reader.h"

#include <cstdint>
#include <string>

namespace {

constexpr ws::FrameLimits kLimits = {.max_message_bytes = 300, .max_fragments = 5000};
constexpr size_t kMaxInputBytes = 4000;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0 || size > kMaxInputBytes) return 0;
    std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    bytes.append(ws::kWslayPaddingBytes, '\0');
    std::string whole = ws::read_with_ours(bytes, bytes.size(), kLimits);
    CM_ASSERT(whole == ws::read_with_ours(bytes, 1, kLimits));
    CM_ASSERT(whole == ws::read_with_ours(bytes, data[0] + 2U, kLimits));
    CM_ASSERT(whole == ws::read_with_wslay(bytes, kLimits.max_message_bytes));
    return 0;
}
