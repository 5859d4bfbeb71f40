#include "doctor/checks.h"

#include <cstdlib>

namespace doctor {

namespace {

constexpr uint64_t kOfSession = 3;      // two connections of the client and a stream
constexpr uint64_t kTooFew = 1'000;     // sessions: systems give 1,024 descriptors if nobody asks
constexpr const char* kUnit = "262144"; // as in conf/systemd/boshcm.service

// "process_max_fds 1024" in a page of metrics; 0: it is not there.
uint64_t value_of(const std::string& page, std::string_view name) {
    std::string line = '\n' + std::string(name) + ' ';
    size_t at = page.find(line);
    if (at == page.npos) return 0;
    return static_cast<uint64_t>(std::strtod(page.c_str() + at + line.size(), nullptr));
}

} // namespace

void check_daemon(Visit& visit) {
    if (!visit.plan.own || visit.plan.own->admin_url.empty()) return;
    const OwnFacts& own = *visit.plan.own;
    Reach reach;
    reach.door.socket = own.admin_socket;
    Http http(reach);
    Ask ask{.url = own.admin_url};
    if (!own.admin_token.empty()) ask.fields.push_back("Authorization: Bearer " + own.admin_token);
    Answer answer = http.ask(ask);
    if (answer.failed() || answer.status != 200) {
        visit.hint("daemon-not-asked", "boshcm could not be asked about itself",
                   answer.description(),
                   "The admin listener tells how many descriptors the running daemon may open. The "
                   "doctor needs the rights to ask it, on the host where boshcm runs.");
        return;
    }
    uint64_t descriptors = value_of('\n' + answer.body, "process_max_fds");
    uint64_t room = descriptors / kOfSession;
    if (descriptors == 0) return;
    std::string seen = "process_max_fds " + std::to_string(descriptors);
    std::vector<Fix> lines = {{.program = "systemd",
                               .place = "[Service]",
                               .remove = {"LimitNOFILE"},
                               .add = {std::string("LimitNOFILE=") + kUnit}}};
    std::string title = "boshcm may open " + std::to_string(descriptors) +
                        " descriptors: enough for some " + std::to_string(room) + " sessions";
    std::string why = "Who comes later is refused, though bosh/@max-sessions says " +
                      std::to_string(own.max_sessions) + '.';
    if (room < kTooFew && room < own.max_sessions) {
        visit.problem("descriptors-few", title, seen, why, lines);
    } else if (room < own.max_sessions / 2) {
        visit.hint("descriptors-few", title, seen, why, lines);
    } else {
        visit.findings.ok("descriptors", title, seen);
    }
}

} // namespace doctor
