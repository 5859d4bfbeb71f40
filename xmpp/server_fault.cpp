#include "xmpp/server_fault.h"

#include "net/transport.h"
#include "tls/fault.h"
#include "xmpp/connect_failure.h"
#include "xmpp/stream_error.h"

#include <cerrno>

namespace xmpp {

namespace {

using base::Category;
using base::FlightEvent;
using base::ServerFault;

ServerFault of_net(uint16_t code) {
    switch (code) {
    case static_cast<uint16_t>(net::NetFault::EndOfStream): return ServerFault::Eof;
    case static_cast<uint16_t>(net::NetFault::NoAddress): return ServerFault::NoAddress;
    case static_cast<uint16_t>(net::NetFault::LookUpFailed): return ServerFault::LookUpFailed;
    case static_cast<uint16_t>(net::NetFault::Forbidden): return ServerFault::Forbidden;
    case static_cast<uint16_t>(net::NetFault::Deadline):
    case static_cast<uint16_t>(net::NetFault::WriteStalled):
    case ETIMEDOUT: return ServerFault::TimedOut;
    case ECONNREFUSED: return ServerFault::Refused;
    case ECONNRESET:
    case EPIPE: return ServerFault::Reset;
    case EHOSTUNREACH:
    case ENETUNREACH: return ServerFault::Unreachable;
    default: return ServerFault::Unknown;
    }
}

ServerFault of_tls(uint16_t code) {
    switch (static_cast<tls::Fault>(code)) {
    case tls::Fault::Expired: return ServerFault::CertificateExpired;
    case tls::Fault::NotYetValid: return ServerFault::CertificateNotYetValid;
    case tls::Fault::WrongName: return ServerFault::CertificateForOther;
    case tls::Fault::UnknownIssuer:
    case tls::Fault::SelfSigned: return ServerFault::CertificateUntrusted;
    case tls::Fault::WrongUsage:
    case tls::Fault::NoCertificate:
    case tls::Fault::BadCertificate: return ServerFault::CertificateUnusable;
    case tls::Fault::PinMismatch: return ServerFault::KeyNotPinned;
    case tls::Fault::CertificateWanted: return ServerFault::CertificateWanted;
    case tls::Fault::VersionTooOld:
    case tls::Fault::NoCommonCipher: return ServerFault::TlsTooOld;
    case tls::Fault::Truncated: return ServerFault::Eof;
    default: return ServerFault::TlsBroken;
    }
}

ServerFault of_condition(StreamCondition condition) {
    switch (condition) {
    case StreamCondition::Conflict: return ServerFault::Conflict;
    case StreamCondition::ConnectionTimeout: return ServerFault::ConnectionTimeout;
    case StreamCondition::HostGone: return ServerFault::HostGone;
    case StreamCondition::HostUnknown: return ServerFault::HostUnknown;
    case StreamCondition::BadFormat:
    case StreamCondition::BadNamespacePrefix:
    case StreamCondition::InvalidXml:
    case StreamCondition::RestrictedXml:
    case StreamCondition::NotWellFormed: return ServerFault::NotWellFormed;
    case StreamCondition::PolicyViolation: return ServerFault::PolicyViolation;
    case StreamCondition::ResourceConstraint: return ServerFault::ResourceConstraint;
    case StreamCondition::SystemShutdown: return ServerFault::SystemShutdown;
    case StreamCondition::Reset: return ServerFault::Restart;
    default: return ServerFault::OtherStreamError;
    }
}

ServerFault of_stream(const base::Error& reason) {
    switch (static_cast<ConnectFault>(reason.code)) {
    case ConnectFault::NoService: return ServerFault::NoService;
    case ConnectFault::NoServer: return ServerFault::NoAddress;
    case ConnectFault::TlsNotOffered: return ServerFault::NoTls;
    case ConnectFault::TlsRefused: return ServerFault::TlsRefused;
    case ConnectFault::BytesInClear: return ServerFault::TlsBroken;
    case ConnectFault::TooManyWaiting: return ServerFault::Besieged;
    case ConnectFault::NoHeader: return ServerFault::Eof;
    case ConnectFault::StreamRefused: { // which may have been by a stream error, before TLS
        StreamCondition condition = stream_condition_named(reason.what);
        return condition == StreamCondition::UndefinedCondition ? ServerFault::StreamRefused
                                                                : of_condition(condition);
    }
    }
    return of_condition(static_cast<StreamCondition>(reason.code));
}

} // namespace

ServerFault server_fault(const base::Error& reason) {
    if (is_ours(reason)) return ServerFault::NoDescriptors;
    switch (reason.category) {
    case Category::Net: return of_net(reason.code);
    case Category::Tls: return of_tls(reason.code);
    case Category::Stream: return of_stream(reason);
    default: return ServerFault::NotXmpp;
    }
}

void note_end(base::FlightRecord& record, UpstreamEnd end, const base::Error& reason,
              base::TimePoint now) {
    switch (end) {
    case UpstreamEnd::ConnectFailed:
        record.note(FlightEvent::ServerFailed, now, server_fault(reason));
        break;
    case UpstreamEnd::Lost: record.note(FlightEvent::ServerLost, now, server_fault(reason)); break;
    case UpstreamEnd::BadStream:
        record.note(FlightEvent::ServerLost, now, ServerFault::NotXmpp);
        break;
    case UpstreamEnd::StreamError:
        record.note(FlightEvent::StreamErrorReceived, now, server_fault(reason));
        break;
    case UpstreamEnd::TooLarge:
        record.note(FlightEvent::ServerLost, now, ServerFault::TooLarge);
        break;
    case UpstreamEnd::Closed: record.note(FlightEvent::ServerClosed, now); break;
    }
}

} // namespace xmpp
