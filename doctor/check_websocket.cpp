#include "doctor/checks.h"
#include "doctor/websocket.h"

namespace doctor {

namespace {

constexpr base::Duration kUpgradePatience{10'000};

// What an answer other than 101 means, behind a proxy.
void add_refusal(Visit& visit, const Handshake& handshake) {
    std::string seen = handshake.status == 0
                           ? handshake.error
                           : "HTTP " + std::to_string(handshake.status) + " in place of 101";
    if (visit.plan.websocket_guessed && handshake.status == 404) {
        visit.hint(
            "websocket-not-found", "There is no WebSocket at " + visit.websocket_url, seen,
            "If there is one elsewhere, name it with --websocket. Clients with BOSH alone do "
            "without.",
            visit.fixes(Topic::PassSocketPath));
        return;
    }
    switch (handshake.status) {
    case 0:
        visit.problem("websocket-unreachable", "No answer to the WebSocket's handshake", seen,
                      "Look whether the proxy takes requests for this path.", {});
        return;
    case 403:
        visit.problem(
            "websocket-origin-refused", "Pages of " + visit.origin() + " may not open a WebSocket",
            seen,
            "boshcm refuses origins that websocket/origin in cm.xml does not name; the "
            "proxy has to pass on the field Origin as it is. --origin tells the doctor which "
            "one to come from.",
            visit.fixes(Topic::PassOrigin));
        return;
    case 404:
        visit.problem("websocket-path-wrong", "There is no WebSocket at " + visit.websocket_url,
                      seen,
                      "The path is websocket/@path in cm.xml, and the proxy has to pass it on "
                      "unchanged.",
                      visit.fixes(Topic::PassSocketPath));
        return;
    case 502:
    case 503:
    case 504:
        if (visit.findings.has("bad-gateway")) return; // of the same boshcm, most likely
        visit.problem("websocket-bad-gateway",
                      "The proxy does not reach boshcm for " + visit.websocket_url, seen,
                      "The address that the proxy sends WebSockets to is wrong, or boshcm is not "
                      "running.",
                      visit.fixes(Topic::PassSocketPath));
        return;
    default:
        visit.problem(
            "websocket-upgrade-lost", "The proxy does not pass the WebSocket's upgrade on", seen,
            "Upgrade and Connection are fields for one hop: a proxy drops them unless it is "
            "told to speak WebSocket. Clients fall back to BOSH, or do not connect at all.",
            visit.fixes(Topic::PassUpgrade));
    }
}

std::string open_stream(const std::string& domain) {
    return "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + domain + "' version='1.0'/>";
}

} // namespace

void check_websocket(Visit& visit) {
    if (visit.websocket_url.empty()) return;
    WebSocket socket(visit.reach);
    Handshake handshake = socket.open(visit.websocket_url, visit.origin(), kUpgradePatience);
    if (!handshake.opened) return add_refusal(visit, handshake);
    if (handshake.field("sec-websocket-protocol") != "xmpp") {
        visit.problem("websocket-protocol-dropped", "The subprotocol xmpp gets lost on the way",
                      "Sec-WebSocket-Protocol: " + handshake.field("sec-websocket-protocol"),
                      "Browsers close a WebSocket for which their protocol was not accepted.",
                      visit.fixes(Topic::PassSubprotocol));
        return;
    }
    std::string domain = visit.domain.empty() ? parts_of(visit.websocket_url).host : visit.domain;
    socket.send(open_stream(domain));
    std::string first = socket.receive(kUpgradePatience);
    if (first.contains("<open")) {
        visit.websocket_works = true;
        if (visit.domain.empty()) visit.domain = domain;
        visit.findings.ok("websocket", "WebSocket works for " + domain, "");
        return;
    }
    if (!visit.bosh_works && !visit.bosh_url.empty()) return; // has been said of BOSH
    visit.problem("websocket-stream-refused", "The WebSocket opens, but no stream in it",
                  first.empty() ? socket.why() : first.substr(0, 200),
                  "Name the domain with --domain; if it is right, look into the log of boshcm.",
                  {});
}

} // namespace doctor
