// Random lives of a session against a client, a network and a server that play by the rules and
// break nothing but connections. BOSHCM_SCHEDULES: how many; BOSHCM_SEED: the first seed;
// BOSHCM_REPLAY: one schedule as a failure prints it, told in full.

#include "tests/bosh/model/world.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace bosh::model {
namespace {

constexpr uint64_t kSchedules = 100'000; // with sanitizers about 15 s

uint64_t from_environment(const char* name, uint64_t otherwise) {
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): one thread
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

std::string verdict_on(const Schedule& schedule, std::string* trace = nullptr) {
    return World(schedule.seed, trace).run(schedule);
}

std::string story_of(const Schedule& schedule) {
    std::string story;
    std::string verdict = verdict_on(schedule, &story);
    return story + verdict + "\nBOSHCM_REPLAY='" + to_text(schedule) + "'\n";
}

// Rows: B-102, B-105, B-107, B-108, B-112, B-115, B-119, B-120, B-130, B-132, B-133, B-134
// Rows: B-137, B-140, B-141, B-142, B-144, B-145, B-164, B-165, B-181, B-183, B-184, B-224, B-227
// Rows: B-103, B-116, B-200, B-202, B-203, B-205, B-206, B-207, B-208, B-209, B-228, B-262, B-263
// Rows: B-264, B-266, B-267, X-040, X-041, X-042, U-056, U-070, U-072
TEST(Schedules, ASessionKeepsItsPromisesInEveryLife) {
    uint64_t first = from_environment("BOSHCM_SEED", 1);
    uint64_t count = from_environment("BOSHCM_SCHEDULES", kSchedules);
    for (uint64_t seed = first; seed < first + count; ++seed) {
        Schedule schedule = draw(seed);
        std::string verdict = verdict_on(schedule);
        if (verdict.empty()) continue;
        Schedule shortest =
            shrink(schedule, [&](const Schedule& less) { return verdict_on(less) == verdict; });
        FAIL() << "seed " << seed << "\n" << story_of(shortest);
    }
}

// Rows: -
TEST(Schedules, OneIsReplayedFromItsText) {
    const char* text = std::getenv("BOSHCM_REPLAY"); // NOLINT(concurrency-mt-unsafe): one thread
    if (text == nullptr) GTEST_SKIP() << "BOSHCM_REPLAY names no schedule";
    std::optional<Schedule> schedule = from_text(text);
    ASSERT_TRUE(schedule) << "not a schedule: " << text;
    std::string story = story_of(*schedule);
    EXPECT_EQ(verdict_on(*schedule), "") << story;
}

} // namespace
} // namespace bosh::model
