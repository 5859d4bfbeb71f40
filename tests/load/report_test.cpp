// Rows: -
#include "bench/load/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace load {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Report report_of_a_run() {
    Report report{.scenario = "echo",
                  .transport = "bosh",
                  .http = "2",
                  .url = "http://127.0.0.1/",
                  .unit = "messages",
                  .sessions = 4,
                  .online = 4,
                  .connect_seconds = 0.25,
                  .seconds = 2,
                  .due = 4000,
                  .arrived = 4000,
                  .bytes = 2'400'000,
                  .requests = 6000};
    report.latency.record(10ms);
    report.processes = {{.name = "cm",
                         .pid = 7,
                         .cpu_seconds = 0.5,
                         .bytes_before = 1024 * 1024,
                         .bytes_steady = 1024 * 1024 + 4 * 2048},
                        {.name = "gone", .pid = 8}};
    return report;
}

TEST(Report, DividesByWhatArrivedAndByWhoIsThere) {
    Report report = report_of_a_run();
    EXPECT_DOUBLE_EQ(report.cpu_per_thousand(report.processes[0]).value(), 0.125);
    EXPECT_DOUBLE_EQ(report.bytes_per_session(report.processes[0]).value(), 2048);
    EXPECT_DOUBLE_EQ(report.requests_per_unit().value(), 1.5);
    EXPECT_EQ(report.cpu_per_thousand(report.processes[1]), std::nullopt);
    EXPECT_EQ(report.bytes_per_session(report.processes[1]), std::nullopt);
    report.processes[0].bytes_steady = 1024 * 1024 - 4 * 2048; // it gave some back
    EXPECT_DOUBLE_EQ(report.bytes_per_session(report.processes[0]).value(), -2048);
}

TEST(Report, DividesNothingByNothing) {
    Report report = report_of_a_run();
    report.arrived = 0;
    report.online = 0;
    report.seconds = 0;
    report.latency = {};
    EXPECT_EQ(report.cpu_per_thousand(report.processes[0]), std::nullopt);
    EXPECT_EQ(report.bytes_per_session(report.processes[0]), std::nullopt);
    EXPECT_EQ(report.requests_per_unit(), std::nullopt);
    auto json = nlohmann::json::parse(to_json(report));
    EXPECT_TRUE(json["per_second"].is_null());
    EXPECT_TRUE(json["latency_ms"].is_null());
    EXPECT_THAT(to_text(report), Not(HasSubstr("nan")));
    EXPECT_THAT(to_text(report), Not(HasSubstr("inf")));
    report.connect_seconds.reset();
    EXPECT_THAT(to_text(report), HasSubstr("sessions    4, not waited for"));
}

TEST(Report, TellsProgramsAndPeopleTheSame) {
    Report report = report_of_a_run();
    auto json = nlohmann::json::parse(to_json(report));
    EXPECT_EQ(json["ok"], true);
    EXPECT_EQ(json["http_version"], "2");
    EXPECT_EQ(json["per_second"], 2000);
    EXPECT_EQ(json["bytes"], 2'400'000);
    EXPECT_EQ(json["http_requests_per_unit"], 1.5);
    EXPECT_EQ(json["latency_ms"]["p99.9"], 10);
    EXPECT_EQ(json["processes"][0]["cpu_seconds_per_1000"], 0.125);
    EXPECT_EQ(json["processes"][0]["pss_bytes_per_session"], 2048);
    EXPECT_TRUE(json["processes"][1]["cpu_seconds"].is_null());
    std::string text = to_text(report);
    for (const char* part : {"echo over bosh, HTTP/2, http://127.0.0.1/\n",
                             "steady      2.00 s, 4000 messages, 2000.0 a second", "max 10.000 ms",
                             "bytes       600 for each of messages, said and heard",
                             "cm          0.500 s of CPU, 125.00 ms per 1,000 messages",
                             "2.0 KiB a session", "gone        could not be asked to the end"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
}

TEST(Report, TellsOfNoHttpWhereThereIsNone) {
    Report report = report_of_a_run();
    report.http = {};
    EXPECT_THAT(to_text(report), testing::StartsWith("echo over bosh, http://127.0.0.1/\n"));
    EXPECT_TRUE(nlohmann::json::parse(to_json(report))["http_version"].is_null());
}

TEST(Report, IsNotGoodWithAFaultOrSomethingMissing) {
    Report report = report_of_a_run();
    report.missing = 1;
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(to_text(report), HasSubstr("missing     1 of 4000 messages"));
    report.missing = 0;
    report.faults = {{"timeout", 3}};
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(to_text(report), HasSubstr("error       3 times: timeout"));
    EXPECT_EQ(nlohmann::json::parse(to_json(report))["errors"]["timeout"], 3);
}

} // namespace
} // namespace load
