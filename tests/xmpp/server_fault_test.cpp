#include "net/transport.h"
#include "tls/fault.h"
#include "xmpp/connect_failure.h"
#include "xmpp/server_fault.h"
#include "xmpp/stream_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace xmpp {
namespace {

using base::Category;
using base::FlightEvent;
using base::ServerFault;

template <class Code>
ServerFault fault_of(Category category, Code code, const char* what = "") {
    return server_fault({.category = category, .code = static_cast<uint16_t>(code), .what = what});
}

// Rows: -
TEST(ServerFault, IsToldFromWhatTheRoomsBelowSay) {
    EXPECT_EQ(fault_of(Category::Net, ECONNREFUSED), ServerFault::Refused);
    EXPECT_EQ(fault_of(Category::Net, ETIMEDOUT), ServerFault::TimedOut);
    EXPECT_EQ(fault_of(Category::Net, net::NetFault::Deadline), ServerFault::TimedOut);
    EXPECT_EQ(fault_of(Category::Net, net::NetFault::NoAddress), ServerFault::NoAddress);
    EXPECT_EQ(fault_of(Category::Net, net::NetFault::EndOfStream), ServerFault::Eof);
    EXPECT_EQ(fault_of(Category::Net, EMFILE), ServerFault::NoDescriptors);
    EXPECT_EQ(fault_of(Category::Tls, tls::Fault::SelfSigned), ServerFault::CertificateUntrusted);
    EXPECT_EQ(fault_of(Category::Tls, tls::Fault::WrongName), ServerFault::CertificateForOther);
    EXPECT_EQ(fault_of(Category::Stream, ConnectFault::TlsNotOffered), ServerFault::NoTls);
    EXPECT_EQ(fault_of(Category::Stream, StreamCondition::Conflict), ServerFault::Conflict);
    EXPECT_EQ(fault_of(Category::Xml, 1), ServerFault::NotXmpp);
}

// Rows: -
TEST(ServerFault, KeepsTheConditionOfAStreamErrorBeforeTls) {
    EXPECT_EQ(fault_of(Category::Stream, ConnectFault::StreamRefused, "host-unknown"),
              ServerFault::HostUnknown);
    EXPECT_EQ(fault_of(Category::Stream, ConnectFault::StreamRefused, "stream closed before TLS"),
              ServerFault::StreamRefused);
}

// Rows: -
TEST(ServerFault, StandsInTheRecordWithTheWayTheStreamEnded) {
    base::TimePoint now{std::chrono::hours(1)};
    base::FlightRecord record(now);
    base::Error conflict{.category = Category::Stream,
                         .code = static_cast<uint16_t>(StreamCondition::Conflict)};
    note_end(record, UpstreamEnd::StreamError, conflict, now);
    note_end(record, UpstreamEnd::BadStream, {.category = Category::Xml}, now);
    note_end(record, UpstreamEnd::Closed, {.category = Category::Stream}, now);
    note_end(record, UpstreamEnd::ConnectFailed, {.category = Category::Net, .code = ECONNREFUSED},
             now);
    EXPECT_EQ(base::to_text(record, now),
              "-0.0s session.created, -0.0s stream-error.received fault=conflict, -0.0s "
              "server.lost fault=not-xmpp, -0.0s server.closed, -0.0s server.failed fault=refused");
}

} // namespace
} // namespace xmpp
