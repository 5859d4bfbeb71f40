// Rows: -
#include "net/transport.h"
#include "probe/diagnosis.h"
#include "probe/http_fault.h"
#include "tls/fault.h"
#include "xmpp/connect_failure.h"
#include "xmpp/stream_error.h"
#include "xmpp/xml_fault.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <curl/curl.h>

using probe::Problem;
using probe::problem_of_connecting;
using probe::problem_of_stream;

namespace {

base::Error net_error(int code) {
    return {.category = base::Category::Net, .code = static_cast<uint16_t>(code)};
}
base::Error net_error(net::NetFault fault) {
    return net_error(static_cast<int>(fault));
}
base::Error stream_error(xmpp::ConnectFault fault, const char* what = "") {
    return {.category = base::Category::Stream, .code = static_cast<uint16_t>(fault), .what = what};
}

TEST(DiagnosisTest, Connecting) {
    EXPECT_EQ(problem_of_connecting(net_error(ECONNREFUSED)), Problem::ConnectionRefused);
    EXPECT_EQ(problem_of_connecting(net_error(ETIMEDOUT)), Problem::ConnectTimeout);
    EXPECT_EQ(problem_of_connecting(net_error(net::NetFault::Deadline)), Problem::ConnectTimeout);
    EXPECT_EQ(problem_of_connecting(net_error(EHOSTUNREACH)), Problem::Unreachable);
    EXPECT_EQ(problem_of_connecting(net_error(ENETUNREACH)), Problem::Unreachable);
    EXPECT_EQ(problem_of_connecting(net_error(net::NetFault::NoAddress)), Problem::NoAddress);
    EXPECT_EQ(problem_of_connecting(net_error(net::NetFault::LookUpFailed)), Problem::DnsFailed);
    EXPECT_EQ(problem_of_connecting(net_error(EACCES)), Problem::ConnectFailed);
}

TEST(DiagnosisTest, AConnectionThatIsOpen) {
    EXPECT_EQ(problem_of_stream(net_error(net::NetFault::EndOfStream), {}),
              Problem::ConnectionClosed);
    EXPECT_EQ(problem_of_stream(net_error(ECONNRESET), {}), Problem::ConnectionClosed);
    EXPECT_EQ(problem_of_stream(net_error(net::NetFault::Deadline), {}), Problem::NoAnswer);
}

TEST(DiagnosisTest, TlsWhereTheStreamHadToBegin) {
    using namespace std::string_view_literals;
    constexpr auto kAlert = "\x15\x03\x01\x00\x02\x02\x46"sv;
    base::Error no_xml = {.category = base::Category::Xml,
                          .code = static_cast<uint16_t>(xmpp::XmlFault::NotWellFormed)};
    EXPECT_EQ(problem_of_stream(net_error(net::NetFault::EndOfStream), kAlert),
              Problem::TlsExpected);
    EXPECT_EQ(problem_of_stream(no_xml, kAlert), Problem::TlsExpected);
    EXPECT_EQ(problem_of_stream(no_xml, "SSH-2.0-OpenSSH\r\n"), Problem::NotXmpp);
}

TEST(DiagnosisTest, TheStreamBeforeTls) {
    using enum xmpp::ConnectFault;
    EXPECT_EQ(problem_of_stream(stream_error(TlsNotOffered), {}), Problem::StarttlsMissing);
    EXPECT_EQ(problem_of_stream(stream_error(TlsRefused), {}), Problem::StarttlsRefused);
    EXPECT_EQ(problem_of_stream(stream_error(BytesInClear), {}), Problem::BytesInClear);
    EXPECT_EQ(problem_of_stream(stream_error(StreamRefused, "host-unknown"), {}),
              Problem::DomainNotOnServer);
    EXPECT_EQ(problem_of_stream(stream_error(StreamRefused, "policy-violation"), {}),
              Problem::StreamError);
    base::Error no_stream = {.category = base::Category::Stream,
                             .code = static_cast<uint16_t>(xmpp::StreamCondition::BadFormat)};
    EXPECT_EQ(problem_of_stream(no_stream, "<html>"), Problem::NotXmpp);
}

TEST(DiagnosisTest, EveryFaultOfTlsHasAProblem) {
    struct Row {
        tls::Fault fault;
        Problem problem;
    };
    using enum tls::Fault;
    for (Row row :
         {Row{NotTls, Problem::TlsNotSpoken}, Row{VersionTooOld, Problem::TlsVersionTooOld},
          Row{NoCommonCipher, Problem::TlsNoCommonCipher}, Row{NoProtocol, Problem::TlsNoProtocol},
          Row{NoCertificate, Problem::CertificateMissing},
          Row{UnknownIssuer, Problem::CertificateUnknownIssuer},
          Row{SelfSigned, Problem::CertificateSelfSigned},
          Row{Expired, Problem::CertificateExpired},
          Row{NotYetValid, Problem::CertificateNotYetValid},
          Row{WrongName, Problem::CertificateWrongName},
          Row{WrongUsage, Problem::CertificateWrongUsage},
          Row{BadCertificate, Problem::CertificateBad},
          Row{PinMismatch, Problem::CertificatePinMismatch}, Row{AlertFromPeer, Problem::TlsAlert},
          Row{Protocol, Problem::TlsBroken}, Row{Truncated, Problem::TlsBroken}}) {
        EXPECT_EQ(problem_of_stream(tls::error_of(row.fault), {}), row.problem)
            << static_cast<int>(row.fault);
    }
}

TEST(DiagnosisTest, SaslFailures) {
    EXPECT_EQ(probe::problem_of_sasl_failure("not-authorized"), Problem::CredentialsRefused);
    EXPECT_EQ(probe::problem_of_sasl_failure("account-disabled"), Problem::AccountDisabled);
    EXPECT_EQ(probe::problem_of_sasl_failure("credentials-expired"), Problem::AccountDisabled);
    EXPECT_EQ(probe::problem_of_sasl_failure("encryption-required"), Problem::EncryptionRequired);
    EXPECT_EQ(probe::problem_of_sasl_failure("invalid-mechanism"), Problem::NoUsableMechanism);
    EXPECT_EQ(probe::problem_of_sasl_failure("temporary-auth-failure"), Problem::LoginRefused);
    EXPECT_EQ(probe::problem_of_sasl_failure(""), Problem::LoginRefused);
}

TEST(DiagnosisTest, MechanismsByStrength) {
    EXPECT_EQ(probe::mechanism_for({"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, false),
              "SCRAM-SHA-256");
    EXPECT_EQ(probe::mechanism_for({"PLAIN", "SCRAM-SHA-1"}, false), "SCRAM-SHA-1");
    EXPECT_EQ(probe::mechanism_for({"DIGEST-MD5", "PLAIN"}, false), "PLAIN");
    EXPECT_EQ(probe::mechanism_for({"EXTERNAL", "ANONYMOUS"}, false), "");
    EXPECT_EQ(probe::mechanism_for({"PLAIN", "ANONYMOUS"}, true), "ANONYMOUS");
    EXPECT_EQ(probe::mechanism_for({"PLAIN"}, true), "");
}

TEST(DiagnosisTest, HttpAnswers) {
    struct Row {
        long status;
        const char* body;
        Problem problem;
    };
    for (Row row : {Row{200, "<body xmlns='http://jabber.org/protocol/httpbind'/>", Problem::None},
                    Row{200, "<!DOCTYPE html><html><body/></html>", Problem::NotBosh},
                    Row{200, "", Problem::NotBosh}, Row{302, "", Problem::Redirected},
                    Row{401, "", Problem::AccessDenied}, Row{403, "", Problem::AccessDenied},
                    Row{404, "", Problem::BoshPathWrong}, Row{405, "", Problem::BoshPathWrong},
                    Row{500, "", Problem::HttpError}, Row{502, "", Problem::BadGateway},
                    Row{503, "", Problem::BadGateway}, Row{504, "", Problem::BadGateway}}) {
        EXPECT_EQ(probe::problem_of_answer({.status = row.status, .body = row.body}), row.problem)
            << row.status << ' ' << row.body;
    }
}

TEST(DiagnosisTest, AnAnswerIsDescribedByItsTitleOrFirstWords) {
    EXPECT_EQ(probe::description_of({.status = 502,
                                     .content_type = "text/html",
                                     .body = "<html><title>502 Bad Gateway</title></html>"}),
              "HTTP 502, text/html, \"502 Bad Gateway\"");
    EXPECT_EQ(probe::description_of({.status = 404, .body = "Not found\n"}),
              "HTTP 404, \"Not found\"");
    EXPECT_EQ(probe::description_of({.status = 301, .location = "https://a.example/"}),
              "HTTP 301 to https://a.example/");
    EXPECT_EQ(probe::description_of({.status = 200, .body = "<xml/>"}), "HTTP 200");
}

TEST(DiagnosisTest, BoshConditions) {
    EXPECT_EQ(probe::problem_of_condition("host-unknown"), Problem::DomainNotServed);
    EXPECT_EQ(probe::problem_of_condition("host-gone"), Problem::DomainRetired);
    EXPECT_EQ(probe::problem_of_condition("remote-connection-failed"), Problem::ServerUnreachable);
    EXPECT_EQ(probe::problem_of_condition("see-other-uri"), Problem::SentElsewhere);
    EXPECT_EQ(probe::problem_of_condition("system-shutdown"), Problem::BoshcmStopping);
    EXPECT_EQ(probe::problem_of_condition("item-not-found"), Problem::SessionLost);
    EXPECT_EQ(probe::problem_of_condition("policy-violation"), Problem::SessionRefused);
    EXPECT_EQ(probe::problem_of_condition(""), Problem::SessionRefused);
}

TEST(DiagnosisTest, WhatCurlReports) {
    struct Row {
        probe::CurlFailure failure;
        Problem problem;
    };
    constexpr long kExpired = 10; // X509_V_ERR_*: what OpenSSL promises to keep
    constexpr long kSelfSigned = 18;
    constexpr long kNoIssuer = 20;
    for (const Row& row : {
             Row{{.code = CURLE_URL_MALFORMAT}, Problem::UrlInvalid},
             Row{{.code = CURLE_UNSUPPORTED_PROTOCOL}, Problem::UrlInvalid},
             Row{{.code = CURLE_COULDNT_RESOLVE_HOST}, Problem::UrlHostNotFound},
             Row{{.code = CURLE_COULDNT_CONNECT, .system_error = ECONNREFUSED},
                 Problem::BoshcmNotRunning},
             Row{{.code = CURLE_COULDNT_CONNECT, .system_error = ENETUNREACH},
                 Problem::Unreachable},
             Row{{.code = CURLE_OPERATION_TIMEDOUT}, Problem::BoshcmNoAnswer},
             Row{{.code = CURLE_GOT_NOTHING}, Problem::ConnectionClosed},
             Row{{.code = CURLE_WEIRD_SERVER_REPLY}, Problem::NotBosh},
             Row{{.code = CURLE_SSL_CACERT_BADFILE}, Problem::CaFileUnreadable},
             Row{{.code = CURLE_SSL_CONNECT_ERROR, .text = "SSL routines::wrong version number"},
                 Problem::TlsNotSpoken},
             Row{{.code = CURLE_SSL_CONNECT_ERROR, .text = "tlsv1 alert protocol version"},
                 Problem::TlsVersionTooOld},
             Row{{.code = CURLE_SSL_CONNECT_ERROR, .text = "alert handshake failure"},
                 Problem::TlsAlert},
             Row{{.code = CURLE_SSL_CONNECT_ERROR, .text = "bad record mac"}, Problem::TlsBroken},
             Row{{.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = kExpired},
                 Problem::CertificateExpired},
             Row{{.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = kSelfSigned},
                 Problem::CertificateSelfSigned},
             Row{{.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = kNoIssuer},
                 Problem::CertificateUnknownIssuer},
             Row{{.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = 0},
                 Problem::CertificateWrongName},
             Row{{.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = 1},
                 Problem::CertificateWrongName},
             Row{{.code = CURLE_OUT_OF_MEMORY}, Problem::HttpError},
         }) {
        EXPECT_EQ(probe::problem_of(row.failure), row.problem)
            << row.failure.code << ' ' << row.failure.verify_result << row.failure.text;
    }
}

} // namespace
