#include "doctor/checks.h"
#include "probe/probe.h"
#include "xmpp/domain.h"

#include <variant>

namespace doctor {

namespace {

using probe::Problem;

// Nobody of the web waits for it.
constexpr base::Duration kPublishedPatience{10'000};

std::string server_of(const probe::Plan& plan) {
    if (plan.servers.empty()) return plan.ascii_domain;
    return plan.servers.front().host;
}

uint16_t port_of(const probe::Plan& plan) {
    return plan.servers.empty() ? uint16_t{5222} : plan.servers.front().port;
}

Fix prosody(std::vector<std::string> lines) {
    return {.program = "prosody", .place = "", .remove = {}, .add = std::move(lines)};
}

Fix ejabberd(std::string place, std::vector<std::string> lines) {
    return {
        .program = "ejabberd", .place = std::move(place), .remove = {}, .add = std::move(lines)};
}

Fix boshcm(const probe::Plan& plan, const std::string& attributes) {
    return {.program = "boshcm",
            .place = "<domain name=\"" + plan.domain + "\">",
            .remove = {"<server"},
            .add = {"<server host=\"" + server_of(plan) + "\" port=\"" +
                    std::to_string(port_of(plan)) + "\" " + attributes + "/>"}};
}

std::vector<Fix> lines_for(const probe::Plan& plan, Problem problem) {
    std::string port = std::to_string(port_of(plan));
    switch (problem) {
    case Problem::DomainNotOnServer:
        return {prosody({"VirtualHost \"" + plan.domain + '"'}),
                ejabberd("hosts:", {"  - \"" + plan.domain + '"'})};
    case Problem::ConnectionRefused:
    case Problem::ConnectTimeout:
        return {prosody({"c2s_ports = { " + port + " }"}),
                ejabberd("listen:", {"  - port: " + port, "    ip: \"" + server_of(plan) + '"',
                                     "    module: ejabberd_c2s"})};
    case Problem::StarttlsMissing:
        return {prosody({"modules_enabled = { \"tls\" } -- beside those that are there",
                         "ssl = { certificate = \"/etc/prosody/certs/" + plan.domain +
                             ".crt\"; key = \"/etc/prosody/certs/" + plan.domain + ".key\" }"}),
                ejabberd("certfiles:", {"  - \"/etc/ejabberd/" + plan.domain + ".pem\""}),
                boshcm(plan, "tls=\"none\"")};
    case Problem::CertificateUnknownIssuer:
    case Problem::CertificateSelfSigned:
        return {boshcm(plan, "ca-file=\"/etc/boshcm/ca.pem\""),
                prosody({"ssl = { certificate = \"/etc/prosody/certs/" + plan.domain +
                         ".crt\"; key = \"/etc/prosody/certs/" + plan.domain + ".key\" }"}),
                ejabberd("certfiles:", {"  - \"/etc/ejabberd/" + plan.domain + ".pem\""})};
    case Problem::CertificateExpired:
    case Problem::CertificateNotYetValid:
    case Problem::CertificateWrongName:
    case Problem::CertificateMissing:
        return {prosody({"ssl = { certificate = \"/etc/prosody/certs/" + plan.domain +
                         ".crt\"; key = \"/etc/prosody/certs/" + plan.domain + ".key\" }"}),
                ejabberd("certfiles:", {"  - \"/etc/ejabberd/" + plan.domain + ".pem\""})};
    default: return {};
    }
}

// The SRV records that were found, in words.
std::string published(const probe::Report& report) {
    std::string words;
    for (const probe::Step& step : report.steps()) {
        for (const probe::Fact& fact : step.facts) {
            if (step.name != "srv" || fact.name != "records") continue;
            for (const std::string& record : std::get<std::vector<std::string>>(fact.value)) {
                words += (words.empty() ? "SRV " : ", ") + record;
            }
        }
    }
    return words;
}

void check_server(Visit& visit, const probe::Plan& plan) {
    probe::Report report;
    probe::run(plan, report);
    const probe::Step* failed = report.first_failed();
    if (failed == nullptr) {
        visit.findings.ok("server", "The server of " + plan.domain + " is well",
                          server_of(plan) + " port " + std::to_string(port_of(plan)));
        return;
    }
    visit.problem("server-" + std::string(probe::name_of(failed->finding.problem)),
                  title_of(failed->finding.sentence),
                  "step " + failed->name + " of boshcm probe " + plan.domain + " --native-only",
                  "boshcm cannot give anybody of " + plan.domain + " a session. " +
                      failed->finding.advice,
                  lines_for(plan, failed->finding.problem));
}

// Where DNS sends programs that are no web clients. The configuration is not known, nor whether
// boshcm goes there; so nothing that is wrong there is a problem of the web.
void check_published_server(Visit& visit) {
    auto domain = xmpp::Domain::parse(visit.domain);
    if (!domain) return;
    probe::Plan plan;
    plan.domain = domain->name;
    plan.ascii_domain = domain->ascii_name();
    plan.web = false;
    plan.ca_file = visit.plan.ca_file;
    plan.name_servers = visit.plan.name_servers;
    plan.timeout = kPublishedPatience;
    probe::Report report;
    probe::run(plan, report);
    const probe::Step* failed = report.first_failed();
    std::string records = published(report);
    if (failed == nullptr) {
        visit.findings.ok("server", "The server that DNS names for " + plan.domain + " is well",
                          records.empty() ? "no SRV record: port 5222 of the domain itself"
                                          : records);
        return;
    }
    if (records.empty()) {
        visit.hint("server-not-published", "DNS names no server for " + plan.domain,
                   "no SRV record; " + failed->finding.sentence,
                   "Web clients do without. Others do not find the server: they look for "
                   "_xmpp-client._tcp." +
                       plan.ascii_domain + " and _xmpps-client._tcp." + plan.ascii_domain + ".",
                   {{.program = "dns",
                     .place = plan.ascii_domain,
                     .remove = {},
                     .add = {"_xmpp-client._tcp SRV 0 5 5222 " + plan.ascii_domain + "."}}});
        return;
    }
    visit.warning("server-" + std::string(probe::name_of(failed->finding.problem)),
                  title_of(failed->finding.sentence),
                  records + "; step " + failed->name + " of boshcm probe " + plan.domain +
                      " --native-only",
                  "Programs that are no web clients cannot get to " + plan.domain + ". " +
                      failed->finding.advice,
                  {});
}

} // namespace

void check_servers(Visit& visit) {
    for (const probe::Plan& plan : visit.plan.servers) check_server(visit, plan);
    // A domain that was named, and nothing else.
    if (visit.plan.servers.empty() && !visit.plan.site.empty()) check_published_server(visit);
}

} // namespace doctor
