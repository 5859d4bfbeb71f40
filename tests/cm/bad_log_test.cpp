// What is wrong with the log part of a configuration.
// Rows: -
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

std::vector<std::string> errors_of(const std::string& log) {
    std::vector<std::string> lines;
    cm::LoadResult result = cm::load_text(tests::minimal_config("<log " + log + "/>"), "cm.xml");
    if (!result)
        for (const cm::ConfigError& error : result.error()) lines.push_back(cm::to_string(error));
    return lines;
}

TEST(BadLogTest, AFormatThatIsNone) {
    EXPECT_THAT(
        errors_of("format='xml'"),
        ElementsAre("cm.xml:4: <log format=\"xml\">: found \"xml\", expected text, logfmt or "
                    "json"));
}

TEST(BadLogTest, AnAccessLogWithoutAFolder) {
    for (std::string name : {"access.log", "on", "./access.log", ""}) {
        std::string quoted = '"' + name + '"';
        EXPECT_THAT(errors_of("access='" + name + "'"),
                    ElementsAre("cm.xml:4: <log access=" + quoted + ">: found " + quoted +
                                ", expected off, log or the absolute name of a file"));
    }
}

} // namespace
