#include "probe/problem.h"

#include "base/error.h"

#include <array>

namespace probe {

namespace {

// In the texts, {domain}, {place} and {detail} stand for what was met.
struct Row {
    Problem problem;
    std::string_view name;
    std::string_view sentence;
    std::string_view advice;
};

constexpr auto kRows = std::to_array<Row>({
    {Problem::None, "none", "Nothing is wrong.", "Nothing needs to be changed."},

    {Problem::DomainNotFound, "domain-not-found", "DNS knows no {place}.",
     "Check the spelling of the name, and that its zone is published; or list the server in the "
     "configuration."},
    {Problem::ServiceNotOffered, "service-not-offered",
     "DNS says that {domain} offers no XMPP service: its SRV record has the target \".\".",
     "Replace the record _xmpp-client._tcp.{domain} by one that names the server, or list the "
     "server in the configuration."},
    {Problem::NoAddress, "no-address", "{place} has no address.",
     "Add an A or AAAA record for {place}, or correct the target of the SRV record or the host in "
     "the configuration that names it."},
    {Problem::DnsFailed, "dns-failed", "The name servers gave no answer about {place}.",
     "Check that the name servers of this host work and that {place} resolves elsewhere."},

    {Problem::ConnectionRefused, "connection-refused", "Nothing listens at {place}.",
     "Start the XMPP server, or correct the port in the SRV record or the configuration."},
    {Problem::ConnectTimeout, "connect-timeout", "{place} does not answer a connection attempt.",
     "Check the address, and that no firewall drops what is sent to that port."},
    {Problem::Unreachable, "unreachable", "There is no route to {place}.",
     "Correct the address in DNS or the configuration, or the routes of this host."},
    {Problem::ConnectFailed, "connect-failed", "Connecting to {place} failed: {detail}.",
     "Correct the address or the configuration of the network."},

    {Problem::NotXmpp, "not-xmpp", "What answers at {place} is no XMPP server: {detail}.",
     "Correct the port in the SRV record or the configuration; XMPP clients' is usually 5222."},
    {Problem::TlsExpected, "tls-expected", "{place} expects TLS from the first byte.",
     "Write tls=\"direct\" for this server, publish it as _xmpps-client._tcp, or use its port for "
     "STARTTLS, usually 5222."},
    {Problem::NoAnswer, "no-answer", "{place} accepts the connection and then says nothing.",
     "Look whether the server hangs, whether the port belongs to another service, and whether it "
     "expects a PROXY protocol header or TLS from the first byte."},
    {Problem::ConnectionClosed, "connection-closed",
     "{place} closes the connection without a word.",
     "Look into the log of the server: it may limit connections by address, expect a PROXY "
     "protocol header, or expect TLS from the first byte."},
    {Problem::DomainNotOnServer, "domain-not-on-server",
     "The server at {place} does not serve {domain}.",
     "Add {domain} to the server's hosts, or correct the server of the domain in DNS or the "
     "configuration."},
    {Problem::StreamError, "stream-error", "The server at {place} ends the stream: {detail}.",
     "Look into the log of the server for the reason."},
    {Problem::StarttlsMissing, "starttls-missing", "The server at {place} does not offer STARTTLS.",
     "Give the server a certificate for {domain} and switch STARTTLS on; only if the way to it "
     "cannot be listened to, write tls=\"none\" for this server."},
    {Problem::StarttlsRefused, "starttls-refused",
     "The server at {place} offers STARTTLS and then refuses it.",
     "Look into the log of the server; most often it cannot read its certificate or key."},
    {Problem::BytesInClear, "bytes-in-clear",
     "Something spoke in clear at {place} when TLS had to begin.",
     "Someone on the way may be tampering with the connection; look at what lies between."},

    {Problem::TlsNotSpoken, "tls-not-spoken", "{place} does not speak TLS where it should.",
     "Correct the port, or the server's tls in the configuration: \"direct\" is for ports with TLS "
     "from the first byte only. For a URL, use http: or the port for https."},
    {Problem::TlsVersionTooOld, "tls-version-too-old",
     "{place} speaks only versions of TLS that are too old.",
     "Switch TLS 1.2 or 1.3 on at {place}."},
    {Problem::TlsNoCommonCipher, "tls-no-common-cipher", "{place} shares no cipher suite with us.",
     "Allow the usual cipher suites at {place}, such as those of Mozilla's intermediate list."},
    {Problem::TlsNoProtocol, "tls-no-protocol",
     "{place} does not accept the protocol xmpp-client (ALPN).",
     "Let the TLS front at {place} pass on the ALPN protocol xmpp-client."},
    {Problem::TlsAlert, "tls-alert", "{place} breaks TLS off: {detail}.",
     "Look into the log of the server; it may want a certificate of ours (client-chain)."},
    {Problem::TlsBroken, "tls-broken", "TLS with {place} fails: {detail}.",
     "Look into the log of the server, and for anything on the way that changes TLS."},
    {Problem::CertificateMissing, "certificate-missing", "{place} shows no certificate.",
     "Give the server at {place} a certificate."},
    {Problem::CertificateUnknownIssuer, "certificate-unknown-issuer",
     "Nobody trusted vouches for the certificate of {place}: {detail}.",
     "Let the server send the intermediate certificates as well; if the CA is your own, name its "
     "file with ca-file."},
    {Problem::CertificateSelfSigned, "certificate-self-signed",
     "The certificate of {place} is signed by itself: {detail}.",
     "Install a certificate of a CA, or trust this one with pin or ca-file."},
    {Problem::CertificateExpired, "certificate-expired",
     "The certificate of {place} has expired: {detail}.",
     "Renew the certificate, and let the server load it."},
    {Problem::CertificateNotYetValid, "certificate-not-yet-valid",
     "The certificate of {place} is not valid yet: {detail}.",
     "Check the clock of this host, or install a certificate that is valid now."},
    {Problem::CertificateWrongName, "certificate-wrong-name",
     "The certificate of {place} is for another name: {detail}.",
     "Install a certificate that names the domain among its alternative names."},
    {Problem::CertificateWrongUsage, "certificate-wrong-usage",
     "The certificate of {place} is not one for servers: {detail}.",
     "Install a certificate with the extended key usage serverAuth."},
    {Problem::CertificateBad, "certificate-bad",
     "The certificate of {place} is not acceptable: {detail}.",
     "Install a certificate that follows RFC 5280."},
    {Problem::CertificatePinMismatch, "certificate-pin-mismatch",
     "The key of {place} is not the pinned one: {detail}.",
     "If the server has a new key, pin that one; if not, someone stands in between."},
    {Problem::CaFileUnreadable, "ca-file-unreadable",
     "The file of trusted CAs is not usable: {detail}.",
     "Correct ca-file, or make the file readable for whoever runs the probe."},

    {Problem::NoUsableMechanism, "no-usable-mechanism",
     "There is no way to log in at {place} that the probe can use: {detail}.",
     "Let the server offer SCRAM-SHA-256, SCRAM-SHA-1 or PLAIN for accounts, and ANONYMOUS for "
     "guests. If it does so only over TLS, give it TLS."},
    {Problem::CredentialsRefused, "credentials-refused",
     "The account is refused ({detail}): it does not exist, or the password is wrong.",
     "Check that the account exists on the server and that the password file holds its password "
     "(servers do not tell which of the two it is)."},
    {Problem::AccountDisabled, "account-disabled", "The account may not log in: {detail}.",
     "Enable the account on the server, or renew its password."},
    {Problem::EncryptionRequired, "encryption-required",
     "The server at {place} accepts no login without encryption.",
     "Use TLS to the server, or allow logins without encryption on a port that only this host "
     "reaches."},
    {Problem::LoginRefused, "login-refused", "Logging in at {place} fails: {detail}.",
     "Look into the log of the server for the reason."},
    {Problem::BindRefused, "bind-refused", "{place} gives no resource to the account: {detail}.",
     "Look into the log of the server: the account may have too many sessions."},

    {Problem::UrlInvalid, "url-invalid", "{place} is no URL that can be asked: {detail}.",
     "Give an http or https URL, such as https://chat.example.org/http-bind."},
    {Problem::UrlHostNotFound, "url-host-not-found", "The host of {place} has no address.",
     "Correct the URL, or add the name to DNS."},
    {Problem::BoshcmNotRunning, "boshcm-not-running", "Nothing listens at {place}.",
     "Start boshcm or the proxy before it, or correct the URL; it is made of the first listener "
     "and of bosh/@path."},
    {Problem::BoshcmNoAnswer, "boshcm-no-answer", "{place} does not answer in time.",
     "Look whether boshcm and the proxy before it run and are not stopped or overloaded."},
    {Problem::BoshPathWrong, "bosh-path-wrong", "There is no BOSH at {place}: {detail}.",
     "Correct the URL's path: it is bosh/@path of the configuration, /http-bind by default, and "
     "the proxy must pass it on unchanged."},
    {Problem::BadGateway, "bad-gateway", "The proxy at {place} does not reach boshcm: {detail}.",
     "Start boshcm, or correct the address to which the proxy sends requests; its read timeout "
     "must be longer than bosh/@wait."},
    {Problem::NotBosh, "not-bosh", "What answers at {place} is not BOSH: {detail}.",
     "Correct the URL, or let the proxy pass this path on to boshcm."},
    {Problem::Redirected, "redirected", "{place} sends clients to another URL: {detail}.",
     "Use that URL; BOSH libraries do not follow redirections of a POST."},
    {Problem::AccessDenied, "access-denied", "{place} refuses the request: {detail}.",
     "Allow it in the proxy, or in the configuration's rules of access."},
    {Problem::HttpError, "http-error", "{place} answers with an error: {detail}.",
     "Look into the log of boshcm and of the proxy before it."},
    {Problem::DomainNotServed, "domain-not-served", "boshcm does not serve {domain}.",
     "Add <domain name=\"{domain}\"> to the configuration and reload boshcm."},
    {Problem::DomainRetired, "domain-retired", "boshcm tells clients that {domain} is gone.",
     "Take retired=\"true\" from the domain in the configuration, if that is not meant."},
    {Problem::ServerUnreachable, "server-unreachable",
     "boshcm cannot connect to the server of {domain}: {detail}.",
     "Look at what the native way says above, and into the log of boshcm for "
     "upstream.connect-failed."},
    {Problem::SentElsewhere, "sent-elsewhere", "{place} sends clients to {detail}.",
     "Use that URL; see see-other-uri in cm.xml(5)."},
    {Problem::BoshcmStopping, "boshcm-stopping", "boshcm at {place} is shutting down.",
     "Wait for it to come back, or start it."},
    {Problem::SessionLost, "session-lost",
     "boshcm at {place} does not know its own session any more.",
     "If several boshcm stand behind the proxy, let it send all requests of a session to the same "
     "one."},
    {Problem::SessionRefused, "session-refused", "boshcm at {place} ends the session: {detail}.",
     "Look into the log of boshcm for the reason."},

    {Problem::MessageLost, "message-lost", "A message did not arrive in time: {detail}.",
     "Look whether the server filters messages between the account's own sessions, and into the "
     "logs of the server and of boshcm."},
    {Problem::MessageReturned, "message-returned", "The server returned a message: {detail}.",
     "Allow the account to send messages to itself."},
});

constexpr bool in_order() {
    for (size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<size_t>(kRows[i].problem) != i) return false;
    }
    return kRows.size() == static_cast<size_t>(kLastProblem) + 1;
}
static_assert(in_order(), "a row for each problem, in their order");

const Row& row_of(Problem problem) {
    return kRows.at(static_cast<size_t>(problem));
}

std::string_view value_of(std::string_view key, const Circumstances& met) {
    if (key == "domain") return met.domain;
    if (key == "place") return met.place;
    CM_ASSERT(key == "detail");
    return met.detail;
}

std::string filled(std::string_view text, const Circumstances& met) {
    std::string result;
    for (size_t open; (open = text.find('{')) != text.npos;) {
        size_t close = text.find('}', open);
        result += text.substr(0, open);
        result += value_of(text.substr(open + 1, close - open - 1), met);
        text.remove_prefix(close + 1);
    }
    result += text;
    return result;
}

} // namespace

std::string_view name_of(Problem problem) {
    return row_of(problem).name;
}

std::string sentence(Problem problem, const Circumstances& met) {
    return filled(row_of(problem).sentence, met);
}

std::string advice(Problem problem, const Circumstances& met) {
    return filled(row_of(problem).advice, met);
}

} // namespace probe
