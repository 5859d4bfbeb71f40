#include "xmpp/connect_failure.h"

#include "net/transport.h"
#include "tls/fault.h"

#include <cerrno>

namespace xmpp {

namespace {

using base::Category;
using std::string_view_literals::operator""sv;

std::string_view explain_net(uint16_t code) {
    switch (code) {
    case static_cast<uint16_t>(net::NetFault::NoAddress):
        return "the server of this domain could not be found";
    case static_cast<uint16_t>(net::NetFault::LookUpFailed):
        return "the server of this domain could not be looked up";
    case static_cast<uint16_t>(net::NetFault::Forbidden):
        return "the server of this domain is not to be reached from here";
    case static_cast<uint16_t>(net::NetFault::Deadline):
    case ETIMEDOUT: return "the server did not answer in time";
    case static_cast<uint16_t>(net::NetFault::EndOfStream):
        return "the server closed the connection";
    case ECONNREFUSED: return "the server refused the connection";
    default: return "the server could not be reached";
    }
}

std::string_view explain_tls(uint16_t code) {
    switch (static_cast<tls::Fault>(code)) {
    case tls::Fault::Expired: return "the certificate of the server is expired";
    case tls::Fault::NotYetValid: return "the certificate of the server is not valid yet";
    case tls::Fault::WrongName: return "the certificate of the server is for another domain";
    case tls::Fault::UnknownIssuer:
    case tls::Fault::SelfSigned: return "nobody trusted vouches for the certificate of the server";
    case tls::Fault::WrongUsage:
    case tls::Fault::NoCertificate:
    case tls::Fault::BadCertificate: return "the certificate of the server is of no use";
    case tls::Fault::PinMismatch: return "the server has another key than expected";
    case tls::Fault::CertificateWanted: return "the server lets only some hosts connect";
    case tls::Fault::VersionTooOld:
    case tls::Fault::NoCommonCipher: return "the encryption of the server is too old";
    default: return "the connection to the server could not be secured";
    }
}

std::string_view explain_stream(uint16_t code) {
    switch (static_cast<ConnectFault>(code)) {
    case ConnectFault::NoService: return "this domain has no service for clients";
    case ConnectFault::NoServer: return "the server of this domain could not be found";
    case ConnectFault::TlsNotOffered: return "the server does not offer encryption";
    case ConnectFault::TlsRefused: return "the server refused to encrypt the connection";
    case ConnectFault::BytesInClear: return "the server went on in clear after agreeing to encrypt";
    case ConnectFault::TooManyWaiting: return "too many connections to the server are waiting";
    case ConnectFault::NoHeader: return "the server closed the connection";
    case ConnectFault::StreamRefused: break;
    }
    return "the server refused the stream";
}

} // namespace

std::string_view to_string(ConnectStage stage) {
    switch (stage) {
    case ConnectStage::LookUp: return "look-up"sv;
    case ConnectStage::Queue: return "queue"sv;
    case ConnectStage::Connect: return "connect"sv;
    case ConnectStage::StartTls: return "starttls"sv;
    case ConnectStage::Tls: return "tls"sv;
    case ConnectStage::Stream: break;
    }
    return "stream"sv;
}

base::Counter counter_of(ConnectStage stage) {
    switch (stage) {
    case ConnectStage::LookUp: return base::Counter::UpstreamFailuresLookUp;
    case ConnectStage::Queue: return base::Counter::UpstreamFailuresQueue;
    case ConnectStage::Connect: return base::Counter::UpstreamFailuresConnect;
    case ConnectStage::StartTls: return base::Counter::UpstreamFailuresStartTls;
    case ConnectStage::Tls: return base::Counter::UpstreamFailuresTls;
    case ConnectStage::Stream: break;
    }
    return base::Counter::UpstreamFailuresStream;
}

bool is_ours(const base::Error& reason) {
    if (reason.category != Category::Net) return false;
    return reason.code == EMFILE || reason.code == ENFILE || reason.code == ENOBUFS ||
           reason.code == ENOMEM;
}

std::string_view explanation(const base::Error& reason) {
    if (is_ours(reason)) return "no more connections can be made at the moment";
    switch (reason.category) {
    case Category::Net: return explain_net(reason.code);
    case Category::Tls: return explain_tls(reason.code);
    case Category::Stream: return explain_stream(reason.code);
    default: return "what the server sent is no XMPP stream";
    }
}

} // namespace xmpp
