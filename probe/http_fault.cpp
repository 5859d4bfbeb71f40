#include "probe/http_fault.h"

#include "probe/diagnosis.h"
#include "tls/fault.h"
#include "tls/peer_check.h"

#include <cerrno>
#include <curl/curl.h>

namespace probe {

namespace {

Problem problem_of_handshake(std::string_view text) {
    // libcurl passes on OpenSSL's reason as text only.
    if (text.contains("wrong version number") || text.contains("packet length too long") ||
        text.contains("http request")) {
        return Problem::TlsNotSpoken;
    }
    if (text.contains("unsupported protocol") || text.contains("alert protocol version") ||
        text.contains("version too low")) {
        return Problem::TlsVersionTooOld;
    }
    return text.contains("alert") ? Problem::TlsAlert : Problem::TlsBroken;
}

// What libcurl says as long as it has not asked OpenSSL about the chain: X509_V_ERR_UNSPECIFIED.
constexpr long kNotAsked = 1;

Problem problem_of_certificate(long verify_result) {
    // It looks at the name itself, before and after.
    bool chain_is_good = verify_result == 0 || verify_result == kNotAsked;
    tls::Fault fault =
        chain_is_good ? tls::Fault::WrongName : tls::fault_of_verification(verify_result);
    return problem_of_stream(tls::error_of(fault), {});
}

} // namespace

Problem problem_of(const CurlFailure& failure) {
    switch (failure.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Problem::UrlInvalid;
    case CURLE_COULDNT_RESOLVE_HOST: return Problem::UrlHostNotFound;
    case CURLE_COULDNT_CONNECT:
        return failure.system_error == ENETUNREACH || failure.system_error == EHOSTUNREACH
                   ? Problem::Unreachable
                   : Problem::BoshcmNotRunning;
    case CURLE_OPERATION_TIMEDOUT: return Problem::BoshcmNoAnswer;
    case CURLE_SSL_CONNECT_ERROR: return problem_of_handshake(failure.text);
    case CURLE_PEER_FAILED_VERIFICATION: return problem_of_certificate(failure.verify_result);
    case CURLE_SSL_CACERT_BADFILE: return Problem::CaFileUnreadable;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return Problem::ConnectionClosed;
    case CURLE_WEIRD_SERVER_REPLY: return Problem::NotBosh;
    default: return Problem::HttpError;
    }
}

} // namespace probe
