// HTTP/2 of a whole connection: requests and answers as streams, faults, deadlines, the end.
#include "tests/http/h2_peer.h"
#include "tests/http/server_fixture.h"
#include "tests/support/for_each_split.h"

namespace http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::frame;
using tests::H2Peer;
using tests::header_block;
using tests::kH2Preface;

constexpr uint8_t kEndStream = 0x1;
constexpr uint8_t kEndHeaders = 0x4;

class H2ConnectionTest : public ServerFixture {
protected:
    MemoryPeer connect_h2(const ClientFacts& client = {}) {
        MemoryPeer peer;
        server_->accept(peer.open(), client, Protocol::Http2);
        return peer;
    }
    H2Peer client_of(MemoryPeer& peer, uint32_t window = 65'535) {
        return H2Peer(peer, [this, &peer] { settle(peer); }, window);
    }
    static H2Peer::Fields get(std::string_view path, std::string_view method = "GET") {
        return {{":method", std::string(method)},
                {":scheme", "https"},
                {":authority", "h"},
                {":path", std::string(path)}};
    }
};

// Rows: H-096, B-013
TEST_F(H2ConnectionTest, AnswersEachRequestOnItsStreamInAnyOrder) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t first = client.post("/bosh", "one");
    int32_t second = client.post("/bosh?x", "two");
    client.exchange();
    ASSERT_EQ(handler_.held.size(), 2U);
    EXPECT_EQ(handler_.held[0].body, "one");
    EXPECT_EQ(handler_.held[1].path, "/bosh");
    EXPECT_TRUE(answer(1, "second"));
    client.exchange();
    EXPECT_EQ(client.answer(second).body, "second");
    EXPECT_TRUE(client.answer(second).complete);
    EXPECT_EQ(client.answer(second).closed, 0U);
    EXPECT_EQ(client.answer(first).status, 0);
    EXPECT_TRUE(answer(0, "first"));
    client.exchange();
    EXPECT_EQ(client.answer(first).status, 200);
    EXPECT_EQ(client.answer(first).body, "first");
    EXPECT_EQ(client.answer(first).fields["content-type"], "text/plain");
    EXPECT_EQ(client.answer(first).fields["content-length"], "5");
    EXPECT_EQ(client.answer(first).fields["access-control-allow-origin"], "*");
    EXPECT_EQ(client.answer(first).fields["x-content-type-options"], "nosniff");
    EXPECT_EQ(client.answer(first).fields.count("date"), 1U);
    EXPECT_FALSE(answer(0, "again"));
    EXPECT_EQ(server_->open_request_count(), 0U);
}

