#include "doctor/checks.h"
#include "doctor/clock.h"

#include <algorithm>
#include <cctype>
#include <curl/curl.h>

namespace doctor {

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void check_type(Visit& visit, const Answer& answer) {
    std::string type = lower(answer.field("content-type"));
    size_t charset = type.find("charset=");
    bool utf8 = charset == type.npos || type.find("utf-8", charset) != type.npos;
    if (type.starts_with("text/xml") && utf8) return;
    visit.problem(
        "content-type-changed", "Answers are not called what boshcm calls them",
        "Content-Type: " + answer.field("content-type"),
        "Clients that look at it do not take the answer for XML, or read letters wrongly. "
        "boshcm writes text/xml; charset=utf-8.",
        visit.fixes(Topic::ContentType));
}

void check_compression(Visit& visit, const Answer& answer) {
    std::string coding = answer.field("content-encoding");
    if (coding.empty() || (visit.plan.own && visit.plan.own->compression)) return;
    std::string why = "The length of a compressed answer tells what TLS should hide. boshcm "
                      "compresses only if its configuration says so (bosh/@compression).";
    if (visit.plan.own) {
        visit.warning("answers-compressed", "The proxy compresses answers",
                      "Content-Encoding: " + coding, why, visit.fixes(Topic::Compression));
    } else {
        visit.hint("answers-compressed", "Answers are compressed", "Content-Encoding: " + coding,
                   why, visit.fixes(Topic::Compression));
    }
}

void check_clock(Visit& visit, const Answer& answer) {
    std::string date = answer.field("date");
    time_t theirs = curl_getdate(date.c_str(), nullptr);
    if (date.empty() || theirs < 0) return;
    compare_clocks(visit, {.name = "clock",
                           .whose = "the web server",
                           .seen = "Date: " + date,
                           .theirs = theirs,
                           .ours = std::chrono::system_clock::to_time_t(answer.ended)});
}

} // namespace

void check_answer(Visit& visit, const Answer& answer) {
    check_type(visit, answer);
    check_compression(visit, answer);
    check_clock(visit, answer);
}

} // namespace doctor
