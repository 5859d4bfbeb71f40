// What only somebody who has logged in gets to see: whether one can log in at all, and what the
// server does with messages. Once over BOSH and once over the WebSocket, as clients do.
#include "doctor/account_session.h"
#include "doctor/checks.h"
#include "doctor/server_fixes.h"
#include "doctor/websocket_stream.h"
#include "net/address.h"
#include "probe/bosh_stream.h"
#include "probe/diagnosis.h"
#include "probe/stream_features.h"
#include "probe/stream_login.h"

#include <algorithm>

namespace doctor {

namespace {

using probe::Problem;

constexpr base::Duration kLoginPatience{20'000};
constexpr base::Duration kAnswerPatience{5'000};
constexpr std::string_view kDisco = "http://jabber.org/protocol/disco#info";

bool is_loopback(std::string_view text) {
    auto address = net::Address::parse(text, 0);
    return address && address->is_loopback();
}

std::string without_brackets(std::string address) {
    std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
    return address;
}

// The addresses that connections to the URL go to, as far as they are known beforehand.
std::vector<std::string> addresses_of(const Visit& visit, const UrlParts& parts) {
    if (!visit.plan.door.address.empty()) {
        const std::string& address = visit.plan.door.address;
        return {without_brackets(address.substr(0, address.rfind(':')))};
    }
    std::vector<std::string> found;
    std::string place = parts.host + ':' + parts.port + ':';
    for (std::string line : visit.reach.resolve) {
        if (!line.starts_with(place)) continue;
        for (line.erase(0, place.size()); !line.empty();) {
            size_t comma = std::min(line.find(','), line.size());
            found.push_back(without_brackets(line.substr(0, comma)));
            line.erase(0, comma + 1);
        }
    }
    if (found.empty()) found = {parts.host};
    return found;
}

// A password goes through TLS with a certificate that is good, or does not leave this host.
bool may_carry_password(const Visit& visit, const std::string& url) {
    UrlParts parts = parts_of(as_http(url));
    if (parts.scheme == "https") return visit.reach.verify;
    return !visit.plan.door.socket.empty() ||
           std::ranges::all_of(addresses_of(visit, parts), &is_loopback);
}

// Its own lines only, where the server says which one it is (XEP-0030).
std::string server_name(const Visit& visit, probe::ElementStream& stream) {
    auto query = ask_server(visit, stream, "query", kDisco);
    if (!query) return {};
    for (const probe::Element& each : query->children) {
        if (each.name != "identity" || each.attribute("category") != "server") continue;
        if (each.attribute("name") == "Prosody") return "prosody";
        if (each.attribute("name") == "ejabberd") return "ejabberd";
    }
    return {};
}

std::vector<Fix> lines_for(const Visit& visit, Problem problem) {
    std::string jid = visit.plan.account.user + '@' + visit.domain;
    switch (problem) {
    case Problem::NoUsableMechanism: return server_fixes(ServerTopic::Mechanisms, {}, jid);
    case Problem::CredentialsRefused: return server_fixes(ServerTopic::Password, {}, jid);
    default: return {};
    }
}

probe::LoginOutcome log_in(const Visit& visit, probe::ElementStream& stream) {
    probe::Deadline deadline(kLoginPatience);
    auto features = stream.await(&probe::is_features, deadline);
    if (!features) return stream.failure();
    std::vector<std::string> offered = probe::mechanisms_in(*features);
    if (auto lack = probe::lack_of_mechanism(offered, visit.plan.account)) {
        return {.problem = Problem::NoUsableMechanism, .detail = *lack, .mechanism = {}, .jid = {}};
    }
    std::string mechanism = probe::mechanism_for(offered, false);
    probe::LoginOutcome outcome =
        probe::authenticate(stream, mechanism, visit.domain, visit.plan.account, deadline);
    if (outcome.problem == Problem::None) outcome = probe::bind(stream, deadline);
    outcome.mechanism = mechanism;
    return outcome;
}

void examine(Visit& visit, probe::ElementStream& stream, const std::string& way,
             const std::string& url) {
    probe::LoginOutcome outcome = log_in(visit, stream);
    if (outcome.problem != Problem::None) {
        probe::Circumstances met{.domain = visit.domain, .place = url, .detail = outcome.detail};
        return tell_once(visit,
                         {Severity::Problem, std::string(probe::name_of(outcome.problem)),
                          title_of(probe::sentence(outcome.problem, met)),
                          "the login over " + way + ": " + outcome.detail,
                          probe::advice(outcome.problem, met), lines_for(visit, outcome.problem)});
    }
    visit.findings.ok("login", "The account logs in over " + way, outcome.mechanism);
    AccountSession session{
        .stream = stream, .way = way, .jid = outcome.jid, .server = server_name(visit, stream)};
    if (!visit.findings.has("server-clock") && !visit.findings.has("server-clock-differs")) {
        check_server_time(visit, session);
    }
    // What the server does to messages it does on both ways, and slowness takes its time.
    if (visit.findings.has("messages-slow") || visit.findings.has("message-too-large")) return;
    check_messages(visit, session);
}

void examine_bosh(Visit& visit) {
    probe::Plan plan;
    plan.domain = visit.domain;
    plan.url = visit.bosh_url;
    plan.url_door = visit.plan.door;
    plan.url_resolve = visit.reach.resolve;
    plan.url_ca_file = visit.plan.ca_file;
    probe::HttpClient http(plan);
    probe::BoshClient client(http, visit.check, visit.domain);
    probe::BoshStream stream(client);
    stream.open(probe::Deadline(kLoginPatience));
    examine(visit, stream, "BOSH", visit.bosh_url);
    client.terminate();
}

void examine_websocket(Visit& visit) {
    WebSocketStream stream(visit.reach, visit.check, visit.domain);
    stream.open(visit.websocket_url, visit.origin(), probe::Deadline(kLoginPatience));
    examine(visit, stream, "WebSocket", visit.websocket_url);
    stream.close();
}

} // namespace

std::optional<probe::Element> ask_server(const Visit& visit, probe::ElementStream& stream,
                                         std::string_view name, std::string_view of_namespace) {
    std::string id = "doctor-" + std::string(name);
    probe::Deadline deadline(kAnswerPatience);
    stream.send("<iq xmlns='jabber:client' type='get' id='" + id + "' to='" + visit.domain + "'><" +
                    std::string(name) + " xmlns='" + std::string(of_namespace) + "'/></iq>",
                deadline);
    auto answer = stream.await(
        [&](const probe::Element& each) { return each.attribute("id") == id; }, deadline);
    const probe::Element* said = answer ? answer->child(name, of_namespace) : nullptr;
    if (said == nullptr) return std::nullopt;
    return *said;
}

void tell_once(Visit& visit, Finding finding) {
    if (!visit.findings.has(finding.name)) visit.findings.add(std::move(finding));
}

void check_account(Visit& visit) {
    if (!visit.plan.account.given()) return;
    bool bosh = visit.bosh_works;
    bool websocket = visit.websocket_works;
    bool safe = (!bosh || may_carry_password(visit, visit.bosh_url)) &&
                (!websocket || may_carry_password(visit, visit.websocket_url));
    if (!safe) {
        visit.hint("login-not-tried", "The account did not log in", "no TLS that can be trusted",
                   "Its password would go to another host in clear, or to one whose certificate is "
                   "wrong. Mend that first.");
        return;
    }
    if (bosh) examine_bosh(visit);
    // The same would be said, and another try with a wrong password may have the account blocked.
    bool refused =
        visit.findings.has("credentials-refused") || visit.findings.has("no-usable-mechanism");
    if (websocket && !refused) examine_websocket(visit);
}

} // namespace doctor
