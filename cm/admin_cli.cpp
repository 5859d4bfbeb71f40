#include "cm/admin_cli.h"

#include "admin/url_query.h"
#include "cm/options.h"
#include "cm/session_ladder.h"
#include "cm/text_table.h"

#include <cmath>
#include <ostream>
#include <utility>
#include <vector>

namespace cm {

namespace {

using base::Json;
using What = AdminCommand::What;

// "42s", "5m10s", "3h02m", "9d04h".
std::string span(const Json& seconds) {
    if (seconds.is_null()) return "-";
    auto whole = static_cast<int64_t>(std::floor(std::stod(seconds.text())));
    auto two = [](int64_t number) { return std::to_string(100 + number).substr(1); };
    if (whole < 60) return std::to_string(whole) + "s";
    if (whole < 3'600) return std::to_string(whole / 60) + "m" + two(whole % 60) + "s";
    if (whole < 86'400) return std::to_string(whole / 3'600) + "h" + two(whole / 60 % 60) + "m";
    return std::to_string(whole / 86'400) + "d" + two(whole / 3'600 % 24) + "h";
}

std::string or_dash(const Json& value) {
    return value.is_null() ? "-" : value.words();
}

std::string joined(const Json& list, std::string_view between) {
    std::string all;
    for (const Json& each : list.array()) {
        if (!all.empty()) all += between;
        all += each.words();
    }
    return all;
}

std::string server(const Json& end) {
    if (end["address"].is_null()) return "-";
    const Json& tls = end["tls"];
    return end["address"].words() +
           (tls.is_null() ? ", in clear"
                          : ", " + tls["version"].words() + ", " + tls["cipher"].words());
}

std::string queue(const Json& session) {
    const Json& waiting = session["queue"];
    if (waiting["stanzas"].integer() == 0) return "-";
    return waiting["stanzas"].words() + " (" + waiting["bytes"].words() + " B)";
}

} // namespace

int run_admin_command(const AdminCommand& command, std::ostream& out, std::ostream& err) {
    auto place = find_admin_place(command);
    if (!place) {
        err << "boshcm: " << place.error() << '\n';
        return kExitUsageOrConfig;
    }
    const AdminClient client(*std::move(place));
    return AdminCli(command, client, out, err).run();
}

int AdminCli::run() {
    switch (command_.what) {
    case What::Status:
        return ask("GET", "/api/status", [this](const Json& said) { return print_status(said); });
    case What::Sessions: return list_sessions();
    case What::Session:
        return ask("GET", session_path(), [this](const Json& said) { return print_session(said); });
    case What::Kill:
        return ask("DELETE", session_path(), [this](const Json& said) {
            out_ << "ended " << printable(said["ended"].words()) << '\n';
            return kExitOk;
        });
    case What::Trace: return trace();
    case What::Drain: return drain();
    case What::Reload:
        return ask("POST", "/api/reload", [this](const Json& said) { return print_reload(said); });
    case What::LogLevel: break;
    }
    return set_log_level();
}

int AdminCli::ask(const char* method, const std::string& path, const Print& print,
                  const Json& body) {
    auto answer = client_.ask(method, path, body);
    if (!answer) {
        if (!answer.error().empty()) err_ << "boshcm: " << answer.error() << '\n';
        return kExitNoDaemon;
    }
    bool good = answer->status >= 200 && answer->status < 300;
    if (command_.json) {
        out_ << answer->json.text() << '\n';
        bool failed = answer->json["ok"].boolean() == false; // a reload
        return good && !failed ? kExitOk : kExitRuntimeFailure;
    }
    return good ? print(answer->json) : complain(answer->json);
}

int AdminCli::complain(const Json& answer) {
    err_ << "boshcm: " << printable(answer["error"].words());
    if (std::string sids = joined(answer["sids"], " "); !sids.empty()) {
        err_ << ": " << printable(sids);
    }
    err_ << '\n';
    return kExitRuntimeFailure;
}

std::string AdminCli::session_path() const {
    return "/api/sessions/" + admin::url_encoded(command_.subject);
}

int AdminCli::print_status(const Json& status) {
    TextTable table({"", ""});
    auto used = [&](const char* transport) {
        return status["sessions"][transport].words() + " of " + status["most"][transport].words();
    };
    std::string standing = status["standing"].words();
    if (!status["drain_left_s"].is_null()) {
        standing += ", ends in " + span(status["drain_left_s"]) + " at the latest";
    }
    table.add({"version", status["version"].words()});
    table.add({"standing", standing});
    table.add({"up", span(status["uptime_s"]) + ", since " + status["started"].words()});
    table.add({"workers", status["workers"].words()});
    table.add({"BOSH sessions", used("bosh")});
    table.add({"WebSockets", used("websocket")});
    table.add({"log level", status["log_level"].words()});
    table.add({"domains", joined(status["domains"], ", ")});
    const Json& last = status["reload"]["last"];
    std::string reloads = status["reload"]["count"].words();
    if (last.is_object()) {
        reloads += ", the last " + last["at"].words() +
                   (last["ok"].boolean() == true ? "" : ", which failed");
        std::string restart = joined(last["restart_needed"], ", ");
        if (!restart.empty()) reloads += "; needs a restart: " + restart;
    }
    table.add({"reloads", reloads});
    table.print(out_);
    return kExitOk;
}

int AdminCli::list_sessions() {
    // Of numbers the largest are what somebody looks for; of names the first.
    bool by_number = command_.sort != "domain" && command_.sort != "jid";
    std::string query = "?sort=" + command_.sort +
                        "&order=" + (by_number != command_.reverse ? "desc" : "asc") +
                        "&limit=" + std::to_string(command_.limit);
    auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) query += "&" + std::string(name) + "=" + admin::url_encoded(value);
    };
    add("search", command_.search);
    add("transport", command_.transport);
    add("state", command_.state);
    return ask("GET", "/api/sessions" + query,
               [this](const Json& said) { return print_sessions(said); });
}

