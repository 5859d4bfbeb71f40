// The engine by itself: however its input is cut, it says and hears the same.
// Rows: -
#include "tests/support/for_each_split.h"
#include "tests/tls/tls_fixture.h"
#include "tls/engine.h"

#include <gtest/gtest.h>

#include <algorithm>

using base::SliceBuilder;
using base::SliceChain;
using tests::TlsFixture;
using tls::Engine;
using tls::Fault;

namespace {

struct EngineTest : TlsFixture {
    std::shared_ptr<const tls::ClientContext> client_side = trusting_client();
    std::shared_ptr<const tls::ServerContext> server_side =
        server_context(ca.issue({.dns = {"a.example"}}));

    std::unique_ptr<Engine> make_client() {
        return std::make_unique<Engine>(env.pool, client_side, to_domain("a.example"));
    }
    std::unique_ptr<Engine> make_server() {
        return std::make_unique<Engine>(env.pool, server_side);
    }

    // What `to` says when it is fed `cipher` in pieces of `length`.
    std::string feed(Engine& to, std::string_view cipher, size_t length = SIZE_MAX) {
        std::string plain;
        for (std::string_view piece :
             tests::detail::cut_every(cipher, std::min(length, cipher.size())))
            plain += feed_once(to, piece);
        return plain;
    }
    std::string feed_once(Engine& to, std::string_view piece) {
        SliceBuilder plain(env.pool);
        to.feed(piece, plain);
        return std::string(plain.view());
    }
    static std::string output(Engine& of) { return of.take_output().to_string(); }

