#include "tests/tls/tls_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

using net::CloseMode;
using net::NetFault;
using net::PauseReason;
using tests::TlsPairFixture;
using tls::Fault;

using namespace std::chrono_literals;

namespace {

struct TlsTransportTest : TlsPairFixture {
    static bool is_end_of_stream(const base::Error& reason) {
        return reason.category == base::Category::Net &&
               reason.code == static_cast<uint16_t>(NetFault::EndOfStream);
    }
    void start() {
        connect(trusting_client(), to_domain("a.example"));
        accept(server_context(ca.issue({.dns = {"a.example"}})));
    }
    static std::string payload(size_t size) {
        std::string bytes(size, '\0');
        for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 / 7);
        return bytes;
    }
};

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
TEST_F(TlsTransportTest, TellsWhatWasAgreedOnceItIsSecured) {
    start();
    EXPECT_FALSE(client.transport->tls());
    pair.pump();
    std::optional<net::TlsTerms> ours = client.transport->tls();
    std::optional<net::TlsTerms> theirs = server.transport->tls();
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(ours->version, "TLSv1.3");
    EXPECT_EQ(ours->cipher, client.transport->peer_facts().cipher);
    EXPECT_EQ(ours->cipher, theirs->cipher);
}

// Rows: -
TEST_F(TlsTransportTest, CallsNobodyInsideConnectAndAccept) {
    start();
    EXPECT_EQ(client.secured + client.failed + server.secured + server.failed, 0);
    EXPECT_EQ(client.transport->peer().to_string(), "192.0.2.1:40000");
}

// Rows: -
TEST_F(TlsTransportTest, CarriesAMegabyteInOddPieces) {
    pair.left().deliver_per_step(4093);
    pair.right().deliver_per_step(8191);
    secure();
    std::string bytes = payload(1'000'000);
    client.transport->write(text(bytes));
    server.transport->write(text(bytes));
    pair.pump();
    EXPECT_EQ(server.seen, bytes);
    EXPECT_EQ(client.seen, bytes);
}

// Rows: -
TEST_F(TlsTransportTest, ShakesHandsByteByByte) {
    pair.left().deliver_per_step(1);
    pair.right().deliver_per_step(1);
    secure();
}

// Rows: -
TEST_F(TlsTransportTest, HandsOverOneReadInOnePiece) {
    secure();
    for (int i = 0; i < 10; ++i) client.transport->write(text("0123456789"));
    pair.pump();
    EXPECT_EQ(server.seen.size(), 100U);
    EXPECT_EQ(server.reads, 1);
}

// Rows: -
TEST_F(TlsTransportTest, TakesBytesThatComeRightBehindTheHandshake) {
    start();
    client.at_secured = [this] { client.transport->write(text("early bird")); };
    pair.pump();
    EXPECT_EQ(server.seen, "early bird");
}

// --- Pausing

// Rows: -
TEST_F(TlsTransportTest, PausesByReasonAllTheWayDown) {
    secure();
    server.transport->pause_read(PauseReason::Outbox);
    server.transport->pause_read(PauseReason::Drain);
    client.transport->write(text("x"));
    pair.pump();
    EXPECT_TRUE(pair.right().paused(PauseReason::Outbox));
    EXPECT_EQ(server.seen, "");
    server.transport->resume_read(PauseReason::Outbox);
    pair.pump();
    EXPECT_EQ(server.seen, "");
    server.transport->resume_read(PauseReason::Drain);
    pair.pump();
    EXPECT_EQ(server.seen, "x");
}

// Rows: -
TEST_F(TlsTransportTest, HoldsFirstBytesForAListenerThatPausesAtOnce) {
    start();
    client.at_secured = [this] { client.transport->write(text("first")); };
    server.at_secured = [this] { server.transport->pause_read(PauseReason::Drain); };
    pair.pump();
    EXPECT_EQ(server.secured, 1);
    EXPECT_EQ(server.seen, "");
    server.transport->resume_read(PauseReason::Drain);
    EXPECT_EQ(server.seen, ""); // not inside the call
    env.advance(200ms);
    EXPECT_EQ(server.seen, "first");
}