// Rows: H-096
TEST_F(H2ConnectionTest, TakesItsInputCutInAnyWay) {
    std::string input;
    {
        MemoryPeer unused;
        H2Peer client(unused, [] {});
        client.post("/bosh", std::string(300, 'x'), {{"content-length", "300"}});
        client.request(get("/bosh"));
        input = client.take_output();
        // One whose head comes in pieces.
        std::string block = header_block(get("/bosh"));
        input += frame(1, kEndStream, 5, block.substr(0, 10)) +
                 frame(9, 0, 5, block.substr(10, 9)) + frame(9, kEndHeaders, 5, block.substr(19));
    }
    for (size_t portion : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, input.size()}) {
        SCOPED_TRACE(portion);
        handler_.held.clear();
        handler_.heads.clear();
        MemoryPeer peer = connect_h2();
        peer.deliver_per_step(portion);
        peer.send(input);
        settle(peer);
        ASSERT_EQ(handler_.held.size(), 1U);
        EXPECT_EQ(handler_.heads.size(), 3U);
        EXPECT_EQ(handler_.held[0].body, std::string(300, 'x'));
        EXPECT_EQ(server_->open_request_count(), 1U);
        peer.reset();
        settle(peer);
    }
    for (size_t at = 1; at < input.size(); ++at) {
        handler_.held.clear();
        MemoryPeer peer = connect_h2();
        send(peer, input.substr(0, at));
        send(peer, input.substr(at));
        ASSERT_EQ(handler_.held.size(), 1U) << at;
        peer.reset();
        settle(peer);
    }
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-001, H-002, H-004, H-005, H-070, H-096
TEST_F(H2ConnectionTest, JudgesHeadsByTheRulesOfHttp1) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t nowhere = client.post("/nowhere", "x");
    int32_t not_allowed = client.request(get("/bosh"));
    int32_t unknown = client.request(get("/bosh", "BREW"));
    int32_t trace = client.request(get("/bosh", "TRACE"));
    int32_t head = client.request(get("/nowhere", "HEAD"));
    H2Peer::Fields preflight = get("/bosh", "OPTIONS");
    preflight.emplace_back("origin", "https://a.example");
    preflight.emplace_back("access-control-request-method", "POST");
    int32_t options = client.request(preflight);
    client.exchange();
    EXPECT_EQ(client.answer(nowhere).status, 404);
    EXPECT_EQ(client.answer(not_allowed).status, 405);
    EXPECT_EQ(client.answer(not_allowed).fields["allow"], "POST, OPTIONS");
    EXPECT_EQ(client.answer(unknown).status, 501);
    EXPECT_EQ(client.answer(trace).status, 405);
    EXPECT_EQ(client.answer(head).status, 404);
    EXPECT_EQ(client.answer(head).body, "");
    EXPECT_NE(client.answer(head).fields["content-length"], "0");
    EXPECT_EQ(client.answer(options).status, 204);
    EXPECT_EQ(client.answer(options).fields["access-control-allow-methods"], "GET, POST, OPTIONS");
    EXPECT_EQ(client.answer(options).fields.count("content-length"), 0U);
    EXPECT_THAT(handler_.held, IsEmpty());
    EXPECT_EQ(server_->connection_count(), 1U);
}

