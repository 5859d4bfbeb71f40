// BOSH lives by requests that are held, and a WebSocket may be silent for as long as nobody writes.
// A proxy that is less patient cuts them, each time after the same time: that is measured here,
// with both at once, as it takes as long as the hold.
#include "doctor/bosh_dialogue.h"
#include "doctor/checks.h"
#include "doctor/websocket.h"
#include "probe/deadline.h"

#include <optional>
#include <thread>

namespace doctor {

namespace {

// boshcm's own clock is of seconds.
constexpr base::Duration kSlack{1'500};

struct Held {
    base::Duration asked{0};
    base::Duration lasted{0};
    bool opened = false;
    bool cut = false;
    std::string how;
};

int64_t whole_seconds(base::Duration time) {
    return std::chrono::ceil<std::chrono::seconds>(time).count();
}

Held hold_request(Visit& visit) {
    Held held;
    BoshDialogue dialogue(visit.check, visit.bosh_url, visit.domain);
    BoshDialogue::Reply created =
        dialogue.read(visit.http.ask(dialogue.creation(whole_seconds(visit.plan.hold))));
    if (!created.ok()) return held;
    held.opened = true;
    held.asked =
        std::chrono::seconds(std::strtoll(created.body->attribute("wait").c_str(), nullptr, 10));
    Ask ask = dialogue.next();
    ask.patience = held.asked + base::Duration(10'000);
    probe::Stopwatch watch;
    Answer answer = visit.http.ask(ask);
    held.lasted = watch.elapsed();
    BoshDialogue::Reply reply = dialogue.read(answer);
    held.cut = !reply.ok();
    held.how = reply.detail;
    (void)visit.http.ask(dialogue.farewell());
    return held;
}

// In a thread of its own; it shares nothing with the other.
Held hold_socket(const Reach& reach, const std::string& url, const std::string& origin,
                 const std::string& domain, base::Duration hold) {
    Held held{.asked = hold};
    WebSocket socket(reach);
    held.opened = socket.open(url, origin, base::Duration(10'000)).opened;
    if (!held.opened) return held;
    socket.send("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + domain +
                "' version='1.0'/>");
    std::string text; // nothing more comes after the features
    do {
        text = socket.receive(base::Duration(2'000));
    } while (!text.empty() && !text.contains("features"));
    probe::Stopwatch watch;
    probe::Deadline deadline(hold);
    while (!socket.over() && !deadline.over()) (void)socket.receive(deadline.left());
    held.lasted = watch.elapsed();
    held.cut = socket.over();
    held.how = socket.why() + ", after " + std::to_string(socket.pings()) + " pings";
    if (!held.cut) socket.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    return held;
}

void judge_request(Visit& visit, const Held& held) {
    std::string asked = seconds(held.asked);
    if (!held.opened) return;
    if (held.cut && held.lasted + kSlack < held.asked + base::Duration(10'000)) {
        visit.problem(
            "held-request-cut",
            "A held request is cut after " + seconds(held.lasted) +
                ", where boshcm holds it "
                "for up to " +
                std::to_string(visit.wait_s()) + " s",
            held.how + ", " + seconds(held.lasted) + " after it was sent; " + asked +
                " were asked for",
            "The proxy is less patient than boshcm. Nothing is lost by it, but clients "
            "reconnect all the time and are slow to hear of messages. Make the proxy more "
            "patient, or boshcm less: <bosh wait=\"...\"/>.",
            visit.fixes(Topic::HoldPatience));
    } else if (held.cut || held.lasted > held.asked + base::Duration(3'000)) {
        visit.problem("answers-delayed", "An answer comes late",
                      "after " + seconds(held.lasted) + " in place of " + asked,
                      "Something on the way keeps answers back.", {});
    } else {
        visit.findings.ok("hold", "A held request lives as long as it should",
                          "answered after " + seconds(held.lasted) + " of " + asked);
    }
}

void judge_socket(Visit& visit, const Held& held) {
    if (!held.opened) return;
    if (!held.cut) {
        visit.findings.ok("websocket-idle", "A silent WebSocket stays open",
                          "for " + seconds(held.lasted));
        return;
    }
    visit.problem(
        "websocket-cut", "A silent WebSocket is cut after " + seconds(held.lasted), held.how,
        "Whoever does not write for so long loses the connection. boshcm asks a silent "
        "client whether it lives (websocket/@ping-interval): the proxy has to wait longer "
        "than that; an hour is usual.",
        visit.fixes(Topic::SocketPatience));
}

} // namespace

void check_hold(Visit& visit) {
    if (visit.plan.hold == base::Duration(0)) {
        visit.hint(
            "hold-not-tested", "Held requests and silent WebSockets were not tested", "--quick",
            "Most proxies cut them after 60 s unless they are told otherwise; without --quick "
            "the doctor waits for it.");
        return;
    }
    visit.plan.progress("holding a request and a WebSocket for " + seconds(visit.plan.hold));
    Held socket;
    std::optional<std::thread> beside;
    if (visit.websocket_works) {
        beside.emplace([&socket, reach = visit.reach, url = visit.websocket_url,
                        origin = visit.origin(), domain = visit.domain, hold = visit.plan.hold] {
            socket = hold_socket(reach, url, origin, domain, hold);
        });
    }
    Held request;
    if (visit.bosh_works) request = hold_request(visit);
    if (beside) beside->join();
    judge_request(visit, request);
    judge_socket(visit, socket);
}

} // namespace doctor
