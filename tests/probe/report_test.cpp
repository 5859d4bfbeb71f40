// Rows: -
#include "probe/report.h"
#include "probe/report_json.h"
#include "probe/report_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

using probe::Problem;
using probe::Step;
using probe::Way;
using testing::HasSubstr;
using testing::Not;

namespace {

Step step(Way way, std::string name, int milliseconds = 0) {
    Step made;
    made.way = way;
    made.name = std::move(name);
    made.took = base::Duration(milliseconds);
    return made;
}

Step failed(Way way, std::string name, Problem problem, std::string detail = "seen") {
    Step made = step(way, std::move(name));
    made.finding = probe::Finding(
        problem, {.domain = "chat.example", .place = "host:5222", .detail = std::move(detail)});
    return made;
}

TEST(ReportTest, IsGoodAsLongAsEveryStepIs) {
    probe::Report report;
    EXPECT_TRUE(report.add(step(Way::Native, "tcp")));
    EXPECT_TRUE(report.ok());
    EXPECT_FALSE(report.add(failed(Way::Native, "tls", Problem::CertificateExpired)));
    EXPECT_FALSE(report.ok());
}

TEST(ReportTest, TheVerdictIsAboutTheFirstThatFailed) {
    probe::Report report;
    report.add(failed(Way::Native, "tcp", Problem::ConnectionRefused));
    report.add(failed(Way::Web, "session", Problem::ServerUnreachable));
    EXPECT_EQ(report.verdict(), "Nothing listens at host:5222. Start the XMPP server, or correct "
                                "the port in the SRV record or the configuration.");
}

TEST(ReportTest, TheVerdictSaysThatNobodyLoggedIn) {
    probe::Report report;
    report.add(step(Way::Native, "tcp"));
    EXPECT_THAT(report.verdict(), HasSubstr("no login was tried"));
    report.add(step(Way::Native, "login"));
    EXPECT_EQ(report.verdict(), "All steps succeeded.");
}

TEST(ReportTest, EachStepIsToldWhenItIsOver) {
    std::vector<std::string> told;
    probe::Report report([&](const Step& each) { told.push_back(each.name); });
    report.add(step(Way::Native, "tcp"));
    EXPECT_THAT(told, testing::ElementsAre("tcp"));
}

TEST(ReportTextTest, ALineHasMarkWayStepTimeAndFacts) {
    Step made = step(Way::Native, "tls", 31);
    made.add("version", "TLSv1.3");
    made.add("days_left", int64_t{12});
    made.add("chain", std::vector<std::string>{"CN=a", "CN=b"});
    made.add("records", std::vector<std::string>{});
    EXPECT_EQ(probe::line_of(made), "ok      native tls                  31 ms  version=TLSv1.3  "
                                    "days_left=12  chain=\"CN=a, CN=b\"  records=none\n");
}

TEST(ReportTextTest, AFailureIsSaidBelow) {
    EXPECT_EQ(probe::line_of(failed(Way::Web, "url", Problem::BoshcmNoAnswer)),
              "FAILED  web    url                   0 ms\n"
              "        host:5222 does not answer in time.\n");
}

TEST(ReportTextTest, TheLastLineNamesTheProblem) {
    probe::Report report;
    report.add(failed(Way::Web, "url", Problem::BoshcmNoAnswer));
    EXPECT_THAT(probe::last_line_of(report),
                testing::StartsWith("[boshcm-no-answer] host:5222 does not answer in time. Look "));
}

TEST(ReportTextTest, ControlCharactersOfAPeerDoNotReachTheTerminal) {
    EXPECT_EQ(probe::printable("a\x1b]0;b\x07\r\n\x7f"), "a\\x1b]0;b\\x07\\x0d\\x0a\\x7f");
    EXPECT_EQ(probe::printable("\xc2\x9b"
                               "31m"),
              "\\xc2\x9b"
              "31m");
    EXPECT_EQ(probe::printable("ünï"), "ünï");
    EXPECT_EQ(probe::printable(std::string(400, 'x')).size(), 303U);
}

TEST(ReportJsonTest, IsOneObjectOnALine) {
    probe::Report report;
    Step good = step(Way::Native, "tls", 31);
    good.add("days_left", int64_t{12});
    good.add("chain", std::vector<std::string>{"CN=a"});
    report.add(std::move(good));
    report.add(failed(Way::Web, "login", Problem::CredentialsRefused, "not-authorized"));
    std::string text = probe::to_json(report, "chat.example");
    EXPECT_EQ(text.find('\n'), text.size() - 1);

    auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["ok"], false);
    EXPECT_EQ(json["domain"], "chat.example");
    EXPECT_EQ(json["problem"], "credentials-refused");
    EXPECT_EQ(json["verdict"], report.verdict());
    ASSERT_EQ(json["steps"].size(), 2U);
    EXPECT_EQ(json["steps"][0], (nlohmann::json{{"way", "native"},
                                                {"name", "tls"},
                                                {"ok", true},
                                                {"ms", 31},
                                                {"days_left", 12},
                                                {"chain", {"CN=a"}}}));
    EXPECT_EQ(json["steps"][1]["problem"], "credentials-refused");
    EXPECT_THAT(json["steps"][1]["sentence"].get<std::string>(), HasSubstr("not-authorized"));
    EXPECT_THAT(json["steps"][1]["advice"].get<std::string>(), HasSubstr("password file"));
}

TEST(ReportJsonTest, BytesThatAreNoTextAreReplaced) {
    probe::Report report;
    report.add(failed(Way::Native, "features", Problem::NotXmpp, "it said \"\xff\xfe\x01\""));
    auto json = nlohmann::json::parse(probe::to_json(report, "chat.example"));
    EXPECT_THAT(json["steps"][0]["sentence"].get<std::string>(), HasSubstr("it said \""));
    EXPECT_THAT(probe::to_json(report, "d"), Not(HasSubstr("\xff")));
}

} // namespace