    // Handshake to its end, in pieces of `length`.
    void secure(Engine& client, Engine& server, size_t length = SIZE_MAX) {
        for (int flight = 0; flight < 3; ++flight) {
            feed(server, output(client), length);
            feed(client, output(server), length);
        }
        ASSERT_EQ(client.state(), Engine::State::Open);
        ASSERT_EQ(server.state(), Engine::State::Open);
    }
};

// As for_each_split(), for input that is new each time: `check` makes it, and takes it cut by the
// function that it is given. It returns how long its input was.
template <class Check>
void for_each_cut(Check&& check) {
    using tests::detail::cut_every;
    auto every = [](size_t length) {
        return [length](std::string_view input) { return cut_every(input, length); };
    };
    size_t length = check(every(SIZE_MAX / 2));
    check(every(1));
    check(every(3));
    for (size_t at = 1; at < length && !testing::Test::HasFailure(); ++at) {
        SCOPED_TRACE("in two at " + std::to_string(at));
        length = check([at](std::string_view input) {
            size_t place = std::min(at, input.size() - 1); // a signature may be a byte shorter
            return std::vector{input.substr(0, place), input.substr(place)};
        });
    }
}

TEST_F(EngineTest, AClientTakesTheServersFlightCutAnywhere) {
    for_each_cut([&](auto cut) {
        auto client = make_client(), server = make_server();
        feed(*server, output(*client));
        std::string flight = output(*server);
        for (std::string_view piece : cut(flight)) {
            EXPECT_FALSE(client->secured());
            feed_once(*client, piece);
        }
        EXPECT_TRUE(client->secured());
        EXPECT_EQ(client->state(), Engine::State::Open);
        feed(*server, output(*client));
        EXPECT_TRUE(server->secured());
        return flight.size();
    });
}

TEST_F(EngineTest, AServerTakesTheClientsHelloCutAnywhere) {
    for_each_cut([&](auto cut) {
        auto client = make_client(), server = make_server();
        std::string hello = output(*client);
        for (std::string_view piece : cut(hello)) {
            EXPECT_EQ(output(*server), "");
            feed_once(*server, piece);
        }
        EXPECT_NE(output(*server), "");
        EXPECT_EQ(server->state(), Engine::State::Handshaking);
        return hello.size();
    });
}

TEST_F(EngineTest, CarriesAMegabyteBothWaysByteByByte) {
    auto client = make_client(), server = make_server();
    secure(*client, *server, 1);
    std::string payload(1'000'000, '\0');
    for (size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 31 / 7);
    client->write(SliceChain(base::Slice::literal(payload)));
    server->write(SliceChain(base::Slice::literal(payload)));
    EXPECT_EQ(feed(*server, output(*client), 1), payload);
    EXPECT_EQ(feed(*client, output(*server), 1), payload);
}

TEST_F(EngineTest, MakesWholeRecordsOfWhatIsWritten) {
    auto client = make_client(), server = make_server();
    secure(*client, *server);
    std::ignore = client->take_output();
    SliceChain plain;
    std::string expected;
    for (size_t size : {10UL, 100UL, 50'000UL, 3UL, 16'384UL, 20'000UL}) {
        std::string part(size, static_cast<char>('a' + expected.size() % 26));
        plain.push(base::Slice::copy(env.pool, part));
        expected += part;
    }
    client->write(plain);
    SliceChain output = client->take_output();
    // One slice a record, none but the last smaller than it may be.
    EXPECT_LE(output.slice_count(), expected.size() / 16'384 + 3);
    EXPECT_EQ(feed(*server, output.to_string()), expected);

    SliceChain small;
    for (const char* part : {"HTTP/1.1 200 OK\r\n\r\n", "<body>", "</body>"}) {
        small.push(base::Slice::literal(part));
    }
    client->write(small);
    EXPECT_EQ(client->take_output().slice_count(), 1U);
}

TEST_F(EngineTest, EndsWithCloseNotify) {
    auto client = make_client(), server = make_server();
    secure(*client, *server);
    client->write(SliceChain(base::Slice::literal("last")));
    client->close();
    EXPECT_EQ(feed(*server, output(*client)), "last");
    EXPECT_EQ(server->state(), Engine::State::Ended);
    server->feed_end_of_stream();
    EXPECT_EQ(server->state(), Engine::State::Ended);
    EXPECT_EQ(server->fault().code, 0);
}

TEST_F(EngineTest, FailsWhenTheStreamEndsWithoutIt) {
    auto client = make_client(), server = make_server();
    secure(*client, *server);
    server->feed_end_of_stream();
    EXPECT_EQ(server->state(), Engine::State::Failed);
    EXPECT_EQ(server->fault().code, static_cast<uint16_t>(Fault::Truncated));
    auto lonely = make_client();
    lonely->feed_end_of_stream();
    EXPECT_EQ(lonely->fault().code, static_cast<uint16_t>(Fault::Truncated));
    EXPECT_FALSE(lonely->secured());
    EXPECT_EQ(lonely->explanation(), "the peer closed the connection in the handshake");
}

TEST_F(EngineTest, ACloseNotifyInTheHandshakeIsAFailure) {
    auto client = make_client();
    feed(*client, std::string_view("\x15\x03\x03\0\2\1\0", 7));
    EXPECT_EQ(client->state(), Engine::State::Failed);
    EXPECT_EQ(client->fault().code, static_cast<uint16_t>(Fault::Truncated));
}

TEST_F(EngineTest, DeliversWhatCameBeforeABrokenRecordAndNothingAfter) {
    auto client = make_client(), server = make_server();
    secure(*client, *server);
    std::ignore = client->take_output();
    client->write(SliceChain(base::Slice::literal("good")));
    std::string cipher = output(*client);
    client->write(SliceChain(base::Slice::literal("evil")));
    std::string broken = output(*client);
    broken.back() = static_cast<char>(broken.back() ^ 1);
    client->write(SliceChain(base::Slice::literal("late")));
    EXPECT_EQ(feed(*server, cipher + broken + output(*client)), "good");
    EXPECT_EQ(server->state(), Engine::State::Failed);
    EXPECT_EQ(server->fault().code, static_cast<uint16_t>(Fault::Protocol));
    EXPECT_NE(output(*server), ""); // the alert
    EXPECT_EQ(feed(*server, "more"), "");
    server->write(SliceChain(base::Slice::literal("nothing")));
    EXPECT_EQ(output(*server), "");
}

TEST_F(EngineTest, KeepsNoBuffersWhileNothingHappens) {
    auto client = make_client(), server = make_server();
    secure(*client, *server);
    feed(*client, output(*server));
    EXPECT_EQ(env.pool.used_bytes(), 0U);
}

} // namespace
