// Clients with a WebSocket each. They answer Pings, as browsers do.
#include "bench/load/browser_head.h"
#include "bench/simulate/clients.h"
#include "tests/ws/client_frames.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace simulate {

namespace {

constexpr std::string_view kOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' "
                                   "to='example.org' version='1.0' xml:lang='en'/>";
constexpr std::string_view kClose = "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";

struct WebSocketClient {
    enum class State : uint8_t { Away, Shaking, Opening, LoggingIn, Online, Leaving };

    Wire* wire;
    State state;
    // What there is to say.
    bool speaks;
    bool pongs;
    bool closes;
};

class WebSocketClients final : public Clients {
public:
    WebSocketClients(size_t most, Turns& turns, Tally& tally)
        : Clients(turns, tally), clients_(most), head_(load::upgrade_head("h", "/xmpp-websocket")),
          open_(ws::text(kOpen)), presence_(ws::text("<presence/>")),
          message_(ws::text(message_text())), close_(ws::text(kClose)),
          pong_(ws::frame({.first = 0x8A})),
          last_(ws::frame({.first = 0x88, .payload = std::string_view("\x03\xE8", 2)})) {}

    void come(uint32_t client) override {
        latest_ = std::max(latest_, client + 1);
        clients_[client] = {.state = WebSocketClient::State::Shaking, .speaks = true};
        clients_[client].wire = &connect(client, 0);
        clients_[client].wire->ask_for_turn();
    }
    void write_message(uint32_t client) override { say(client, WebSocketClient::State::Online); }
    void leave(uint32_t client) override {
        if (clients_[client].state != WebSocketClient::State::Online) return;
        --tally_.online;
        say(client, WebSocketClient::State::Leaving);
    }
    [[nodiscard]] size_t touched_bytes() const override {
        return latest_ * sizeof(WebSocketClient);
    }

    void hear(Wire& wire, base::ByteView bytes) override;
    void speak(Wire& wire) override;
    void on_gone(Wire& wire) override;

private:
    void say(uint32_t client, WebSocketClient::State state) {
        WebSocketClient& one = clients_[client];
        if (one.state != WebSocketClient::State::Online || one.speaks) return;
        one.state = state;
        one.speaks = true;
        one.wire->ask_for_turn();
    }
    void on_frame(WebSocketClient& one, uint8_t kind, base::ByteView payload);
    [[nodiscard]] const std::string& words(WebSocketClient::State state) const;

    BesideHeap<WebSocketClient> clients_;
    uint32_t latest_ = 0;
    std::string head_, open_, presence_, message_, close_, pong_, last_;
};

void WebSocketClients::hear(Wire& wire, base::ByteView bytes) {
    WebSocketClient& one = clients_[wire.owner()];
    if (one.state == WebSocketClient::State::Shaking) {
        if (!bytes.starts_with("HTTP/1.1 101 ")) ++tally_.odd;
        one.state = WebSocketClient::State::Opening;
        one.speaks = true;
        bytes = {};
    }
    while (bytes.size() >= 2) {
        auto kind = static_cast<uint8_t>(bytes[0]);
        size_t size = static_cast<uint8_t>(bytes[1]);
        size_t head = 2;
        if (size == 126) {
            size = static_cast<uint8_t>(bytes[2]) * 256UL + static_cast<uint8_t>(bytes[3]);
            head = 4;
        }
        on_frame(one, kind, bytes.substr(head, size));
        bytes.remove_prefix(std::min(head + size, bytes.size()));
    }
    if (one.speaks || one.pongs || one.closes) wire.ask_for_turn();
}

void WebSocketClients::on_frame(WebSocketClient& one, uint8_t kind, base::ByteView payload) {
    using State = WebSocketClient::State;
    if (kind == 0x89) {
        ++tally_.pings;
        one.pongs = true;
    } else if (kind == 0x88) {
        one.closes = true;
        if (one.state == State::Online) --tally_.online;
        if (one.state != State::Away) ++(one.state == State::Leaving ? tally_.left : tally_.lost);
        one.state = State::Away;
    } else if (kind != 0x81) {
        ++tally_.odd;
    } else if (one.state == State::Opening && payload.contains("features")) {
        one.state = State::LoggingIn;
        one.speaks = true;
    } else if (one.state == State::LoggingIn && payload.starts_with("<presence")) {
        one.state = State::Online;
        ++tally_.online;
        ++tally_.logins;
    } else if (one.state == State::Online && payload.starts_with("<message")) {
        ++tally_.messages_back;
    }
}

const std::string& WebSocketClients::words(WebSocketClient::State state) const {
    switch (state) {
    case WebSocketClient::State::Shaking: return head_;
    case WebSocketClient::State::Opening: return open_;
    case WebSocketClient::State::LoggingIn: return presence_;
    case WebSocketClient::State::Online: return message_;
    case WebSocketClient::State::Leaving: return close_;
    case WebSocketClient::State::Away: break;
    }
    return last_;
}

void WebSocketClients::speak(Wire& wire) {
    WebSocketClient& one = clients_[wire.owner()];
    if (std::exchange(one.closes, false)) {
        wire.deliver(last_);
        if (one.wire != nullptr) one.wire->end();
        return;
    }
    if (std::exchange(one.pongs, false)) {
        if (one.speaks) wire.ask_for_turn();
        wire.deliver(pong_);
    } else if (std::exchange(one.speaks, false)) {
        if (one.state == WebSocketClient::State::Online) ++tally_.messages_sent;
        ++tally_.requests;
        wire.deliver(words(one.state));
    }
}

void WebSocketClients::on_gone(Wire& wire) {
    WebSocketClient& one = clients_[wire.owner()];
    one.wire = nullptr;
    if (one.state == WebSocketClient::State::Online) --tally_.online;
    if (one.state != WebSocketClient::State::Away) ++tally_.lost;
    one.state = WebSocketClient::State::Away;
}

} // namespace

std::unique_ptr<Clients> make_websocket_clients(size_t most, Turns& turns, Tally& tally) {
    return std::make_unique<WebSocketClients>(most, turns, tally);
}

} // namespace simulate
