#include "tests/ws/requests.h"
#include "ws/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ws {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class HandshakeTest : public testing::Test {
protected:
    // The status that a request gets; 101 if it becomes a WebSocket, or 200 over HTTP/2.
    int status(const Request& request) {
        auto response = refuse_handshake(request.head(), settings_);
        if (!response) response = accept_handshake(request.head(), settings_).response;
        fields_ = response->fields;
        return response->status;
    }
    std::string extension(const Request& request) {
        (void)status(request);
        constexpr std::string_view kName = "Sec-WebSocket-Extensions: ";
        size_t at = fields_.find(kName);
        if (at == std::string::npos) return "";
        at += kName.size();
        return fields_.substr(at, fields_.find('\r', at) - at);
    }

    Settings settings_;
    std::string fields_;
};

// Rows: W-007, W-008
TEST_F(HandshakeTest, AnswersTheExampleOfTheSpecification) {
    EXPECT_EQ(status(Request()), 101);
    EXPECT_EQ(fields_, "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                       "Sec-WebSocket-Protocol: xmpp\r\n");
}

// Rows: W-001
TEST_F(HandshakeTest, TakesTheFieldsInAnyOfTheirForms) {
    for (std::string_view value : {"Upgrade", "upgrade", "keep-alive, Upgrade", "UPGRADE,close"}) {
        EXPECT_EQ(status(Request().with("Connection", value)), 101) << value;
    }
    for (std::string_view value : {"websocket", "WebSocket", "h2c, websocket"}) {
        EXPECT_EQ(status(Request().with("Upgrade", value)), 101) << value;
    }
}

// Rows: W-001
TEST_F(HandshakeTest, RefusesWhatIsNoHandshake) {
    EXPECT_EQ(status(Request().without("Connection")), 400);
    EXPECT_EQ(status(Request().with("Connection", "keep-alive")), 400);
    EXPECT_EQ(status(Request().without("Sec-WebSocket-Version")), 400);
    Request old;
    old.minor_version = 0;
    EXPECT_EQ(status(old), 400);
    Request post;
    post.method = http::Method::Post;
    EXPECT_EQ(status(post), 405);
    EXPECT_THAT(fields_, HasSubstr("Allow: GET, OPTIONS\r\n"));
}

// Rows: W-002
TEST_F(HandshakeTest, WantsAKeyOfSixteenBytes) {
    EXPECT_EQ(status(Request().without("Sec-WebSocket-Key")), 400);
    EXPECT_EQ(status(Request().and_also("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")), 400);
    for (std::string_view key :
         {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ",
          "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZWE=", "dGhlIHNhbXBsZSBub25jZWFh",
          "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
        EXPECT_EQ(status(Request().with("Sec-WebSocket-Key", key)), 400) << key;
    }
}

// Rows: W-003
TEST_F(HandshakeTest, NamesTheVersionItSpeaks) {
    for (std::string_view version : {"8", "12", "14", "013", "13, 8", ""}) {
        EXPECT_EQ(status(Request().with("Sec-WebSocket-Version", version)), 426) << version;
        EXPECT_THAT(fields_, HasSubstr("Sec-WebSocket-Version: 13\r\n"));
        EXPECT_THAT(fields_, HasSubstr("Upgrade: websocket\r\n"));
    }
}

// Rows: W-004
TEST_F(HandshakeTest, TellsAVisitorWhatIsServedHere) {
    EXPECT_EQ(status(Request().without("Upgrade")), 426);
    EXPECT_THAT(fields_, HasSubstr("Upgrade: websocket\r\n"));
    EXPECT_EQ(status(Request().with("Upgrade", "h2c")), 426);
    auto refused = refuse_handshake(Request().without("Upgrade").head(), settings_);
    EXPECT_EQ(refused->body.to_string(), "Upgrade Required\n");
}

// Rows: W-005, W-006, D-46
TEST_F(HandshakeTest, WantsTheSubprotocolAndNamesItAlone) {
    for (std::string_view list : {"xmpp", "xmpp, chat", "chat,xmpp", ", xmpp ,"}) {
        EXPECT_EQ(status(Request().with("Sec-WebSocket-Protocol", list)), 101) << list;
        EXPECT_THAT(fields_, EndsWith("\r\nSec-WebSocket-Protocol: xmpp\r\n"));
    }
    EXPECT_EQ(status(Request()
                         .with("Sec-WebSocket-Protocol", "chat")
                         .and_also("sec-websocket-protocol", "xmpp")),
              101);
    for (std::string_view list : {"", "XMPP", "chat", "xmpp2", "xmpp chat", "\"xmpp\""}) {
        EXPECT_EQ(status(Request().with("Sec-WebSocket-Protocol", list)), 400) << list;
    }
    EXPECT_EQ(status(Request().without("Sec-WebSocket-Protocol")), 400);
}

// Rows: W-009, S-033
TEST_F(HandshakeTest, LetsInOnlyTheOriginsListed) {
    EXPECT_EQ(status(Request().with("Origin", "https://evil.example")), 101);
    settings_.any_origin = false;
    settings_.origins = {"https://chat.example", "http://localhost:8080"};
    EXPECT_EQ(status(Request().with("Origin", "https://chat.example")), 101);
    EXPECT_EQ(status(Request().with("Origin", "http://localhost:8080")), 101);
    EXPECT_EQ(status(Request().without("Origin")), 101) << "no browser";
    for (std::string_view origin :
         {"https://evil.example", "http://chat.example", "https://chat.example:444",
          "https://chat.example.evil.example", "null", "", "https://CHAT.example"}) {
        EXPECT_EQ(status(Request().with("Origin", origin)), 403) << origin;
    }
    EXPECT_EQ(status(Request()
                         .with("Origin", "https://chat.example")
                         .and_also("Origin", "https://evil.example")),
              403);
    settings_.origins = {"https://*.example"};
    EXPECT_EQ(status(Request().with("Origin", "https://chat.example")), 101);
    EXPECT_EQ(status(Request().with("Origin", "https://example")), 403);
    EXPECT_EQ(status(Request().with("Origin", "https://example.evil")), 403);
}

// Rows: H-097, W-003, W-005, W-006, W-009
TEST_F(HandshakeTest, IsAConnectOverHttp2) {
    EXPECT_EQ(status(Request::connect()), 200);
    EXPECT_EQ(fields_, "Sec-WebSocket-Protocol: xmpp\r\n");
    EXPECT_EQ(status(Request::connect().without("Sec-WebSocket-Version")), 400);
    EXPECT_EQ(status(Request::connect().with("Sec-WebSocket-Version", "8")), 400);
    EXPECT_EQ(fields_, "Sec-WebSocket-Version: 13\r\n") << "an Upgrade would be of HTTP/1.1";
    EXPECT_EQ(status(Request::connect().and_also("Sec-WebSocket-Version", "13")), 400);
    EXPECT_EQ(status(Request::connect().with("Sec-WebSocket-Protocol", "chat")), 400);
    EXPECT_EQ(status(Request::connect().with("Content-Length", "1")), 400);
    settings_.any_origin = false;
    settings_.origins = {"https://chat.example"};
    EXPECT_EQ(status(Request::connect().with("Origin", "https://chat.example")), 200);
    EXPECT_EQ(status(Request::connect().with("Origin", "https://evil.example")), 403);
    settings_.deflate = true;
    Request compressed = Request::connect().without("Origin");
    EXPECT_EQ(extension(compressed.with("Sec-WebSocket-Extensions", "permessage-deflate")),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

// Rows: W-011
TEST_F(HandshakeTest, RefusesABody) {
    EXPECT_EQ(status(Request().with("Content-Length", "0")), 101);
    EXPECT_EQ(status(Request().with("Content-Length", "1")), 400);
    EXPECT_EQ(status(Request().with("Transfer-Encoding", "chunked")), 400);
}

// Rows: W-008, W-032
TEST_F(HandshakeTest, TakesNoExtensionUnlessItIsSwitchedOn) {
    Request request;
    request.with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
    EXPECT_EQ(extension(request), "");
    settings_.deflate = true;
    EXPECT_EQ(extension(request),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_EQ(extension(Request()), "");
    EXPECT_EQ(accept_handshake(request.head(), settings_).deflate, DeflateWindow::Wide);
    EXPECT_EQ(accept_handshake(Request().head(), settings_).deflate, DeflateWindow::None);
}

// Rows: W-032
TEST_F(HandshakeTest, TakesTheFirstOfferThatItCanKeep) {
    settings_.deflate = true;
    constexpr std::string_view kTaken =
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    for (std::string_view offer :
         {"permessage-deflate", "PerMessage-Deflate;server_no_context_takeover",
          "x-webkit-deflate-frame, permessage-deflate",
          "permessage-deflate; unknown, permessage-deflate",
          "permessage-deflate; server_max_window_bits=8, permessage-deflate",
          "permessage-deflate; client_max_window_bits=8",
          "permessage-deflate; client_max_window_bits=\"10\"; client_no_context_takeover"}) {
        EXPECT_EQ(extension(Request().with("Sec-WebSocket-Extensions", offer)), kTaken) << offer;
    }
    for (std::string_view offer :
         {"", "deflate", "permessage-deflate; server_max_window_bits",
          "permessage-deflate; server_max_window_bits=16",
          "permessage-deflate; server_max_window_bits=09",
          "permessage-deflate; client_max_window_bits=7",
          "permessage-deflate; client_max_window_bits; client_max_window_bits",
          "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; ; "}) {
        EXPECT_EQ(extension(Request().with("Sec-WebSocket-Extensions", offer)), "") << offer;
    }
}

// Rows: W-032
TEST_F(HandshakeTest, KeepsToTheWindowThatTheClientCanHold) {
    settings_.deflate = true;
    Request request;
    request.with("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=12");
    EXPECT_THAT(extension(request), EndsWith("; server_max_window_bits=9"));
    EXPECT_EQ(accept_handshake(request.head(), settings_).deflate, DeflateWindow::Narrow);
    request.with("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=15");
    EXPECT_THAT(extension(request), EndsWith("; server_max_window_bits=15"));
    EXPECT_THAT(extension(Request()), Not(HasSubstr("window")));
}

} // namespace
} // namespace ws