// Rows: -
TEST_F(TlsTransportTest, HeldBytesComeBeforeLaterOnes) {
    start();
    client.at_secured = [this] { client.transport->write(text("first")); };
    server.at_secured = [this] { server.transport->pause_read(PauseReason::Drain); };
    pair.pump();
    client.transport->write(text(" second"));
    client.transport->close(CloseMode::Flush);
    server.transport->resume_read(PauseReason::Drain);
    pair.pump();
    EXPECT_EQ(server.seen, "first second");
    EXPECT_TRUE(is_end_of_stream(server.fault));
    env.advance(1s);
    EXPECT_EQ(server.seen, "first second");
    EXPECT_EQ(server.closed, 1);
}

// --- Back-pressure

// Rows: -
TEST_F(TlsTransportTest, CountsABacklogAndTellsWhenItHasDrained) {
    secure();
    client.transport->set_watermarks(1'000, 10'000);
    pair.left().stall();
    std::string bytes = payload(20'000);
    client.transport->write(text(bytes));
    EXPECT_GE(client.transport->backlog_bytes(), bytes.size());
    pair.pump();
    EXPECT_EQ(client.drained, 0);
    pair.left().accept_per_step(1'500);
    pair.pump();
    EXPECT_EQ(client.drained, 1);
    EXPECT_EQ(client.transport->backlog_bytes(), 0U);
    EXPECT_EQ(server.seen, bytes);
}

// Rows: -
TEST_F(TlsTransportTest, MakesOneWriteOfAChain) {
    secure();
    size_t before = pair.left().writes();
    base::SliceChain chain;
    for (const char* part : {"one", "two", "three"}) chain.push(base::Slice::literal(part));
    std::string large = payload(100'000);
    chain.push(base::Slice::literal(large));
    client.transport->write(std::move(chain));
    EXPECT_EQ(pair.left().writes(), before + 1);
    pair.pump();
    EXPECT_EQ(server.seen, "onetwothree" + large);
}

// --- The end

// Rows: -
TEST_F(TlsTransportTest, FlushSendsCloseNotifyBehindTheBacklog) {
    secure();
    pair.left().stall();
    client.transport->write(text("bye"));
    client.transport->close(CloseMode::Flush);
    client.transport->write(text("too late"));
    pair.pump();
    EXPECT_EQ(client.closed, 0);
    pair.left().unstall();
    pair.pump();
    EXPECT_EQ(server.seen, "bye");
    EXPECT_EQ(server.closed, 1);
    EXPECT_TRUE(is_end_of_stream(server.fault));
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(client.fault.code, 0);
}

// Rows: -
TEST_F(TlsTransportTest, TellsTruncationFromCloseNotify) {
    secure();
    client.transport->write(text("by"));
    client.transport->close(CloseMode::Abort);
    EXPECT_EQ(client.closed, 0); // never inside the call
    pair.pump();
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(server.seen, "by");
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.tls_fault(), Fault::Truncated);
}

// Rows: -
TEST_F(TlsTransportTest, AnswersCloseNotifyWithItsOwn) {
    secure();
    client.at_closed = [this] { client.transport.reset(); };
    server.transport->close(CloseMode::Flush);
    pair.pump();
    EXPECT_EQ(client.closed, 1);
    EXPECT_TRUE(is_end_of_stream(client.fault));
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.fault.code, 0);
}

// Rows: -
TEST_F(TlsTransportTest, PassesOnWhatTheTransportBelowReports) {
    secure();
    pair.left().reset();
    pair.pump();
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(client.fault.category, base::Category::Net);
    EXPECT_EQ(client.fault.code, ECONNRESET);
}

// Rows: -
TEST_F(TlsTransportTest, ABrokenRecordEndsItWithAnAlert) {
    secure();
    client.transport->write(text("good"));
    pair.right().send(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    pair.right().pump();
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.tls_fault(), Fault::Protocol);
    pair.pump();
    EXPECT_EQ(client.closed, 1);
    EXPECT_EQ(client.tls_fault(), Fault::AlertFromPeer);
    EXPECT_EQ(client.transport->explanation(), "the peer refused with alert 20, bad record mac");
}

// --- Handshakes that fail

// Rows: U-046
TEST_F(TlsTransportTest, ARefusedCertificateIsReportedOnceAndTheServerHearsOfIt) {
    connect(trusting_client(), to_domain("b.example"));
    accept(server_context(ca.issue({.dns = {"a.example"}})));
    pair.pump();
    EXPECT_EQ(client.secured, 0);
    EXPECT_EQ(client.failed, 1);
    EXPECT_EQ(client.closed, 0);
    EXPECT_EQ(client.tls_fault(), Fault::WrongName);
    EXPECT_STREQ(client.fault.what, "the peer's certificate is for another name");
    EXPECT_EQ(client.explanation, "the certificate is for a.example, not for b.example");
    EXPECT_EQ(server.tls_fault(), Fault::AlertFromPeer);
    EXPECT_EQ(server.failed + server.closed, 1);
}

// Rows: -
TEST_F(TlsTransportTest, AnHttpAnswerToTheHelloIsNoTls) {
    connect(trusting_client(), to_domain("a.example"));
    pair.left().send("HTTP/1.1 400 Bad Request\r\n\r\n");
    pair.left().pump();
    EXPECT_EQ(client.failed, 1);
    EXPECT_EQ(client.tls_fault(), Fault::NotTls);
}

// Rows: -
TEST_F(TlsTransportTest, AnEndOrAFaultBelowFailsTheHandshake) {
    connect(trusting_client(), to_domain("a.example"));
    pair.left().end();
    pair.left().pump();
    EXPECT_EQ(client.failed, 1);
    EXPECT_EQ(client.tls_fault(), Fault::Truncated);

    accept(server_context(ca.issue({.dns = {"a.example"}})));
    pair.right().reset();
    pair.right().pump();
    EXPECT_EQ(server.failed, 1);
    EXPECT_EQ(server.fault.code, ECONNRESET);
}

// Rows: -
TEST_F(TlsTransportTest, ClosingInTheHandshakeFailsIt) {
    for (CloseMode mode : {CloseMode::Abort, CloseMode::Flush}) {
        tests::MemoryPair wires;
        tests::TlsEnd end;
        base::Env services = env.env();
        end.transport = tls::TlsTransport::connect(services, wires.open_left(), trusting_client(),
                                                   to_domain("a.example"), end);
        end.transport->close(mode);
        EXPECT_EQ(end.failed, 0);
        wires.pump();
        EXPECT_EQ(end.failed, 1);
        EXPECT_EQ(end.closed, 0);
    }
}

// --- Destroying

// Rows: -
TEST_F(TlsTransportTest, MayBeDestroyedInAnyState) {
    start();
    client.transport.reset(); // with its hello under way
    pair.pump();
    EXPECT_EQ(client.failed, 0);
    EXPECT_EQ(server.failed, 1);
    EXPECT_EQ(server.tls_fault(), Fault::Truncated);
}

// Rows: -
TEST_F(TlsTransportTest, MayBeDestroyedWhileClosing) {
    secure();
    pair.left().stall();
    client.transport->write(text("x"));
    client.transport->close(CloseMode::Flush);
    client.transport.reset();
    pair.pump();
    EXPECT_EQ(client.closed, 0);
}

// Rows: -
TEST_F(TlsTransportTest, MayBeDestroyedInItsOwnCallbacks) {
    secure();
    server.at_bytes = [this] { server.transport.reset(); };
    client.transport->write(text("x"));
    client.transport->close(CloseMode::Flush); // in the same read as the bytes
    pair.pump();
    EXPECT_EQ(server.seen, "x");
    EXPECT_EQ(server.closed, 0);
}

// Rows: -
TEST_F(TlsTransportTest, MayBeDestroyedWhenItIsSecured) {
    start();
    client.at_secured = [this] { client.transport.reset(); };
    pair.pump();
    EXPECT_EQ(client.secured, 1);
    EXPECT_EQ(client.closed + client.failed, 0);
}

// Rows: -
TEST_F(TlsTransportTest, ClosingInACallbackEndsTheRead) {
    secure();
    server.at_bytes = [this] { server.transport->close(CloseMode::Abort); };
    client.transport->write(text("x"));
    client.transport->close(CloseMode::Flush);
    pair.pump();
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.fault.code, 0);
}

} // namespace
