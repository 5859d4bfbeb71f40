#include "doctor/bosh_dialogue.h"
#include "doctor/checks.h"
#include "doctor/server_fixes.h"

#include <algorithm>
#include <cstdlib>

namespace doctor {

namespace {

using probe::Problem;

constexpr int64_t kUsualWait = 60; // what clients ask for

// The domain that is asked for, or those that the host of the URL may belong to: itself, and the
// names above it but for the last.
std::vector<std::string> candidates(const Visit& visit) {
    if (!visit.domain.empty()) return {visit.domain};
    std::vector<std::string> names;
    std::string name = parts_of(visit.bosh_url).host;
    for (;;) {
        names.push_back(name);
        size_t dot = name.find('.');
        if (dot == name.npos || name.find('.', dot + 1) == name.npos) return names;
        name.erase(0, dot + 1);
    }
}

std::vector<Fix> lines_for(const Visit& visit, Problem problem, const std::string& domain) {
    switch (problem) {
    case Problem::BoshPathWrong:
    case Problem::NotBosh: return visit.fixes(Topic::PassPath);
    case Problem::BadGateway: return visit.fixes(Topic::Backend);
    case Problem::AccessDenied: return visit.fixes(Topic::Forbidden);
    case Problem::DomainNotServed:
        return {{.program = "boshcm",
                 .place = "<boshcm>",
                 .remove = {},
                 .add = {"<domain name=\"" + domain + "\"/>"}}};
    case Problem::NoUsableMechanism: return server_fixes(ServerTopic::Mechanisms, {}, {});
    case Problem::DomainNotOnServer:
        return {{.program = "prosody",
                 .place = "",
                 .remove = {},
                 .add = {"VirtualHost \"" + domain + '"'}},
                {.program = "ejabberd",
                 .place = "hosts:",
                 .remove = {},
                 .add = {"  - \"" + domain + '"'}}};
    default: return {};
    }
}

void add_problem(Visit& visit, const std::string& domain, const BoshDialogue::Reply& reply) {
    if (reply.problem == Problem::DomainNotServed && visit.plan.domain.empty() &&
        visit.plan.site.empty()) {
        visit.warning("domain-unknown", "boshcm answers, and serves none of the domains tried",
                      reply.detail + " for " + domain,
                      "Without the domain that clients log in at no session can be tested: name it "
                      "with --domain.",
                      {});
        return;
    }
    probe::Circumstances met{.domain = domain, .place = visit.bosh_url, .detail = reply.detail};
    std::string title = probe::sentence(reply.problem, met);
    title.pop_back(); // its full stop
    visit.problem(std::string(probe::name_of(reply.problem)), title, reply.detail,
                  probe::advice(reply.problem, met), lines_for(visit, reply.problem, domain));
}

} // namespace

void check_session(Visit& visit) {
    std::vector<std::string> names = candidates(visit);
    for (const std::string& domain : names) {
        BoshDialogue dialogue(visit.check, visit.bosh_url, domain);
        Ask ask = dialogue.creation(kUsualWait);
        ask.fields.push_back("Origin: " + visit.origin());
        ask.patience = base::Duration(40'000); // boshcm's own patience with the server is 30 s
        Answer answer = visit.http.ask(ask);
        BoshDialogue::Reply reply = dialogue.read(answer);
        bool last = domain == names.back();
        if (reply.problem == Problem::DomainNotServed && !last) continue;
        if (reply.body) check_answer(visit, answer);
        if (!reply.ok()) return add_problem(visit, domain, reply);
        visit.domain = domain;
        visit.bosh_works = true;
        visit.granted_wait_s =
            std::max<int64_t>(std::strtoll(reply.body->attribute("wait").c_str(), nullptr, 10), 1);
        visit.findings.ok("session", "BOSH works for " + domain,
                          "wait " + std::to_string(visit.granted_wait_s) + " s, answered in " +
                              std::to_string(answer.took.count()) + " ms by HTTP/" +
                              (answer.http2 ? "2" : "1.1"));
        (void)visit.http.ask(dialogue.farewell());
        return;
    }
}

} // namespace doctor
