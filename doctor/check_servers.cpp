#include "doctor/checks.h"
#include "probe/probe.h"

namespace doctor {

namespace {

using probe::Problem;

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

void check_server(Visit& visit, const probe::Plan& plan) {
    probe::Report report;
    probe::run(plan, report);
    const probe::Step* failed = report.first_failed();
    if (failed == nullptr) {
        visit.findings.ok("server", "The server of " + plan.domain + " is well",
                          server_of(plan) + " port " + std::to_string(port_of(plan)));
        return;
    }
    std::string title = failed->finding.sentence;
    if (title.ends_with('.')) title.pop_back();
    visit.problem("server-" + std::string(probe::name_of(failed->finding.problem)), title,
                  "step " + failed->name + " of boshcm probe " + plan.domain + " --native-only",
                  "boshcm cannot give anybody of " + plan.domain + " a session. " +
                      failed->finding.advice,
                  lines_for(plan, failed->finding.problem));
}

} // namespace

void check_servers(Visit& visit) {
    for (const probe::Plan& plan : visit.plan.servers) check_server(visit, plan);
}

} // namespace doctor
