#include "doctor/checks.h"
#include "doctor/host_meta.h"

#include <optional>

namespace doctor {

namespace {

constexpr std::string_view kXrdPath = "/.well-known/host-meta";
constexpr std::string_view kJrdPath = "/.well-known/host-meta.json";

std::vector<Fix> discovery_lines(const Visit& visit, bool with_front) {
    Needs needs = visit.needs();
    std::vector<Fix> lines;
    if (with_front) lines = visit.fixes(Topic::PassHostMeta);
    lines.push_back(
        {.program = "boshcm",
         .place = "<boshcm>",
         .remove = {"<discovery"},
         .add = {"<discovery bosh=\"https://" + needs.host + needs.path + "\" websocket=\"wss://" +
                 needs.host + needs.websocket_path + "\"/>"}});
    return lines;
}

// It is there, but boshcm says no: by plain HTTP anybody could have written it.
bool is_boshcms_refusal(const Visit& visit, const Answer& answer) {
    return visit.plan.own && visit.plan.own->discovery && visit.plan.own->behind_tls &&
           answer.status == 404 && answer.field("content-type").starts_with("text/plain") &&
           answer.body.starts_with("Not Found");
}

bool is_there_in_clear(Visit& visit, const std::string& url) {
    return visit.http.ask({.url = "http" + url.substr(5)}).status == 200;
}

void add_missing(Visit& visit, const std::string& url, const Answer& answer) {
    if (is_boshcms_refusal(visit, answer)) {
        visit.problem(
            "forwarded-proto-wrong",
            "boshcm is told that clients come without TLS, or to another name",
            answer.description() + " at " + url,
            "host-meta is given out by TLS only, and under the domain's name. The proxy has "
            "to write X-Forwarded-Proto, and pass Host on.",
            visit.fixes(Topic::ForwardedProto));
        return;
    }
    bool only_http = answer.failed() && is_there_in_clear(visit, url);
    if (visit.findings.has("nothing-listens") && !only_http) return; // that says it all
    visit.problem(only_http ? "host-meta-only-http" : "host-meta-missing",
                  only_http ? "host-meta of " + visit.plan.site + " is there by plain HTTP only"
                            : visit.plan.site + " does not say where its BOSH and WebSocket are",
                  answer.description() + " at " + url,
                  "Clients that know only the domain ask there (XEP-0156), by HTTPS.",
                  discovery_lines(visit, true));
}

void check_permission(Visit& visit, const std::string& url, const Answer& answer) {
    std::vector<std::string> values = answer.all_of("access-control-allow-origin");
    if (values.size() == 1 && values.front() == "*") return;
    if (visit.findings.has("host-meta-without-cors")) return; // of the other document
    visit.problem(
        "host-meta-without-cors", "Pages of other sites may not read host-meta",
        values.empty() ? "no Access-Control-Allow-Origin at " + url
                       : "Access-Control-Allow-Origin: " + values.front() +
                             (values.size() > 1 ? ", twice" : "") + " at " + url,
        "A web client of another site cannot find the way then. It is public, so \"*\" is "
        "right.",
        visit.fixes(Topic::HostMetaCors));
}

void check_scheme(Visit& visit, const std::string& link, std::string_view secure) {
    if (link.empty() || link.starts_with(secure)) return;
    visit.problem(
        "host-meta-insecure-link", "host-meta leads to a URL without encryption", link,
        "A page that came by HTTPS may not connect there: browsers call it mixed content. "
        "Passwords would be readable on the way.",
        {{.program = "host-meta",
          .place = "<XRD>",
          .remove = {link},
          .add = {std::string(secure) + link.substr(link.find("://"))}}});
}

std::optional<HostMetaLinks> read(Visit& visit, std::string_view path,
                                  const std::string& authority) {
    std::string url = "https://" + authority + std::string(path);
    Answer answer = visit.http.ask({.url = url, .fields = {"Origin: " + visit.origin()}});
    if (answer.failed() || answer.status != 200) {
        if (path == kXrdPath) add_missing(visit, url, answer);
        return std::nullopt;
    }
    check_permission(visit, url, answer);
    auto links = path == kXrdPath ? links_in_xrd(answer.body) : links_in_jrd(answer.body);
    if (!links) {
        visit.problem("host-meta-unreadable", "What is at " + url + " is no host-meta",
                      answer.description(), "Clients cannot read it.",
                      discovery_lines(visit, true));
    }
    return links;
}

} // namespace

void check_host_meta(Visit& visit) {
    const std::string& site = visit.plan.site;
    std::string root = "https://" + site + '/';
    check_addresses(visit, root);
    if (visit.findings.has("name-not-found")) return;
    bool listens = !visit.findings.has("nothing-listens");
    if (listens) {
        check_certificate(visit, root);
        check_front(visit, root);
    }
    auto xrd = read(visit, kXrdPath, site);
    if (!listens) return;
    if (visit.findings.has("host-meta-missing") || visit.findings.has("host-meta-only-http"))
        return;
    auto jrd = read(visit, kJrdPath, site);
    if (!xrd && !jrd) return;
    if (xrd && jrd && *xrd != *jrd) {
        visit.warning("host-meta-differs", "host-meta says one thing in XML and another in JSON",
                      "XML: " + xrd->bosh + ' ' + xrd->websocket + "; JSON: " + jrd->bosh + ' ' +
                          jrd->websocket,
                      "It depends on the client where it goes.", {});
    }
    HostMetaLinks links = jrd && !jrd->empty() ? *jrd : xrd.value_or(HostMetaLinks{});
    if (links.empty()) {
        visit.problem(
            "host-meta-without-links", "host-meta of " + site + " names no BOSH or WebSocket", "",
            "Clients that know only the domain find nothing there.", discovery_lines(visit, false));
        return;
    }
    check_scheme(visit, links.bosh, "https");
    check_scheme(visit, links.websocket, "wss");
    if (visit.bosh_url.empty()) visit.bosh_url = links.bosh;
    if (visit.websocket_url.empty()) visit.websocket_url = links.websocket;
    visit.findings.ok("host-meta", "host-meta of " + site + " leads to BOSH and WebSocket",
                      links.bosh + ' ' + links.websocket);
}

} // namespace doctor
