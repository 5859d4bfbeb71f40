// What is found: the order, the verdict, and both reports.
// Rows: -
#include "doctor/finding.h"
#include "doctor/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace doctor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Finding finding(Severity severity, std::string name) {
    return {severity, name, "Title of " + name, "seen", "why", {}};
}

std::vector<std::string> names_of(const std::vector<Finding>& findings) {
    std::vector<std::string> names;
    for (const Finding& each : findings) names.push_back(each.name);
    return names;
}

TEST(FindingsTest, TheWorstComesFirstAndAmongEqualsTheFirst) {
    Findings findings;
    findings.ok("fine", "", "");
    findings.add(finding(Severity::Problem, "cause"));
    findings.add(finding(Severity::Hint, "hint"));
    findings.add(finding(Severity::Problem, "effect"));
    findings.add(finding(Severity::Warning, "warning"));
    EXPECT_THAT(names_of(findings.by_severity()),
                ElementsAre("cause", "effect", "warning", "hint", "fine"));
    EXPECT_FALSE(findings.ok());
    EXPECT_TRUE(findings.has("hint") && !findings.has("other"));
    EXPECT_EQ(findings.verdict(), "2 problems found: Title of cause, and others.");
}

TEST(FindingsTest, WarningsAreNoProblem) {
    Findings findings;
    EXPECT_EQ(findings.verdict(), "No problem found.");
    findings.add(finding(Severity::Warning, "a"));
    EXPECT_TRUE(findings.ok());
    EXPECT_EQ(findings.verdict(), "No problem found, but 1 warning.");
    Findings others;
    others.add(finding(Severity::Problem, "b"));
    findings.add_all(std::move(others));
    EXPECT_EQ(findings.verdict(), "1 problem found: Title of b.");
}

Diagnosis diagnosis() {
    Diagnosis diagnosis;
    diagnosis.front = Front::Nginx;
    diagnosis.domain = "chat.example";
    diagnosis.findings.add({Severity::Problem,
                            "held-request-cut",
                            "Cut\x1b[31m",
                            "after 2.0 s",
                            "It matters.",
                            {{"nginx",
                              "location = /http-bind",
                              {"proxy_read_timeout"},
                              {"proxy_read_timeout 75s;"}}}});
    diagnosis.findings.ok("clock", "The clocks agree", "now");
    return diagnosis;
}

TEST(ReportTest, AsTextWithTheLinesToChange) {
    EXPECT_EQ(to_text(diagnosis(), false), "1 problem found: Cut\\x1b[31m.\n"
                                           "\n"
                                           "problem  Cut\\x1b[31m [held-request-cut]\n"
                                           "    Seen: after 2.0 s\n"
                                           "    It matters.\n"
                                           "    nginx, in location = /http-bind:\n"
                                           "      - proxy_read_timeout ...\n"
                                           "      + proxy_read_timeout 75s;\n"
                                           "ok       The clocks agree (now)\n");
}

TEST(ReportTest, ColoursAreOursAloneAndForTerminals) {
    std::string text = to_text(diagnosis(), true);
    EXPECT_THAT(text, HasSubstr("\x1b[1;31mproblem\x1b[0m  Cut\\x1b[31m"));
    EXPECT_THAT(to_text(diagnosis(), false), Not(HasSubstr("\x1b")));
}

TEST(ReportTest, AsJson) {
    auto object = nlohmann::json::parse(to_json(diagnosis()));
    EXPECT_EQ(object["ok"], false);
    EXPECT_EQ(object["front"], "nginx");
    EXPECT_EQ(object["findings"][0]["severity"], "problem");
    EXPECT_EQ(object["findings"][0]["fixes"][0]["add"][0], "proxy_read_timeout 75s;");
    EXPECT_EQ(object["findings"][1]["name"], "clock");
}

} // namespace
} // namespace doctor
