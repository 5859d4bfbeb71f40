// The XMPP server's clock, which nobody on the web's way sees but who has logged in.
// Spec:   XEP-0202; the time is that of XEP-0082.
#include "doctor/account_session.h"
#include "doctor/clock.h"

#include <ctime>
#include <optional>
#include <string>

namespace doctor {

namespace {

constexpr std::string_view kTime = "urn:xmpp:time";

// "2026-11-29T05:00:00Z", perhaps with parts of a second.
std::optional<time_t> seconds_of(const std::string& utc) {
    std::tm parts{};
    const char* rest = ::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr || !utc.ends_with('Z')) return std::nullopt;
    return ::timegm(&parts);
}

} // namespace

void check_server_time(Visit& visit, const AccountSession& session) {
    auto time = ask_server(visit, session.stream, "time", kTime);
    const probe::Element* utc = time ? time->child("utc", kTime) : nullptr;
    if (utc == nullptr) return; // not every server tells
    auto theirs = seconds_of(utc->text);
    if (!theirs) return;
    compare_clocks(visit, {.name = "server-clock",
                           .whose = "the XMPP server",
                           .seen = "XEP-0202: " + utc->text,
                           .theirs = *theirs,
                           .ours = std::time(nullptr)});
}

} // namespace doctor
