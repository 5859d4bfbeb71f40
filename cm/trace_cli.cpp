// `boshcm trace`: what a session says and hears, printed as it happens.

#include "admin/url_query.h"
#include "cm/admin_cli.h"
#include "cm/options.h"
#include "cm/text_table.h"

#include <array>
#include <csignal>
#include <ostream>
#include <string_view>

namespace cm {

namespace {

using base::Json;

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C ends the waiting, not the program: the daemon is to hear that nobody listens any more.
void end_by_interrupt() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

// Seven characters each.
std::string_view arrow(std::string_view direction) {
    struct Drawn {
        std::string_view direction;
        std::string_view arrow;
    };
    constexpr std::array kArrows = {
        Drawn{"from-client", "C ->  .  "}, Drawn{"to-client", "C <-  .  "},
        Drawn{"from-server", "  .  <- S"}, Drawn{"to-server", "  .  -> S"}};
    for (const Drawn& each : kArrows) {
        if (each.direction == direction) return each.arrow;
    }
    return "  .  *   ";
}

} // namespace

void AdminCli::print_event(const Json& event) {
    // "2026-01-02T03:04:05.678Z"
    constexpr size_t kTimeAt = sizeof "2026-01-02T" - 1;
    constexpr size_t kTimeSize = sizeof "03:04:05.678" - 1;
    std::string at = event["at"].words();
    out_ << (at.size() > kTimeAt ? at.substr(kTimeAt, kTimeSize) : at) << "  "
         << printable(event["sid"].words()) << "  " << arrow(event["direction"].words()) << "  "
         << printable(event["kind"].words());
    if (event["bytes"].integer().value_or(0) > 0) out_ << "  " << event["bytes"].words() << " B";
    if (std::string text = printable(event["text"].words()); !text.empty()) out_ << "  " << text;
    out_ << '\n' << std::flush; // each as it comes
}

int AdminCli::follow(const std::string& id, bool until_it_ends) {
    std::string after = "0";
    int64_t dropped = 0;
    while (interrupted == 0) {
        std::string path = "/api/traces/" + id;
        path.append("?after=").append(after);
        auto answer = client_.ask("GET", path);
        if (!answer && answer.error().empty()) break; // by a signal
        if (!answer) {
            err_ << "boshcm: " << answer.error() << '\n';
            return kExitNoDaemon;
        }
        if (answer->status != 200) return complain(answer->json);
        int64_t lost = answer->json["dropped"].integer().value_or(0);
        if (lost > dropped) err_ << "boshcm: " << lost - dropped << " events were dropped\n";
        dropped = lost;
        after = answer->json["next"].words();
        for (const Json& event : answer->json["events"].array()) {
            if (command_.json) {
                out_ << event.text() << '\n' << std::flush;
            } else {
                print_event(event);
            }
            if (until_it_ends && event["kind"].words() == "session.ended") return kExitOk;
        }
    }
    return kExitOk;
}

int AdminCli::trace() {
    bool by_jid = command_.subject.contains('@');
    auto begun = client_.ask(
        "POST", "/api/traces",
        Json::Object{{by_jid ? "jid" : "sid", command_.subject}, {"bodies", command_.bodies}});
    if (!begun) {
        err_ << "boshcm: " << begun.error() << '\n';
        return kExitNoDaemon;
    }
    if (begun->status != 200) return complain(begun->json);
    end_by_interrupt();
    std::string id = admin::url_encoded(begun->json["id"].words());
    int status = follow(id, !by_jid);
    // If that fails, it ends by itself.
    [[maybe_unused]] auto ended = client_.ask("DELETE", "/api/traces/" + id);
    return status;
}

} // namespace cm
