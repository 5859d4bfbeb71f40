// Each rule is one mark in the record. What the record tells of several causes alike is not told.

#include "base/likely_cause.h"

#include <algorithm>
#include <utility>

namespace base {

namespace {

using Entry = FlightRecord::Entry;
using Found = std::optional<LikelyCause>;

// A browser or a network that ends one request or two says nothing of a proxy.
constexpr uint32_t kFewestCuts = 3;
// Below, it is no timeout of a proxy but a client that has something else to do.
constexpr Duration kShortestCut = 2s;
constexpr Duration kShortestIdle = 5s;
constexpr Duration kTolerance = 1s;
// Timeouts are set in fives of seconds; so near to one a silence is hardly chance.
constexpr Duration kRound = 5s;
constexpr Duration kNearRound = 500ms;
// A client that gave up earlier did not wait for a server.
constexpr Duration kSlow = 3s;
// What came just before a silence may have to do with it.
constexpr Duration kJustBefore = 60s;

std::string seconds(Duration lasted) {
    int64_t tenths = (lasted.count() + 50) / 100;
    std::string text = std::to_string(tenths / 10);
    if (tenths % 10 != 0 && tenths < 100) text.append(".").append(std::to_string(tenths % 10));
    return text + " s";
}

Duration lasted(const Entry& entry) {
    return Duration(entry.argument * 100);
}

LikelyCause because(Cause cause, std::string what) {
    std::string text = std::move(what);
    text.append("; ").append(advice(cause));
    return {.cause = cause, .text = std::move(text)};
}

bool is_of_client(FlightEvent event) {
    switch (event) {
    case FlightEvent::RequestAnsweredEmpty:
    case FlightEvent::RequestAnswered:
    case FlightEvent::RequestReplayed:
    case FlightEvent::RequestRepeated:
    case FlightEvent::RequestParked:
    case FlightEvent::RequestLost:
    case FlightEvent::PauseBegun:
    case FlightEvent::AddressChanged:
    case FlightEvent::SentToServer: return true;
    default: return false;
    }
}

std::optional<Entry> last_of_client(const FlightRecord& record) {
    for (size_t index = record.size(); index > 0; --index) {
        Entry entry = record.entry(index - 1);
        if (is_of_client(entry.event)) return entry;
    }
    return std::nullopt;
}

// ---------------------------------------------------------------------------- between

Found cut_by_proxy(const FlightRecord& record, const CauseFacts& facts) {
    FlightRecord::Cuts cuts = record.cuts();
    bool often = cuts.alike >= kFewestCuts && cuts.alike > cuts.others;
    if (!often || cuts.after < kShortestCut) return std::nullopt;
    if (record.longest_held() > cuts.after + kTolerance) return std::nullopt; // it can be longer
    return because(Cause::ProxyClosesHeldRequests,
                   "a proxy between us and the client closes held requests after " +
                       seconds(cuts.after) + " (wait is " + seconds(facts.wait) + ")");
}

// ---------------------------------------------------------------------------- BOSH

Found fell_silent(const FlightRecord& record, const CauseFacts& facts) {
    if (Found cut = cut_by_proxy(record, facts)) return cut;
    std::optional<Entry> last = last_of_client(record);
    if (!last) return std::nullopt;
    if (last->event == FlightEvent::PauseBegun) {
        return because(Cause::PauseRanOut, "the client asked for a pause of " +
                                               seconds(lasted(*last)) +
                                               " and did not come back in it");
    }
    Entry moved{};
    if (record.find_last(FlightEvent::AddressChanged, moved) && last->at - moved.at < kJustBefore) {
        return because(Cause::NetworkChanged,
                       "the client's address changed just before it fell silent");
    }
    if (!record.happened(FlightEvent::LoggedIn)) {
        return because(Cause::LoginAbandoned, "the client left before it had logged in");
    }
    if (last->event == FlightEvent::RequestLost) {
        return because(Cause::PageClosed,
                       "the connection of the held request ended and the client did not come "
                       "back: its page was closed, or its network is gone");
    }
    if (last->event == FlightEvent::RequestAnswered ||
        last->event == FlightEvent::RequestAnsweredEmpty) {
        return because(Cause::ClientVanished,
                       "the client asked for nothing after our last answer: it sleeps, is "
                       "offline, or was closed between two requests");
    }
    return std::nullopt;
}

Found rid_trouble(const FlightRecord& record, const CauseFacts& facts) {
    if (record.happened(FlightEvent::GapGivenUp)) {
        return because(Cause::RequestsLostOnTheWay,
                       "requests of the session did not arrive, though later ones did");
    }
    Entry repeated{};
    bool twice = record.find_last(FlightEvent::RequestRepeated, repeated) ||
                 record.find_last(FlightEvent::RequestReplayed, repeated);
    if (twice && !record.happened(FlightEvent::RequestLost)) {
        return because(Cause::SidShared,
                       "two clients use this session: both sent the same rid, and "
                       "no connection had been lost");
    }
    if (Found cut = cut_by_proxy(record, facts)) return cut;
    Entry wrong{};
    if (record.find_last(FlightEvent::RidTooHigh, wrong)) {
        return because(Cause::RidRanAhead, "the client's rid is " + std::to_string(wrong.argument) +
                                               " beyond what it may send");
    }
    if (record.find_last(FlightEvent::RidTooLow, wrong)) {
        return because(Cause::RidFellBehind, "the client sent a rid of " +
                                                 std::to_string(wrong.argument) +
                                                 " requests ago, as a page does from old state");
    }
    return std::nullopt;
}

Found too_often(const FlightRecord& record, const CauseFacts& facts) {
    Entry soon{};
    if (!record.find_last(FlightEvent::RequestTooSoon, soon)) return std::nullopt;
    if (soon.argument > facts.requests) {
        return because(Cause::TooManyRequestsAtOnce,
                       "the client had " + std::to_string(soon.argument) +
                           " requests open, and was granted " + std::to_string(facts.requests));
    }
    return because(Cause::PollsTooFast,
                   "the client polls with empty requests faster than it was told it may");
}

// ---------------------------------------------------------------------------- the server

FlightEvent last_step(const FlightRecord& record) {
    for (size_t index = record.size(); index > 0; --index) {
        FlightEvent event = record.entry(index - 1).event;
        if (event == FlightEvent::LookUpBegun || event == FlightEvent::ConnectBegun ||
            event == FlightEvent::TlsBegun || event == FlightEvent::ServerReached) {
            return event;
        }
    }
    return FlightEvent::SessionCreated;
}

Found of_timeout(FlightEvent step) {
    switch (step) {
    case FlightEvent::LookUpBegun:
        return because(Cause::DnsDoesNotAnswer, "no resolver answered in time");
    case FlightEvent::ConnectBegun:
        return because(Cause::ServerDoesNotAnswer,
                       "nothing came back in time of the connection to the server");
    case FlightEvent::TlsBegun:
        return because(Cause::ServerDoesNotAnswer,
                       "the server took the connection and did not finish TLS in time");
    default:
        return because(Cause::ServerDoesNotAnswer,
                       "the server took the connection and did not open its stream in time");
    }
}

Found of_stream_error(ServerFault fault) {
    switch (fault) {
    case ServerFault::Conflict:
        return because(Cause::SameResourceElsewhere,
                       "the same account logged in elsewhere with the same resource");
    case ServerFault::HostUnknown:
    case ServerFault::HostGone:
        return because(Cause::HostUnknown, "the server does not serve this domain");
    case ServerFault::SystemShutdown:
    case ServerFault::Restart:
        return because(Cause::ServerShutDown, "the server was shut down or restarted");
    case ServerFault::NotWellFormed:
        return because(Cause::ClientSentBadXml,
                       "the server refused XML of the client as not legal in a stream");
    case ServerFault::ConnectionTimeout:
        return because(Cause::ServerFoundClientIdle,
                       "the server ended the stream because it heard nothing for too long");
    case ServerFault::PolicyViolation:
    case ServerFault::ResourceConstraint:
        return because(Cause::ServerLimitReached,
                       "the client met a limit or a policy of the server");
    default: return std::nullopt;
    }
}

Found of_certificate(ServerFault fault) {
    switch (fault) {
    case ServerFault::CertificateUntrusted:
        return because(Cause::CertificateNotTrusted,
                       "nobody trusted here vouches for the server's certificate");
    case ServerFault::CertificateExpired:
        return because(Cause::CertificateExpired, "the server's certificate is expired");
    case ServerFault::CertificateNotYetValid:
        return because(Cause::CertificateExpired, "the server's certificate is not valid yet");
    case ServerFault::CertificateForOther:
        return because(Cause::CertificateForOther,
                       "the server's certificate is for another domain");
    case ServerFault::CertificateUnusable:
    case ServerFault::KeyNotPinned:
        return because(Cause::CertificateUnusable,
                       "the server's certificate is not one that may be used here");
    case ServerFault::CertificateWanted:
        return because(Cause::CertificateWanted, "the server wants a certificate of ours");
    default: return std::nullopt;
    }
}

Found of_way(const FlightRecord& record, ServerFault fault) {
    switch (fault) {
    case ServerFault::NoAddress:
        return because(Cause::ServerNotFound, "the domain's server has no address");
    case ServerFault::LookUpFailed:
        return because(Cause::DnsDoesNotAnswer, "DNS had no answer for the domain's server");
    case ServerFault::NoService:
        return because(Cause::DomainWithoutService,
                       "the domain's SRV records say that it has no service for clients");
    case ServerFault::Forbidden:
        return because(Cause::ServerForbidden,
                       "the server has only addresses that may not be connected to");
    case ServerFault::Refused:
        return because(Cause::ServerRefusesConnections, "nothing listens at the server's port");
    case ServerFault::Unreachable:
        return because(Cause::ServerUnreachable, "there is no way to the server's network");
    case ServerFault::TimedOut: return of_timeout(last_step(record));
    case ServerFault::Eof:
    case ServerFault::Reset:
    case ServerFault::StreamRefused:
        return because(Cause::ServerHungUp,
                       "the server took the connection and closed it before its stream began");
    case ServerFault::NoDescriptors:
        return because(Cause::OutOfDescriptors, "this program may open no more connections");
    case ServerFault::Besieged:
        return because(Cause::ServerBesieged,
                       "too many connections to this server were waiting for their turn");
    case ServerFault::NoTls:
    case ServerFault::TlsRefused:
        return because(Cause::ServerWithoutTls, "the server does not offer TLS, which is required");
    case ServerFault::TlsTooOld:
    case ServerFault::TlsBroken:
        return because(Cause::TlsFailed, "no TLS could be agreed on with the server");
    case ServerFault::NotXmpp:
        return because(Cause::ServerSpeaksNoXmpp, "what answered there is no XMPP server");
    default: break;
    }
    Found certificate = of_certificate(fault);
    return certificate ? certificate : of_stream_error(fault);
}

std::optional<ServerFault> fault_of(const FlightRecord& record, FlightEvent event) {
    Entry entry{};
    if (!record.find_last(event, entry)) return std::nullopt;
    return static_cast<ServerFault>(entry.argument);
}

Found of_loss(const FlightRecord& record) {
    std::optional<ServerFault> fault = fault_of(record, FlightEvent::ServerLost);
    if (!fault) return std::nullopt;
    if (*fault == ServerFault::TimedOut) {
        return because(
            Cause::ServerVanished,
            "the server does not acknowledge anything any more, and did not say goodbye");
    }
    return because(Cause::ServerConnectionLost,
                   *fault == ServerFault::Reset
                       ? "the server's connection was reset without a word of its stream"
                       : "the server's connection ended without a word of its stream");
}

// What both transports have from the server and from us.
Found of_either(const FlightRecord& record, const CauseFacts& facts) {
    std::string_view end = facts.ended_by;
    if (end == "connect-failed") {
        auto fault = fault_of(record, FlightEvent::ServerFailed);
        return fault ? of_way(record, *fault) : std::nullopt;
    }
    if (end == "remote-stream-error") {
        auto fault = fault_of(record, FlightEvent::StreamErrorReceived);
        return fault ? of_stream_error(*fault) : std::nullopt;
    }
    if (end == "upstream-lost") return of_loss(record);
    if (end == "upstream-sent-no-xmpp") {
        return because(Cause::ServerSpeaksNoXmpp, "the server sent what is no XMPP");
    }
    if (end == "server-closed") {
        return because(Cause::ServerClosedStream,
                       record.happened(FlightEvent::LoggedIn)
                           ? "the server closed the stream of a client that was logged in"
                           : "the server closed the stream of a client that had not logged in");
    }
    if (end == "not-authenticated") {
        return because(Cause::LoginNeverFinished,
                       record.happened(FlightEvent::SentToServer)
                           ? "the client began to log in and never got through"
                           : "the client had the server's features and never began to log in");
    }
    if (end == "too-large-for-server") {
        return because(Cause::StanzaTooBigForServer,
                       "the client sent a stanza larger than its server takes");
    }
    if (end == "outbox-full") {
        return because(Cause::ClientNotReading,
                       "the client takes nothing of what its server has for it");
    }
    if (end == "ended-by-admin") {
        return because(Cause::EndedByAdministrator, "an administrator ended the session");
    }
    if (end == "system-shutdown" || end == "shutdown") {
        return because(Cause::DaemonStopped, "this program was stopped");
    }
    return std::nullopt;
}

Found of_bosh(const FlightRecord& record, const CauseFacts& facts) {
    std::string_view end = facts.ended_by;
    if (end.empty()) return cut_by_proxy(record, facts);
    if (end == "inactivity") return fell_silent(record, facts);
    if (end == "rid-out-of-window") return rid_trouble(record, facts);
    if (end == "overactive") return too_often(record, facts);
    if (end == "bad-key") {
        return because(Cause::KeySequenceBroken, "a request's key is not the next of the sequence");
    }
    if (end == "too-many-repeats") {
        return because(Cause::RequestRepeatedWithoutEnd,
                       "one request was repeated more than ten times");
    }
    if (end == "bad-request" || end == "bad-rid") {
        return because(Cause::RequestMalformed, "a request's body is not what XEP-0124 asks for");
    }
    Entry entry{};
    if (end == "pause-too-long" && record.find_last(FlightEvent::PauseRefused, entry)) {
        return because(Cause::PauseTooLong, "the client asked for a pause of " +
                                                seconds(lasted(entry)) + ", more than it may");
    }
    if (end == "creation-abandoned" && record.find_last(FlightEvent::CreationLost, entry) &&
        entry.at - record.begun() >= kSlow) {
        return because(Cause::CreationGivenUp, "the client gave up after " +
                                                   seconds(entry.at - record.begun()) +
                                                   " without an answer from the server");
    }
    return of_either(record, facts);
}

// ---------------------------------------------------------------------------- WebSocket

// Was it quiet before, for longer than what is said to end it?
bool was_quiet_for_longer(const FlightRecord& record, Duration silence) {
    for (size_t index = 1; index + 1 < record.size(); ++index) {
        Entry entry = record.entry(index);
        // Of what came several times only the latest is known, and of pings the time between.
        if (entry.count == 1 && entry.at - record.entry(index - 1).at > silence + kTolerance) {
            return true;
        }
    }
    return false;
}

Found lost_websocket(const FlightRecord& record, const CauseFacts& facts) {
    Entry lost{};
    if (!record.find_last(FlightEvent::ClientLost, lost)) return std::nullopt;
    Duration silence = lasted(lost);
    Duration beyond_round = (silence + kRound / 2) % kRound - kRound / 2;
    bool round = beyond_round <= kNearRound && beyond_round >= -kNearRound;
    if (silence >= kShortestIdle && round && silence < facts.ping_interval &&
        !was_quiet_for_longer(record, silence)) {
        return because(Cause::ProxyClosesIdleWebsocket,
                       "the connection ended after " + seconds(silence) +
                           " of silence, as proxies end it (ping-interval is " +
                           seconds(facts.ping_interval) + ")");
    }
    return because(Cause::WebsocketCut, "the connection ended without a Close frame: the client "
                                        "was killed, or its network or a proxy ended it");
}

Found of_websocket(const FlightRecord& record, const CauseFacts& facts) {
    std::string_view end = facts.ended_by;
    Entry entry{};
    if (end == "client-lost") return lost_websocket(record, facts);
    if (end == "ping-timeout" && record.find_last(FlightEvent::PingTimedOut, entry)) {
        return because(Cause::PingUnanswered,
                       "the client left a ping unanswered for " + seconds(lasted(entry)) +
                           ": it sleeps, is offline, or its network is gone");
    }
    if (end == "no-open") {
        return because(Cause::WebsocketNeverOpened,
                       record.happened(FlightEvent::OpenTimedOut)
                           ? "the client never sent <open/> after the handshake"
                           : "the client's first message was not <open/>");
    }
    if (end == "bad-xml") {
        return because(Cause::ClientSentBadXml, "a message of the client is not one legal element");
    }
    if (end == "bad-frame") {
        return because(Cause::WebsocketFramesBroken, "the client sent what is no WebSocket frame");
    }
    if (end == "message-too-big") {
        return because(Cause::MessageTooBig, "a message of the client is larger than max-message");
    }
    return of_either(record, facts);
}

} // namespace

std::optional<LikelyCause> likely_cause(const FlightRecord& record, const CauseFacts& facts) {
    if (!facts.ended_by.empty() && is_good_end(facts.ended_by)) return std::nullopt;
    return facts.transport == Transport::Bosh ? of_bosh(record, facts)
                                              : of_websocket(record, facts);
}

bool is_good_end(std::string_view ended_by) {
    return ended_by == "terminated" || ended_by == "client-closed" || ended_by == "client-left" ||
           ended_by == "see-other-uri";
}

LikelyCause returned_too_late(Duration ended_ago) {
    return because(Cause::ReturnedTooLate,
                   "the client is back " + seconds(ended_ago) +
                       " after its session ended for inactivity: it slept, or was frozen");
}

LikelyCause session_of_other_instance() {
    return because(Cause::SessionOfOtherInstance,
                   "no such session was here, and its sid is like ours: another instance has it");
}

LikelyCause session_from_before_start(Duration started_ago) {
    return because(Cause::SessionFromBeforeStart, "this program was started " +
                                                      seconds(started_ago) +
                                                      " ago, and the session is older");
}

} // namespace base
