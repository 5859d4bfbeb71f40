// likely_cause — why a session ended badly, or is about to, from what it remembers.
//
// The log has the rule by which a session ended; what made it so is elsewhere: in a proxy's
// timeout, in a closed laptop, in a server's certificate. Where the record shows the mark of such a
// cause, this names it and says what to do. Where it shows none, this says nothing: a wrong cause
// costs its reader more than none.
//
// docs/causes.md has a section for each; a test compares.
// Life:   a function of its arguments; the texts are of ours, and no peer's.
#pragma once

#include "base/flight_record.h"
#include "base/session_ends.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

enum class Cause : uint8_t {
    // What stands between the client and us.
    ProxyClosesHeldRequests,
    ProxyClosesIdleWebsocket,
    RequestsLostOnTheWay,
    RequestRepeatedWithoutEnd,
    SessionOfOtherInstance,
    SessionFromBeforeStart,
    // The client.
    PageClosed,
    ClientVanished,
    NetworkChanged,
    ReturnedTooLate,
    PauseRanOut,
    PauseTooLong,
    LoginAbandoned,
    LoginNeverFinished,
    CreationGivenUp,
    SidShared,
    RidRanAhead,
    RidFellBehind,
    KeySequenceBroken,
    PollsTooFast,
    TooManyRequestsAtOnce,
    RequestMalformed,
    ClientNotReading,
    PingUnanswered,
    WebsocketCut,
    WebsocketNeverOpened,
    WebsocketFramesBroken,
    MessageTooBig,
    ClientSentBadXml,
    // The server.
    ServerNotFound,
    DnsDoesNotAnswer,
    DomainWithoutService,
    ServerForbidden,
    ServerRefusesConnections,
    ServerUnreachable,
    ServerDoesNotAnswer,
    ServerHungUp,
    ServerBesieged,
    ServerWithoutTls,
    TlsFailed,
    CertificateNotTrusted,
    CertificateExpired,
    CertificateForOther,
    CertificateUnusable,
    CertificateWanted,
    ServerSpeaksNoXmpp,
    HostUnknown,
    SameResourceElsewhere,
    ServerShutDown,
    ServerConnectionLost,
    ServerVanished,
    ServerClosedStream,
    ServerFoundClientIdle,
    ServerLimitReached,
    StanzaTooBigForServer,
    // This program.
    OutOfDescriptors,
    EndedByAdministrator,
    DaemonStopped,
    Last = DaemonStopped,
};

// `proxy-closes-held-requests`: the section of docs/causes.md.
[[nodiscard]] std::string_view to_string(Cause cause);
// What to do about it, in one clause.
[[nodiscard]] std::string_view advice(Cause cause);

// What a record does not have in it.
struct CauseFacts {
    Transport transport = Transport::Bosh;
    std::string_view ended_by; // as in SessionEnds; empty: it lives
    Duration wait{0};          // BOSH, as negotiated
    Duration inactivity{0};
    uint32_t requests = 0;
    Duration ping_interval{0}; // WebSocket
};

struct LikelyCause {
    Cause cause;
    std::string text; // what happened; what to do
};

[[nodiscard]] std::optional<LikelyCause> likely_cause(const FlightRecord& record,
                                                      const CauseFacts& facts);

// The client asked for nothing else, or left as clients do.
[[nodiscard]] bool is_good_end(std::string_view ended_by);

// Of a request for a session that is not there (any more).
[[nodiscard]] LikelyCause returned_too_late(Duration ended_ago);
[[nodiscard]] LikelyCause session_of_other_instance();
[[nodiscard]] LikelyCause session_from_before_start(Duration started_ago);

} // namespace base
