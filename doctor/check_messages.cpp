// A message to itself goes through all of the way twice, and what cuts it is what has no answer of
// its own: the server's limit of a stanza ends the session, its limit of bytes a second has the
// reader wait. So they grow, and what was got through by the last is told.
#include "doctor/account_session.h"
#include "doctor/checks.h"
#include "doctor/server_fixes.h"
#include "probe/message.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace doctor {

namespace {

using probe::Delivery;
using probe::Problem;

constexpr size_t kKib = 1024;
constexpr size_t kHeadBytes = 2 * kKib; // what stands around the words
constexpr base::Duration kPatience{20'000};
// Beyond what the network takes: what people notice, and no pause of a busy machine.
constexpr base::Duration kSlow{3'000};

struct Outcome {
    Delivery delivery = Delivery::Awaited;
    base::Duration took{0};
    std::string condition; // of the one that came back
};

std::vector<size_t> sizes(const Visit& visit) {
    size_t most = visit.plan.own
                      ? std::min(visit.plan.own->max_body_bytes, visit.plan.own->max_message_bytes)
                      : kPictureBytes;
    most = std::max(most, 2 * kHeadBytes) - kHeadBytes;
    std::vector<size_t> all;
    for (size_t bytes = kKib; bytes < most; bytes *= 4) all.push_back(bytes);
    all.push_back(most);
    return all;
}

Outcome send(const AccountSession& session, size_t bytes) {
    std::string id = probe::new_message_id();
    probe::Deadline deadline(kPatience);
    probe::Stopwatch watch;
    session.stream.send(probe::message_to(session.jid, id, std::string(bytes, 'x')), deadline);
    auto message = session.stream.await(
        [&id](const probe::Element& each) {
            return each.name == "message" && each.attribute("id") == id;
        },
        deadline);
    Outcome outcome{.took = watch.elapsed()};
    if (!message) return outcome;
    outcome.delivery = probe::delivery_of({*message}, id);
    if (const auto* error = message->child("error", xmpp::kClientNamespace)) {
        outcome.condition = error->condition(xmpp::kStanzaErrorsNamespace);
    }
    return outcome;
}

std::string kib(size_t bytes) {
    return std::to_string(bytes / kKib) + " KiB";
}

void tell_of(Visit& visit, const AccountSession& session, size_t bytes, size_t arrived,
             const Outcome& outcome) {
    std::string size = kib(bytes);
    std::string before = arrived == 0 ? std::string() : "; " + kib(arrived) + " arrived";
    probe::LoginOutcome failure = session.stream.failure();
    if (outcome.delivery == Delivery::Returned) {
        return tell_once(visit,
                         {Severity::Problem,
                          "message-returned",
                          "A message of " + size + " to itself comes back over " + session.way,
                          outcome.condition + before,
                          "The server refuses it: the log of the server says why.",
                          {}});
    }
    bool in_time = outcome.delivery == Delivery::Arrived;
    bool ended = !in_time && failure.problem != Problem::BoshcmNoAnswer;
    if (ended && visit.findings.has("request-too-large")) return; // the same, most likely
    if (ended) {
        return tell_once(
            visit,
            {Severity::Problem, "message-too-large",
             "A message of " + size + " ends the session over " + session.way,
             failure.detail + before,
             "The XMPP server ends the stream of whoever sends a larger stanza than it takes, and "
             "the client logs in again, to send it again. boshcm takes requests of up to "
             "bosh/@max-body; the server should take as much.",
             server_fixes(ServerTopic::StanzaSize, session.server, session.jid)});
    }
    if (!in_time && arrived == 0) {
        return tell_once(visit,
                         {Severity::Problem,
                          "message-lost",
                          "A message to itself does not arrive over " + session.way,
                          size + ", " + seconds(outcome.took) + " after it was sent",
                          "The login works and messages are lost: the log of the server says why.",
                          {}});
    }
    std::string title =
        in_time ? "A message of " + size + " takes " + seconds(outcome.took)
                : "A message of " + size + " does not arrive within " + seconds(outcome.took);
    auto milliseconds = static_cast<size_t>(std::max<int64_t>(outcome.took.count(), 1));
    tell_once(
        visit,
        {in_time ? Severity::Warning : Severity::Problem, "messages-slow",
         title + " over " + session.way,
         in_time ? kib(bytes * 1000 / milliseconds) + " a second" + before
                 : "it was sent and is not refused" + before,
         "The XMPP server reads no faster from one client than its limit of bytes a second: "
         "pictures and the start of a session with many rooms and contacts are late, and what "
         "is written meanwhile waits behind them.",
         server_fixes(ServerTopic::Rate, session.server, session.jid)});
}

} // namespace

void check_messages(Visit& visit, const AccountSession& session) {
    size_t arrived = 0;
    Outcome last;
    for (size_t bytes : sizes(visit)) {
        last = send(session, bytes);
        bool slow = last.took > kSlow + 4 * visit.upload_took;
        if (last.delivery != Delivery::Arrived || slow) {
            return tell_of(visit, session, bytes, arrived, last);
        }
        arrived = bytes;
    }
    visit.findings.ok("messages",
                      "Messages of up to " + kib(arrived) + " arrive over " + session.way,
                      "the largest after " + std::to_string(last.took.count()) + " ms");
}

} // namespace doctor