// Rows: H-024, H-096
TEST_F(H2ConnectionTest, ResetsMalformedRequestsAndGoesOn) {
    const std::vector<std::pair<std::string, std::string>> bad[] = {
        {{":method", "POST"}, {":scheme", "https"}, {":authority", "h"}}, // no path
        {{":method", "POST"}, {":scheme", "https"}, {":path", "/bosh"}, {"x", "y"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {"connection", "close"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {"transfer-encoding", "chunked"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {"Upper", "x"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {"a", "x\r\nb: c"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {":path", "/other"}},
        {{":method", "POST"},
         {":scheme", "https"},
         {":authority", "h"},
         {":path", "/bosh"},
         {"content-length", "7"}},
    };
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    client.exchange();
    int32_t stream = 1;
    for (const auto& fields : bad) {
        send(peer, frame(1, kEndHeaders | kEndStream, stream, header_block(fields)));
        std::string answer = peer.take_received();
        // A reset with PROTOCOL_ERROR, or a 400.
        EXPECT_TRUE(answer.contains(frame(3, 0, stream, std::string_view("\0\0\0\1", 4))) ||
                    answer.contains("400"))
            << stream;
        stream += 2;
    }
    EXPECT_THAT(handler_.held, IsEmpty());
    send(peer, frame(1, kEndHeaders | kEndStream, stream,
                     header_block({{":method", "POST"},
                                   {":scheme", "https"},
                                   {":authority", "h"},
                                   {":path", "/bosh"}})));
    EXPECT_EQ(handler_.held.size(), 1U);
    EXPECT_EQ(server_->connection_count(), 1U);
}

// Rows: H-030, H-096
TEST_F(H2ConnectionTest, WantsTheLengthThatWasStated) {
    for (std::string_view body : {"123", "12345"}) {
        MemoryPeer peer = connect_h2();
        H2Peer client = client_of(peer);
        int32_t stream = client.post("/bosh", body, {{"content-length", "4"}});
        client.exchange();
        EXPECT_EQ(client.answer(stream).closed, 1U) << body; // PROTOCOL_ERROR
        int32_t right = client.post("/bosh", "1234", {{"content-length", "4"}});
        client.exchange();
        EXPECT_FALSE(client.answer(right).closed) << "the connection goes on";
    }
    EXPECT_EQ(handler_.held.size(), 2U);
    EXPECT_THAT(handler_.lost, IsEmpty());
}

// Rows: H-043, H-096
TEST_F(H2ConnectionTest, RefusesHeadsBeyondTheLimits) {
    Limits limits;
    limits.max_head_bytes = 4'096;
    limits.max_request_line_bytes = 200;
    limits.max_fields = 20;
    start(limits);
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t large = client.post("/bosh", "x", {{"x-large", std::string(5'000, 'a')}});
    int32_t path = client.post("/bosh?" + std::string(300, 'a'), "x");
    int32_t many = client.post("/bosh", "x", H2Peer::Fields(25, {"x-many", "1"}));
    client.exchange();
    EXPECT_EQ(client.answer(large).status, 431);
    EXPECT_EQ(client.answer(path).status, 414);
    EXPECT_EQ(client.answer(many).status, 431);
    int32_t good = client.post("/bosh", "x");
    client.exchange();
    EXPECT_EQ(handler_.held.size(), 1U);
    EXPECT_EQ(client.answer(good).status, 0);
    EXPECT_EQ(client.settings().at(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE), 4'096U);
}

// Rows: B-032, H-044, H-096
TEST_F(H2ConnectionTest, RefusesLargeBodiesBeforeTheyAreKept) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t stated = client.begin_post("/bosh", "", {{"content-length", "1025"}});
    int32_t unstated = client.post("/bosh", std::string(3'000, 'x'));
    int32_t most = client.post("/bosh", std::string(1'024, 'y'));
    client.exchange();
    EXPECT_EQ(client.answer(stated).status, 413);
    EXPECT_EQ(client.answer(unstated).status, 413);
    EXPECT_EQ(client.answer(unstated).fields["access-control-allow-origin"], "*");
    EXPECT_FALSE(client.answer(stated).closed);
    advance(2s, peer);
    client.exchange();
    EXPECT_EQ(client.answer(stated).closed, 0U); // RFC 9113 §8.1: NO_ERROR
    ASSERT_EQ(handler_.held.size(), 1U);
    EXPECT_EQ(handler_.held[0].body.size(), 1'024U);
    EXPECT_EQ(client.answer(most).status, 0);
}

// Rows: H-046, B-140, H-096
TEST_F(H2ConnectionTest, TellsOfResetRequestsAndNoOthers) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t first = client.post("/bosh", "1");
    client.post("/bosh", "2");
    client.exchange();
    client.reset(first);
    client.exchange();
    EXPECT_THAT(handler_.lost, ElementsAre(handler_.held[0].ref));
    EXPECT_FALSE(answer(0, "late"));
    EXPECT_TRUE(answer(1, "good"));
    peer.reset();
    settle(peer);
    EXPECT_EQ(handler_.lost.size(), 1U);
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-046, H-096
TEST_F(H2ConnectionTest, LosesAllRequestsWithTheConnection) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    client.post("/bosh", "1");
    client.post("/bosh", "2");
    client.begin_post("/bosh", "half");
    client.exchange();
    peer.end();
    settle(peer);
    EXPECT_EQ(handler_.lost.size(), 2U);
    EXPECT_EQ(server_->open_request_count(), 0U);
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-096
TEST_F(H2ConnectionTest, RefusesStreamsBeyondTheLimit) {
    Limits limits;
    limits.max_streams = 3;
    start(limits);
    MemoryPeer peer = connect_h2();
    settle(peer);
    // Before it has read of the limit.
    std::string burst(kH2Preface);
    burst += frame(4, 0, 0);
    std::string block = header_block(
        {{":method", "POST"}, {":scheme", "https"}, {":authority", "h"}, {":path", "/bosh"}});
    for (int32_t stream = 1; stream <= 9; stream += 2) {
        burst += frame(1, kEndHeaders | kEndStream, stream, block);
    }
    send(peer, burst);
    EXPECT_EQ(handler_.held.size(), 3U);
    std::string_view refused("\0\0\0\7", 4);
    EXPECT_THAT(peer.received(), HasSubstr(frame(3, 0, 7, refused)));
    EXPECT_THAT(peer.received(), HasSubstr(frame(3, 0, 9, refused)));
}

// Rows: H-047, H-096
TEST_F(H2ConnectionTest, EncouragesAClientThatAsks) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t good = client.post("/bosh", "x", {{"expect", "100-continue"}});
    int32_t bad = client.post("/nowhere", "x", {{"expect", "100-continue"}});
    client.exchange();
    EXPECT_TRUE(client.answer(good).encouraged);
    EXPECT_FALSE(client.answer(bad).encouraged);
    EXPECT_EQ(client.answer(bad).status, 404);
    EXPECT_EQ(handler_.held.size(), 1U);
}

// Rows: H-042, H-096
TEST_F(H2ConnectionTest, ClosesConnectionsThatAskNothing) {
    MemoryPeer silent = connect_h2();
    MemoryPeer half = connect_h2();
    send(half, std::string(kH2Preface) + frame(4, 0, 0) + frame(1, 0, 1, "\x82"));
    MemoryPeer idle = connect_h2();
    H2Peer client = client_of(idle);
    int32_t stream = client.post("/nowhere", "");
    client.exchange();
    EXPECT_EQ(client.answer(stream).status, 404);
    advance(9s, silent);
    EXPECT_FALSE(silent.close_mode());
    EXPECT_FALSE(half.close_mode());
    advance(2s, silent);
    EXPECT_EQ(silent.close_mode(), net::CloseMode::Flush);
    EXPECT_EQ(half.close_mode(), net::CloseMode::Flush);
    EXPECT_FALSE(idle.close_mode());
    advance(65s, idle);
    client.exchange();
    EXPECT_EQ(client.goaway(), uint32_t{NGHTTP2_NO_ERROR});
    EXPECT_EQ(idle.close_mode(), net::CloseMode::Flush);
}

// Rows: H-041, H-042, H-096
TEST_F(H2ConnectionTest, HoldsRequestsAsLongAsTheirHandlerDoes) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t held = client.post("/bosh", "x");
    int32_t slow = client.begin_post("/bosh", "x");
    client.exchange();
    advance(11s, peer);
    client.exchange();
    EXPECT_EQ(client.answer(slow).status, 408);
    advance(300s, peer);
    client.exchange();
    EXPECT_FALSE(client.goaway());
    EXPECT_TRUE(answer(0, "at last"));
    client.exchange();
    EXPECT_EQ(client.answer(held).body, "at last");
}

// Rows: H-042, H-096
TEST_F(H2ConnectionTest, DropsAClientThatKeepsItsWindowsShut) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer, 10);
    int32_t stream = client.post("/bosh", "x");
    client.post("/bosh", "y");
    client.exchange();
    EXPECT_TRUE(answer(0, std::string(100, 'z')));
    client.exchange();
    EXPECT_EQ(client.answer(stream).body, std::string(10, 'z'));
    advance(29s, peer);
    EXPECT_FALSE(peer.close_mode());
    advance(2s, peer);
    EXPECT_FALSE(peer.alive());
    EXPECT_EQ(handler_.lost.size(), 1U);
}

// Rows: H-042, H-096
TEST_F(H2ConnectionTest, ReadsNoFurtherFromAClientThatDoesNotRead) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer, 1U << 20U);
    int32_t stream = client.post("/bosh", "x");
    client.post("/bosh", "y");
    client.exchange();
    peer.stall();
    EXPECT_TRUE(answer(0, std::string(60'000, 'z')));
    EXPECT_FALSE(peer.paused(net::PauseReason::Backlog));
    EXPECT_TRUE(answer(1, std::string(60'000, 'z'))); // as far as the connection's window goes
    EXPECT_TRUE(peer.paused(net::PauseReason::Backlog));
    EXPECT_LE(peer.backlog_bytes(), 128U * 1024);
    peer.unstall();
    client.exchange();
    EXPECT_FALSE(peer.paused(net::PauseReason::Backlog));
    EXPECT_EQ(client.answer(stream).body.size(), 60'000U);
}

// Rows: H-050, H-096
TEST_F(H2ConnectionTest, SaysGoodbyeAndAnswersWhatItHas) {
    MemoryPeer busy = connect_h2();
    H2Peer client = client_of(busy);
    int32_t stream = client.post("/bosh", "x");
    client.exchange();
    MemoryPeer idle = connect_h2();
    settle(idle);
    server_->stop();
    EXPECT_EQ(idle.close_mode(), net::CloseMode::Flush);
    client.exchange();
    EXPECT_EQ(client.goaway(), uint32_t{NGHTTP2_NO_ERROR});
    EXPECT_FALSE(busy.close_mode());
    send(busy, frame(1, kEndHeaders | kEndStream, 3, header_block(get("/bosh", "POST"))));
    EXPECT_EQ(handler_.held.size(), 1U);
    EXPECT_TRUE(answer(0, "last"));
    client.exchange();
    EXPECT_EQ(client.answer(stream).body, "last");
    EXPECT_EQ(busy.close_mode(), net::CloseMode::Flush);
}

// Rows: H-096
TEST_F(H2ConnectionTest, ReadsNothingBehindAGoodbyeHoweverItIsCut) {
    std::string input = std::string(kH2Preface) + frame(4, 0, 0) +
                        frame(7, 0, 0, std::string(8, '\0')) +
                        frame(1, kEndHeaders | kEndStream, 1, header_block(get("/bosh", "POST")));
    tests::for_each_split(input, [&](tests::Pieces pieces) {
        MemoryPeer peer = connect_h2();
        for (std::string_view piece : pieces) send(peer, piece);
        EXPECT_THAT(handler_.held, IsEmpty());
        EXPECT_EQ(peer.close_mode(), net::CloseMode::Flush);
        peer.reset();
        settle(peer);
    });
}

// Rows: H-096
TEST_F(H2ConnectionTest, ClosesOnWhatIsNoHttp2) {
    MemoryPeer peer = connect_h2();
    send(peer, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(peer.saw_end());
    EXPECT_EQ(server_->connection_count(), 0U);
}

// Rows: H-096
TEST_F(H2ConnectionTest, AnswersInsideTheRequest) {
    handler_.responder = &*server_;
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    int32_t stream = client.post("/bosh", "x");
    client.exchange();
    EXPECT_EQ(client.answer(stream).status, 204);
    EXPECT_EQ(client.answer(stream).closed, 0U);
}

// Rows: H-096
TEST_F(H2ConnectionTest, CutsTheConnectionOffWhenAHandlerSaysSo) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    client.post("/bosh", "1");
    client.post("/bosh", "2");
    client.exchange();
    server_->drop(handler_.held[0].ref);
    settle(peer);
    EXPECT_FALSE(peer.alive());
    EXPECT_EQ(handler_.lost.size(), 2U);
}

// Rows: H-096
TEST_F(H2ConnectionTest, KeepsNoFieldThatChangesFromAnswerToAnswer) {
    MemoryPeer peer = connect_h2();
    H2Peer client = client_of(peer);
    size_t at_first = 0;
    for (int i = 0; i < 100; ++i) {
        client.post("/bosh", "x");
        client.exchange();
        std::string date = "Date: " + std::to_string(i) + "\r\n";
        server_->respond(handler_.held.back().ref, {.content_type = "text/xml", .fields = date});
        client.exchange();
        if (i == 0) at_first = client.field_table_bytes();
    }
    EXPECT_GT(at_first, 100U);
    EXPECT_EQ(client.field_table_bytes(), at_first);
}

} // namespace
} // namespace http
