#include "base/rfc3339.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using namespace std::chrono_literals;

// Rows: -
TEST(Rfc3339Test, IsInUtcToTheSecondOrTheMillisecond) {
    std::chrono::sys_seconds time{1'700'000'000s};
    EXPECT_EQ(rfc3339(time), "2023-11-14T22:13:20Z");
    EXPECT_EQ(rfc3339(time + 7ms), "2023-11-14T22:13:20.007Z");
    EXPECT_EQ(rfc3339(time + 0ms), "2023-11-14T22:13:20.000Z");
    EXPECT_EQ(rfc3339(std::chrono::sys_seconds{1'709'208'000s}), "2024-02-29T12:00:00Z");
    EXPECT_EQ(rfc3339(std::chrono::sys_seconds{0s}), "1970-01-01T00:00:00Z");
}

} // namespace
} // namespace base
