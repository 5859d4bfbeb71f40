#include "tests/tls/tls_fixture.h"

#include <gtest/gtest.h>

using net::CloseMode;
using net::NetFault;
using tests::TlsFixture;
using tls::Fault;

namespace {

struct TlsTransportTest : TlsFixture {};

// Rows: U-043, U-047
TEST_F(TlsTransportTest, CarriesBytesBothWays) {
    secure();
    client.transport->write(text("ping"));
    server.transport->write(text("pong"));
    pair.pump();
    EXPECT_EQ(server.seen, "ping");
    EXPECT_EQ(client.seen, "pong");
    EXPECT_EQ(client.transport->peer_facts().version, "TLSv1.3");
}

// Rows: -
TEST_F(TlsTransportTest, TellsCloseNotifyFromTruncation) {
    secure();
    client.transport->write(text("bye"));
    client.transport->close(CloseMode::Flush);
    EXPECT_EQ(client.closed, 0);
    pair.pump();
    EXPECT_EQ(server.seen, "bye");
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.fault.category, base::Category::Net);
    EXPECT_EQ(server.fault.code, static_cast<uint16_t>(NetFault::EndOfStream));
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(client.fault.code, 0);
}

// Rows: -
TEST_F(TlsTransportTest, ReportsTruncation) {
    secure();
    client.transport->write(text("by"));
    client.transport.reset();
    pair.pump();
    EXPECT_EQ(server.seen, "by");
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.tls_fault(), Fault::Truncated);
}

} // namespace
