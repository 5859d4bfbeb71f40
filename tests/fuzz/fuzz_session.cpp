// Any bytes as the life of a session: the model's rules hold in it.
#include "tests/bosh/model/world.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using bosh::model::World;
    bosh::model::Schedule schedule = bosh::model::from_bytes({data, size});
    std::string verdict = World(schedule.seed).run(schedule);
    if (verdict.empty()) return 0;
    std::string story;
    (void)World(schedule.seed, &story).run(schedule);
    std::fprintf(stderr, "%s%s\nBOSHCM_REPLAY='%s'\n", story.c_str(), verdict.c_str(),
                 to_text(schedule).c_str());
    std::abort();
}
