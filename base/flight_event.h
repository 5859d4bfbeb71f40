// FlightEvent — what a session remembers of its way, each with one number that goes with it.
// Names are `noun.verb-past`, as the log's; a test holds them to that.
#pragma once

#include <cstdint>
#include <string_view>

namespace base {

enum class FlightEvent : uint8_t {
    SessionCreated,
    // BOSH: the client's requests.
    RequestAnsweredEmpty, // held for
    RequestAnswered,      // with stanzas; held for
    RequestReplayed,      // an answer once more; for which time
    RequestRepeated,      // while the first was still held; held for
    RequestParked,        // lower rids missing
    RequestLost,          // its connection ended while it was held; held for
    GapGivenUp,           // requests that waited for lower rids
    RidTooHigh,           // beyond the window, by
    RidTooLow,            // too old for a replay, by
    KeyRefused,
    RequestTooSoon, // after the one before it
    RequestMalformed,
    RepeatedTooOften,
    PauseBegun,   // for, as asked
    PauseRefused, // for, as asked
    StreamUnknown,
    AddressChanged, // of whom the requests come from
    // Both: stanzas.
    SentToServer,  // stanzas
    SentToClient,  // stanzas; of BOSH: RequestAnswered
    ServerPaused,  // not read from: the client takes nothing
    ServerResumed, // read from again
    ServerCongested,
    ServerDrained,
    OutboxFull,
    // Both: the way to the server.
    LookUpBegun,
    ConnectBegun,
    TlsBegun,
    ServerReached, // TCP, and TLS where it is wanted: its stream is awaited
    StreamOpened,  // the server's header has come
    FeaturesReceived,
    StreamRestarted,
    LoggedIn,
    ServerFailed,        // never was one; ServerFault
    ServerLost,          // the connection is gone; ServerFault
    StreamErrorReceived, // ServerFault
    ServerClosed,        // </stream:stream>
    // WebSocket.
    WebsocketOpened,
    PingSent,
    PingAnswered, // by whatever came; after
    ClientPinged,
    CloseReceived, // code
    CloseSent,     // code
    ClientHeldBack,
    ClientReleased,
    ClientBlocked, // its transport takes no more for now
    ClientDrained,
    MessageRefused, // code of our Close frame; 0: XML
    ClientLost,     // TCP's end without a Close frame; silent for
    // Both: who ended it.
    ClientTerminated,
    ClientSilent,  // inactivity; for
    PingTimedOut,  // for
    LoginTimedOut, // after
    OpenTimedOut,  // no <open/>; after
    CloseTimedOut, // no <close/> or Close frame; after
    CreationLost,  // nobody waited for its answer any more
    AdminEnded,
    DaemonStopped,
    Last = DaemonStopped,
};

// What the number is.
enum class FlightArgument : uint8_t { None, Lasted, Count, Code, Fault };

[[nodiscard]] std::string_view to_string(FlightEvent event);
[[nodiscard]] FlightArgument argument_of(FlightEvent event);

// Why a server could not be reached, or what its last word was.
enum class ServerFault : uint8_t {
    Unknown,
    // The way there.
    NoAddress,    // the domain's server has no address
    LookUpFailed, // nobody knows whether it has
    NoService,    // the domain says that it has none
    Forbidden,    // only addresses that may not be connected to
    Refused,
    Unreachable,
    TimedOut,
    Eof, // it closed the connection
    Reset,
    NoDescriptors, // ours
    Besieged,      // too many connections toward it wait
    // TLS.
    NoTls,
    TlsRefused,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateForOther,
    CertificateUntrusted,
    CertificateUnusable,
    KeyNotPinned,
    CertificateWanted,
    TlsTooOld,
    TlsBroken,
    // Its stream.
    NotXmpp,
    StreamRefused,
    TooLarge,
    // Stream errors, RFC 6120 §4.9.3: those that say something of the cause.
    Conflict,
    ConnectionTimeout,
    HostGone,
    HostUnknown,
    NotWellFormed,
    PolicyViolation,
    ResourceConstraint,
    SystemShutdown,
    Restart,
    OtherStreamError,
    Last = OtherStreamError,
};

[[nodiscard]] std::string_view to_string(ServerFault fault);

} // namespace base
