// XMPP in a WebSocket, from a connection's bytes to the bytes of a server's stream and back.
#include "bench/instructions/message.h"
#include "bench/instructions/operation.h"
#include "bench/load/browser_head.h"
#include "tests/ws/endpoint_world.h"

#include <string>
#include <string_view>

namespace instructions {

namespace {

using ws::MemoryPeer;

class WebSocketOperation : public Operation, protected ws::EndpointWorld {
protected:
    WebSocketOperation() { start(); }
};

class Open final : public WebSocketOperation {
public:
    void run(Count& count) override {
        MemoryPeer client;
        client.send(load::upgrade_head("chat.example.org", "/xmpp-websocket"));
        std::string open = ws::text(ws::kOpen);
        std::string server = ws::server_header(ws::kEnglish).append(ws::kFeatures);
        count.start();
        http_->accept(client.open(), facts_);
        client.pump();
        client.send(open);
        client.pump();
        servers_.accept();
        servers_.say(server);
        env_.turn();
        count.stop();
        CM_ASSERT(client.take_received().ends_with("</stream:features>"));

        client.reset();
        settle(client);
        servers_.peer().end();
        settle(client);
        CM_ASSERT(endpoint_.empty());
    }
};

class Close final : public WebSocketOperation {
public:
    void run(Count& count) override {
        MemoryPeer client = open();
        std::string close = ws::text("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
        std::string last = ws::frame({.first = 0x88, .payload = std::string_view("\x03\xE8", 2)});
        client.send(close);
        count.start();
        client.pump();
        servers_.say(ws::kEndTag);
        client.send(last);
        client.pump();
        client.end();
        client.pump();
        env_.turn();
        count.stop();
        servers_.peer().end();
        settle(client);
        CM_ASSERT(endpoint_.empty() && !client.alive());
    }
};

class FrameToServer final : public WebSocketOperation {
public:
    explicit FrameToServer(size_t size) : message_(message(kFromClient, size)) {}
    void run(Count& count) override {
        client_.send(ws::text(message_));
        count.start();
        client_.pump();
        servers_.pump();
        env_.turn();
        count.stop();
        CM_ASSERT(heard() == message_);
    }

private:
    std::string message_;
    MemoryPeer client_ = log_in();
};

class FrameToClient final : public WebSocketOperation {
public:
    explicit FrameToClient(size_t size) : message_(message(kFromServer, size)) {}
    void run(Count& count) override {
        servers_.peer().send(message_);
        count.start();
        servers_.pump();
        client_.pump();
        env_.turn();
        count.stop();
        CM_ASSERT(client_.take_received().ends_with("</message>"));
    }

private:
    std::string message_;
    MemoryPeer client_ = log_in();
};

constexpr NamedOperation kWebSocketOperations[] = {
    named<Open>("websocket.open"),
    named<FrameToServer, 200>("websocket.to-server-200"),
    named<FrameToServer, 4096>("websocket.to-server-4096"),
    named<FrameToClient, 200>("websocket.to-client-200"),
    named<FrameToClient, 4096>("websocket.to-client-4096"),
    named<Close>("websocket.close"),
};

} // namespace

std::span<const NamedOperation> websocket_operations() {
    return kWebSocketOperations;
}

} // namespace instructions
