// What of a changed file the running program says it cannot take.
// Rows: -
#include "cm/config_changes.h"
#include "cm/schema.h"
#include "tests/cm/config_text.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

using testing::ElementsAre;
using testing::IsEmpty;
using tests::loaded;
using tests::minimal_config;

namespace {

TEST(ConfigChangesTest, NamesWhatNeedsARestart) {
    cm::Config before = loaded(minimal_config());
    cm::Config after = before;
    after.workers = before.workers + 1;
    after.memory_budget_bytes = before.memory_budget_bytes + 1024;
    after.core_dumps = !before.core_dumps;
    after.name_servers.push_back(*net::Address::parse("192.0.2.53", 53));
    EXPECT_THAT(cm::changes_for_a_restart(before, after),
                ElementsAre("<workers count>", "<upstream name-servers>", "<memory budget>",
                            "<memory core-dumps>"));
}

TEST(ConfigChangesTest, SaysNothingOfTheRest) {
    cm::Config before = loaded(minimal_config());
    cm::Config after = before;
    after.bosh_path = "/elsewhere";
    after.limits.address_requests = 7;
    after.limits.memory_ceiling_bytes = 0;
    after.connect.pace.burst = 3;
    after.log_level = base::Level::Off;
    after.domains.clear();
    EXPECT_THAT(cm::changes_for_a_restart(before, after), IsEmpty());
}

TEST(ConfigChangesTest, SaysWhatIsInUseFromNowOn) {
    cm::Config before = loaded(minimal_config());
    cm::Config after = before;
    after.workers = before.workers + 1; // for a restart
    after.bosh.wait_max = std::chrono::seconds(30);
    after.domains.push_back(after.domains.front());
    after.domains.back().name = "new.example";
    std::vector<std::string> changes = cm::changes_in_use(before, after);
    EXPECT_THAT(changes, ElementsAre("<bosh wait>: 30s, was 60s",
                                     testing::StartsWith("+ <domain name=\"new.example\"")));
    EXPECT_THAT(cm::changes_in_use(after, before),
                ElementsAre("<bosh wait>: 60s, was 30s",
                            testing::StartsWith("- <domain name=\"new.example\"")));
    EXPECT_THAT(cm::changes_in_use(before, before), IsEmpty());
}

// The elements that are there once; a listener or a domain never needs a restart.
TEST(ConfigChangesTest, LooksWhereverTheSchemaSaysRestart) {
    std::set<std::string_view> elements;
    for (const cm::SchemaKey& key : cm::schema_keys()) {
        if (key.reload == "restart") elements.insert(key.element);
    }
    EXPECT_THAT(elements, ElementsAre("admin", "log", "memory", "upstream", "workers"));
}

} // namespace