int AdminCli::print_sessions(const Json& listing) {
    TextTable table({"SID", "TRANSPORT", "STATE", ">AGE", ">IDLE", ">HELD", ">QUEUE", "ADDRESS",
                     "JID OR DOMAIN"});
    for (const Json& each : listing["sessions"].array()) {
        bool bound = !each["jid"].is_null();
        table.add({each["sid"].words(), each["transport"].words(), each["state"].words(),
                   span(each["age_s"]), span(each["idle_s"]), or_dash(each["held"]), queue(each),
                   or_dash(each["address"]), or_dash(each[bound ? "jid" : "domain"])});
    }
    table.print(out_);
    size_t shown = listing["sessions"].array().size();
    out_ << shown << " of " << listing["matched"].words();
    if (listing["matched"].integer() != listing["total"].integer()) {
        out_ << " found among " << listing["total"].words();
    }
    out_ << " sessions\n";
    if (std::string silent = joined(listing["unanswered"], ", "); !silent.empty()) {
        err_ << "boshcm: no answer in time of worker " << silent << "; its sessions are missing\n";
        return kExitRuntimeFailure;
    }
    return kExitOk;
}

int AdminCli::print_session(const Json& session) {
    TextTable table({"", ""});
    table.add({"sid", session["sid"].words()});
    table.add(
        {"transport", session["transport"].words() + ", worker " + session["worker"].words()});
    table.add({"JID", or_dash(session["jid"])});
    table.add({"domain", or_dash(session["domain"])});
    table.add({"client", or_dash(session["address"]) +
                             (session["secure"].boolean() == true ? ", encrypted" : ", in clear")});
    table.add({"server", server(session["server"])});
    table.add({"state", session["state"].words() + (session["authenticated"].boolean() == true
                                                        ? ", logged in"
                                                        : ", not logged in")});
    table.add({"age", span(session["age_s"])});
    table.add({"last heard", span(session["idle_s"]) + " ago"});
    table.add({"requests held", or_dash(session["held"])});
    table.add({"queue to the client", queue(session)});
    for (const auto& [name, value] : session["settings"].object()) table.add({name, value.words()});
    table.print(out_);
    if (!session["record"].array().empty()) {
        out_ << '\n';
        print_ladder(session["record"], out_);
    }
    if (!session["likely_cause"].is_null()) {
        out_ << "\nLikely: " << printable(session["likely_cause"].words()) << '\n';
    }
    return kExitOk;
}

int AdminCli::print_reload(const Json& outcome) {
    if (outcome["ok"].boolean() != true) {
        for (const Json& each : outcome["problems"].array()) {
            err_ << printable(each["text"].words()) << '\n';
        }
        err_ << "boshcm: the configuration was not taken; all goes on as it was\n";
        return kExitRuntimeFailure;
    }
    out_ << "reloaded\n";
    for (const Json& each : outcome["changed"].array()) {
        out_ << "  " << printable(each.words()) << '\n';
    }
    if (outcome["changed"].array().empty()) out_ << "  nothing has changed\n";
    for (const Json& each : outcome["restart_needed"].array()) {
        out_ << "needs a restart: " << printable(each.words()) << '\n';
    }
    return kExitOk;
}

int AdminCli::drain() {
    if (command_.cancel) {
        return ask("DELETE", "/api/drain", [this](const Json&) {
            out_ << "newcomers are let in again\n";
            return kExitOk;
        });
    }
    Json body = Json::Object{};
    if (command_.deadline) body = Json::Object{{"deadline_s", command_.deadline->count()}};
    return ask(
        "POST", "/api/drain",
        [this](const Json& said) {
            out_ << "draining: nobody new is let in; it ends when all have left"
                 << (said["deadline_s"].is_null() ? std::string()
                                                  : ", or in " + span(said["deadline_s"]))
                 << "\n'boshcm status' tells how many are left, 'boshcm drain --cancel' lets "
                    "newcomers in again\n";
            return kExitOk;
        },
        body);
}

int AdminCli::set_log_level() {
    return ask(
        "POST", "/api/log-level",
        [this](const Json& said) {
            out_ << "log level " << said["log_level"].words() << ", was " << said["before"].words()
                 << "; a reload sets it as the configuration has it\n";
            return kExitOk;
        },
        Json::Object{{"level", command_.subject}});
}

} // namespace cm
