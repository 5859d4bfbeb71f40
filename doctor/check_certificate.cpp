#include "doctor/checks.h"
#include "doctor/websocket.h"

#include <algorithm>

namespace doctor {

namespace {

using probe::Problem;

// Renewals happen thirty days before the end; what is still not renewed then will not be.
constexpr int64_t kSoonDays = 14;

bool is_about_trust(Problem problem) {
    return problem >= Problem::CertificateMissing && problem <= Problem::CertificatePinMismatch;
}

int64_t days_left(const tls::CertificateFacts& facts) {
    return std::chrono::floor<std::chrono::days>(facts.not_after - std::chrono::system_clock::now())
        .count();
}

std::string described(const tls::CertificateFacts& facts) {
    return "for " + facts.names.to_string() + ", by " + facts.issuer + ", from " +
           tls::to_date(facts.not_before) + " until " + tls::to_date(facts.not_after);
}

void add_distrust(Visit& visit, const std::string& host, const Answer& refused,
                  const std::vector<tls::CertificateFacts>& chain) {
    std::string name(probe::name_of(refused.problem));
    std::string seen = chain.empty() ? refused.error : described(chain.front());
    std::string title =
        probe::sentence(refused.problem, {.domain = {}, .place = host, .detail = refused.error});
    title.pop_back(); // its full stop
    std::string why = "Browsers and other clients refuse the connection. " +
                      probe::advice(refused.problem, {.domain = {}, .place = host, .detail = {}});
    if (refused.problem == Problem::CertificateUnknownIssuer && chain.size() == 1) {
        name = "certificate-chain-incomplete";
        title = "The certificate of " + host + " comes without its issuer's";
        seen = "one certificate, " + seen;
        why =
            "Browsers may know the issuer from elsewhere, other clients do not: it works for some "
            "only. The file has to hold the certificate and then those of its issuers, what "
            "certbot calls fullchain.pem. If your own authority has issued it, give its file with "
            "--ca-file.";
    }
    visit.problem(name, title, seen, why, visit.fixes(Topic::Certificate));
}

void check_old_versions(Visit& visit, const std::string& url) {
    Answer answer = visit.http.ask({.url = url, .own_connection = true, .old_tls = true});
    if (answer.failed()) return;
    visit.warning("old-tls", "Versions of TLS are spoken that browsers have given up",
                  "TLS 1.1 or 1.0 was accepted",
                  "Nothing that is still in use needs them, and they can be attacked (RFC 8996).",
                  visit.fixes(Topic::OldTls));
}

} // namespace

void check_certificate(Visit& visit, const std::string& url) {
    std::string https = as_http(url);
    if (!https.starts_with("https:")) return;
    std::string host = parts_of(https).host;
    Answer answer = visit.http.ask({.url = https, .own_connection = true});
    if (answer.failed() && is_about_trust(answer.problem)) {
        visit.reach.verify = false;
        Answer unverified = visit.http.ask({.url = https, .own_connection = true});
        add_distrust(visit, host, answer, unverified.chain);
        check_old_versions(visit, https);
        return;
    }
    if (answer.failed() && answer.chain.empty()) {
        std::string title =
            probe::sentence(answer.problem, {.domain = {}, .place = host, .detail = answer.error});
        title.pop_back();
        visit.problem(std::string(probe::name_of(answer.problem)), title, answer.error,
                      probe::advice(answer.problem, {.domain = {}, .place = host, .detail = {}}),
                      {});
        return;
    }
    if (answer.chain.empty()) return;
    const tls::CertificateFacts& own = answer.chain.front();
    if (days_left(own) < kSoonDays) {
        visit.warning(
            "certificate-expires-soon",
            "The certificate of " + host + " expires in " + std::to_string(days_left(own)) +
                " days",
            described(own),
            "What renews it should have done so by now; on that day no client connects any "
            "more. Run it by hand and look at what it says, for example: certbot renew "
            "--dry-run",
            {});
    } else {
        visit.findings.ok("certificate", "The certificate of " + host + " is good", described(own));
    }
    check_old_versions(visit, https);
}

} // namespace doctor
