// Problem — what can be wrong with a domain, its server or the web's way to it, each with the
// sentence that says so and what to change. A table, and no I/O.
// Life:   the names are stable: scripts compare them (boshcm(1)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace probe {

enum class Problem : uint8_t {
    None,
    // Names
    DomainNotFound,
    ServiceNotOffered,
    NoAddress,
    DnsFailed,
    // Connections
    ConnectionRefused,
    ConnectTimeout,
    Unreachable,
    ConnectFailed,
    // The stream before and after TLS
    NotXmpp,
    TlsExpected,
    NoAnswer,
    ConnectionClosed,
    DomainNotOnServer,
    StreamError,
    StarttlsMissing,
    StarttlsRefused,
    BytesInClear,
    // TLS
    TlsNotSpoken,
    TlsVersionTooOld,
    TlsNoCommonCipher,
    TlsNoProtocol,
    TlsAlert,
    TlsBroken,
    CertificateMissing,
    CertificateUnknownIssuer,
    CertificateSelfSigned,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateWrongName,
    CertificateWrongUsage,
    CertificateBad,
    CertificatePinMismatch,
    CaFileUnreadable,
    // Logging in
    NoUsableMechanism,
    CredentialsRefused,
    AccountDisabled,
    EncryptionRequired,
    LoginRefused,
    BindRefused,
    // The web's way
    UrlInvalid,
    UrlHostNotFound,
    BoshcmNotRunning,
    BoshcmNoAnswer,
    BoshPathWrong,
    BadGateway,
    NotBosh,
    Redirected,
    AccessDenied,
    HttpError,
    DomainNotServed,
    DomainRetired,
    ServerUnreachable,
    SentElsewhere,
    BoshcmStopping,
    SessionLost,
    SessionRefused,
    // Messages
    MessageLost,
    MessageReturned,
};

inline constexpr auto kLastProblem = Problem::MessageReturned;

// What was met where. `place` is what the step spoke to: "192.0.2.1:5222", a name, a URL.
struct Circumstances {
    std::string domain;
    std::string place;
    std::string detail; // what was seen, in the words of a library or of the peer
};

// "certificate-expired"
[[nodiscard]] std::string_view name_of(Problem problem);
// What is wrong, as a sentence with a full stop.
[[nodiscard]] std::string sentence(Problem problem, const Circumstances& met);
// What to change, as one or two sentences.
[[nodiscard]] std::string advice(Problem problem, const Circumstances& met);

} // namespace probe
