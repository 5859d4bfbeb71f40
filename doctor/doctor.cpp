#include "doctor/doctor.h"

#include "doctor/checks.h"
#include "doctor/websocket.h"

#include <set>

namespace doctor {

namespace {

// The hosts of both URLs, each once.
void check_hosts(Visit& visit) {
    std::set<std::string> seen;
    if (!visit.plan.site.empty()) seen.insert(visit.plan.site + " https");
    for (const std::string& url : {visit.bosh_url, visit.websocket_url}) {
        if (url.empty()) continue;
        UrlParts parts = parts_of(as_http(url));
        if (!seen.insert(parts.authority + ' ' + parts.scheme).second) continue;
        visit.plan.progress("looking at " + parts.authority);
        check_addresses(visit, url);
        if (visit.findings.has("name-not-found") || visit.findings.has("nothing-listens")) return;
        check_certificate(visit, url);
    }
}

void check_web(Visit& visit) {
    if (!visit.plan.site.empty()) {
        visit.plan.progress("reading host-meta of " + visit.plan.site);
        check_host_meta(visit);
    }
    if (visit.bosh_url.empty() && visit.websocket_url.empty()) return;
    check_hosts(visit);
    if (visit.findings.has("name-not-found") || visit.findings.has("nothing-listens")) return;
    std::string url = visit.bosh_url.empty() ? as_http(visit.websocket_url) : visit.bosh_url;
    if (parts_of(url).authority != visit.plan.site) check_front(visit, url);
    if (!visit.bosh_url.empty()) {
        visit.plan.progress("opening a session at " + visit.bosh_url);
        check_session(visit);
    }
    if (visit.bosh_works) {
        check_cors(visit);
        check_body_size(visit);
        check_pairs(visit);
    }
    // What is behind a queue of one would be found broken as well.
    if (visit.findings.has("requests-serialised")) return;
    check_websocket(visit);
    if (visit.plan.account.given()) visit.plan.progress("logging in");
    check_account(visit);
    if (visit.bosh_works || visit.websocket_works) check_hold(visit);
}

} // namespace

Diagnosis examine(const Plan& plan) {
    const CurlLibrary library;
    Visit visit(plan);
    check_web(visit);
    if (!plan.servers.empty() || !plan.site.empty()) plan.progress("asking the XMPP servers");
    check_servers(visit);
    check_daemon(visit);
    return {.findings = std::move(visit.findings),
            .front = visit.front,
            .domain = visit.domain,
            .bosh_url = visit.bosh_url,
            .websocket_url = visit.websocket_url};
}

} // namespace doctor
