#include "doctor/checks.h"
#include "doctor/raw_connection.h"
#include "probe/deadline.h"

namespace doctor {

namespace {

constexpr base::Duration kRefusalPatience{3'000};
constexpr size_t kMostBytes = 64UL * 1024;

// HAProxy says nowhere who it is, but its refusal of what is no HTTP has words of its own.
Front by_refusal(Visit& visit, const std::string& url) {
    RawConnection connection(visit.reach);
    if (!connection.open(url, kRefusalPatience)) return Front::Unknown;
    connection.send("GET / HTTP/1.1\r\nHost: " + parts_of(url).authority +
                    "\r\nthis is no field\r\n\r\n");
    std::string answer;
    probe::Deadline deadline(kRefusalPatience);
    while (!connection.closed() && !deadline.over() && answer.size() < kMostBytes) {
        answer += connection.receive(deadline.left());
        if (front_of_refusal(answer) != Front::Unknown) break;
    }
    return front_of_refusal(answer);
}

} // namespace

void check_front(Visit& visit, const std::string& url) {
    visit.front = visit.plan.front;
    if (visit.front != Front::Unknown) return;
    Answer answer = visit.http.ask({.url = url});
    std::string how = "it says so: " + answer.field("server");
    visit.front = front_of_server(answer.field("server"));
    if (visit.front == Front::Unknown) {
        visit.front = by_refusal(visit, url);
        how = "by how it refuses what is no HTTP";
    }
    if (visit.front == Front::Unknown) return;
    visit.findings.ok(
        "front",
        std::string(name_of(visit.front)) + " stands in front of " + parts_of(url).authority, how);
}

} // namespace doctor
