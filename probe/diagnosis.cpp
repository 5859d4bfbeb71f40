#include "probe/diagnosis.h"

#include "net/transport.h"
#include "tls/fault.h"
#include "xmpp/connect_failure.h"
#include "xmpp/stream_error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <span>

namespace probe {

namespace {

template <class Key>
struct Rule {
    Key key;
    Problem problem;
};

template <class Key, class Given>
Problem find(std::span<const Rule<Key>> rules, const Given& given, Problem otherwise) {
    auto rule = std::ranges::find(rules, static_cast<Key>(given), &Rule<Key>::key);
    return rule == rules.end() ? otherwise : rule->problem;
}

constexpr auto kConnectRules = std::to_array<Rule<uint16_t>>({
    {ECONNREFUSED, Problem::ConnectionRefused},
    {ETIMEDOUT, Problem::ConnectTimeout},
    {EHOSTUNREACH, Problem::Unreachable},
    {ENETUNREACH, Problem::Unreachable},
    {EADDRNOTAVAIL, Problem::Unreachable},
    {static_cast<uint16_t>(net::NetFault::NoAddress), Problem::NoAddress},
    {static_cast<uint16_t>(net::NetFault::LookUpFailed), Problem::DnsFailed},
    {static_cast<uint16_t>(net::NetFault::Deadline), Problem::ConnectTimeout},
});

constexpr auto kTlsRules = std::to_array<Rule<tls::Fault>>({
    {tls::Fault::NotTls, Problem::TlsNotSpoken},
    {tls::Fault::VersionTooOld, Problem::TlsVersionTooOld},
    {tls::Fault::NoCommonCipher, Problem::TlsNoCommonCipher},
    {tls::Fault::NoProtocol, Problem::TlsNoProtocol},
    {tls::Fault::NoCertificate, Problem::CertificateMissing},
    {tls::Fault::UnknownIssuer, Problem::CertificateUnknownIssuer},
    {tls::Fault::SelfSigned, Problem::CertificateSelfSigned},
    {tls::Fault::Expired, Problem::CertificateExpired},
    {tls::Fault::NotYetValid, Problem::CertificateNotYetValid},
    {tls::Fault::WrongName, Problem::CertificateWrongName},
    {tls::Fault::WrongUsage, Problem::CertificateWrongUsage},
    {tls::Fault::BadCertificate, Problem::CertificateBad},
    {tls::Fault::PinMismatch, Problem::CertificatePinMismatch},
    {tls::Fault::AlertFromPeer, Problem::TlsAlert},
    {tls::Fault::CertificateWanted, Problem::TlsAlert},
});

constexpr auto kStreamRules = std::to_array<Rule<xmpp::ConnectFault>>({
    {xmpp::ConnectFault::NoService, Problem::ServiceNotOffered},
    {xmpp::ConnectFault::NoServer, Problem::DomainNotFound},
    {xmpp::ConnectFault::TlsNotOffered, Problem::StarttlsMissing},
    {xmpp::ConnectFault::TlsRefused, Problem::StarttlsRefused},
    {xmpp::ConnectFault::BytesInClear, Problem::BytesInClear},
    {xmpp::ConnectFault::NoHeader, Problem::ConnectionClosed},
});

constexpr auto kSaslRules = std::to_array<Rule<std::string_view>>({
    {"not-authorized", Problem::CredentialsRefused},
    {"account-disabled", Problem::AccountDisabled},
    {"credentials-expired", Problem::AccountDisabled},
    {"encryption-required", Problem::EncryptionRequired},
    {"invalid-mechanism", Problem::NoUsableMechanism},
    {"mechanism-too-weak", Problem::NoUsableMechanism},
});

constexpr auto kStatusRules = std::to_array<Rule<long>>({
    {301, Problem::Redirected},
    {302, Problem::Redirected},
    {303, Problem::Redirected},
    {307, Problem::Redirected},
    {308, Problem::Redirected},
    {401, Problem::AccessDenied},
    {403, Problem::AccessDenied},
    {404, Problem::BoshPathWrong},
    {405, Problem::BoshPathWrong},
    {410, Problem::BoshPathWrong},
    {502, Problem::BadGateway},
    {503, Problem::BadGateway},
    {504, Problem::BadGateway},
});

constexpr auto kConditionRules = std::to_array<Rule<std::string_view>>({
    {"host-unknown", Problem::DomainNotServed},
    {"host-gone", Problem::DomainRetired},
    {"remote-connection-failed", Problem::ServerUnreachable},
    {"remote-stream-error", Problem::StreamError},
    {"see-other-uri", Problem::SentElsewhere},
    {"system-shutdown", Problem::BoshcmStopping},
    {"item-not-found", Problem::SessionLost},
});

// The record of a server that was spoken to in clear and knows TLS only: an alert or a handshake.
bool is_tls_record(std::string_view heard) {
    return heard.size() >= 2 && (heard[0] == 0x15 || heard[0] == 0x16) && heard[1] == 0x03;
}

// The words of an answer that is no XML: of an HTML page its title, as that mostly says it all.
std::string first_words(std::string_view body) {
    size_t title = body.find("<title>");
    if (title != body.npos) {
        body.remove_prefix(title + 7);
        body = body.substr(0, body.find('<'));
    } else if (body.starts_with('<')) {
        return {};
    }
    std::string words(body.substr(0, 80));
    while (!words.empty() && std::isspace(static_cast<unsigned char>(words.back())) != 0) {
        words.pop_back();
    }
    return words;
}

} // namespace

Problem problem_of_connecting(const base::Error& error) {
    return find<uint16_t>(kConnectRules, error.code, Problem::ConnectFailed);
}

Problem problem_of_stream(const base::Error& error, std::string_view heard) {
    switch (error.category) {
    case base::Category::Net:
        if (is_tls_record(heard)) return Problem::TlsExpected;
        return error.code == static_cast<uint16_t>(net::NetFault::Deadline)
                   ? Problem::NoAnswer
                   : Problem::ConnectionClosed;
    case base::Category::Tls: return find<tls::Fault>(kTlsRules, error.code, Problem::TlsBroken);
    case base::Category::Stream:
        if (error.code == static_cast<uint16_t>(xmpp::ConnectFault::StreamRefused)) {
            return problem_of_stream_error(error.what);
        }
        return find<xmpp::ConnectFault>(kStreamRules, error.code, Problem::NotXmpp);
    default: return is_tls_record(heard) ? Problem::TlsExpected : Problem::NotXmpp;
    }
}

Problem problem_of_stream_error(std::string_view condition) {
    return condition == "host-unknown" || condition == "host-gone" ? Problem::DomainNotOnServer
                                                                   : Problem::StreamError;
}

Problem problem_of_sasl_failure(std::string_view condition) {
    return find<std::string_view>(kSaslRules, condition, Problem::LoginRefused);
}

Problem problem_of_answer(const HttpAnswer& answer) {
    if (answer.status != 200) return find<long>(kStatusRules, answer.status, Problem::HttpError);
    return answer.body.contains("<body") && !answer.body.contains("<html") ? Problem::None
                                                                           : Problem::NotBosh;
}

std::string description_of(const HttpAnswer& answer) {
    std::string text = "HTTP " + std::to_string(answer.status);
    if (!answer.location.empty()) return text + " to " + answer.location;
    if (!answer.content_type.empty()) text += ", " + answer.content_type;
    std::string words = first_words(answer.body);
    if (!words.empty()) text += ", \"" + words + '"';
    return text;
}

Problem problem_of_condition(std::string_view condition) {
    return find<std::string_view>(kConditionRules, condition, Problem::SessionRefused);
}

std::string mechanism_for(const std::vector<std::string>& offered, bool anonymous) {
    static constexpr std::string_view kForGuests[] = {"ANONYMOUS"};
    static constexpr std::string_view kForAccounts[] = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"};
    std::span<const std::string_view> usable = kForAccounts;
    if (anonymous) usable = kForGuests;
    for (std::string_view mechanism : usable) {
        if (std::ranges::find(offered, mechanism) != offered.end()) return std::string(mechanism);
    }
    return {};
}

} // namespace probe
