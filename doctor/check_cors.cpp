#include "doctor/checks.h"

#include <algorithm>
#include <cctype>

namespace doctor {

namespace {

constexpr std::string_view kAllowed = "access-control-allow-origin";

bool mentions(const Answer& answer, std::string_view field, std::string_view word) {
    for (std::string value : answer.all_of(field)) {
        std::ranges::transform(value, value.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (value == "*" || value.contains(word)) return true;
    }
    return false;
}

bool is_doubled(Visit& visit, const Answer& answer, const char* what) {
    std::vector<std::string> values = answer.all_of(kAllowed);
    bool doubled = values.size() > 1 || (values.size() == 1 && values.front().contains(','));
    if (!doubled) return false;
    visit.problem("cors-doubled", "Two programs say which pages may connect, so browsers let none",
                  "Access-Control-Allow-Origin: " + joined(values) + ", in the answer to " + what,
                  "The field may come once. boshcm writes it (bosh/cors in cm.xml); the proxy must "
                  "not add another.",
                  visit.fixes(Topic::DoubledCors));
    return true;
}

// Whether pages of other sites are meant to connect at all is the operator's decision.
void add_missing(Visit& visit, const std::string& seen) {
    std::string title = "Pages of " + visit.origin() + " may not connect";
    std::string why =
        "If your page is served by the same site, this is fine. Else name its origin in "
        "bosh/cors of cm.xml, and let the proxy pass on what boshcm answers; --origin "
        "tells the doctor which origin to ask for.";
    if (visit.plan.origin.empty()) {
        visit.hint("cors-missing", title, seen, why, visit.fixes(Topic::MissingCors));
    } else {
        visit.problem("cors-missing", title, seen, why, visit.fixes(Topic::MissingCors));
    }
}

bool allows(const Answer& answer, const std::string& origin) {
    std::string allowed = answer.field(kAllowed);
    return allowed == "*" || allowed == origin;
}

} // namespace

void check_cors(Visit& visit) {
    std::string origin = "Origin: " + visit.origin();
    Answer post = visit.http.ask({.url = visit.bosh_url,
                                  .method = "POST",
                                  .fields = {origin, "Content-Type: text/xml; charset=utf-8"},
                                  .body = "<body rid='1' sid='doctor' "
                                          "xmlns='http://jabber.org/protocol/httpbind'/>"});
    if (is_doubled(visit, post, "POST")) return;
    Answer preflight = visit.http.ask({.url = visit.bosh_url,
                                       .method = "OPTIONS",
                                       .fields = {origin, "Access-Control-Request-Method: POST",
                                                  "Access-Control-Request-Headers: content-type"}});
    if (is_doubled(visit, preflight, "OPTIONS")) return;
    bool refused = preflight.failed() || preflight.status < 200 || preflight.status > 299;
    if (refused) {
        visit.problem("preflight-refused", "Browsers are refused before they ask (OPTIONS)",
                      preflight.description(),
                      "A page of another site asks with OPTIONS whether it may send XML, and takes "
                      "every status but 2xx for a no. boshcm answers it, if the proxy lets it.",
                      visit.fixes(Topic::MissingCors));
    } else if (!allows(preflight, visit.origin()) || !allows(post, visit.origin())) {
        add_missing(visit, std::string(kAllowed) + ": " + preflight.field(kAllowed) +
                               " for OPTIONS, " + post.field(kAllowed) + " for POST");
    } else if (!mentions(preflight, "access-control-allow-headers", "content-type")) {
        visit.problem(
            "preflight-incomplete", "Browsers may not send the field Content-Type",
            "Access-Control-Allow-Headers: " + preflight.field("access-control-allow-headers"),
            "BOSH sends text/xml, for which a page of another site needs that permission.",
            visit.fixes(Topic::MissingCors));
    } else {
        visit.findings.ok("cors", "Pages of other sites may connect",
                          "Access-Control-Allow-Origin: " + post.field(kAllowed));
    }
}

} // namespace doctor
