// Clients of BOSH, as a browser has them: two lasting connections, one request held on one of
// them, the next one sent on the other.
#include "bench/load/browser_head.h"
#include "bench/simulate/clients.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace simulate {

namespace {

constexpr uint32_t kFirstRid = 100;
constexpr size_t kSidLength = 27;

struct BoshClient {
    enum class State : uint8_t { Away, Creating, LoggingIn, Online, Leaving };

    std::array<Wire*, 2> wires;
    uint32_t rid;
    std::array<char, kSidLength> sid;
    State state;
    std::array<bool, 2> asking; // a request is open there
    bool turn;                  // which connection is next
    bool writes;                // has something to say
};

class BoshClients final : public Clients {
public:
    BoshClients(size_t most, Turns& turns, Tally& tally)
        : Clients(turns, tally), clients_(most), head_(load::post_head("h", "/http-bind")) {}

    void come(uint32_t client) override {
        BoshClient& one = clients_[client];
        one = {.rid = kFirstRid, .state = BoshClient::State::Creating};
        latest_ = std::max(latest_, client + 1);
        wire_of(client, 0).ask_for_turn();
    }
    void write_message(uint32_t client) override {
        BoshClient& one = clients_[client];
        if (one.state != BoshClient::State::Online || one.writes) return;
        one.writes = true;
        wire_of(client, free_of(one)).ask_for_turn();
    }
    void leave(uint32_t client) override {
        BoshClient& one = clients_[client];
        if (one.state != BoshClient::State::Online) return;
        one.state = BoshClient::State::Leaving;
        one.writes = true;
        --tally_.online;
        wire_of(client, free_of(one)).ask_for_turn();
    }
    [[nodiscard]] size_t touched_bytes() const override { return latest_ * sizeof(BoshClient); }

    void hear(Wire& wire, base::ByteView bytes) override;
    void speak(Wire& wire) override;
    void on_gone(Wire& wire) override;

private:
    Wire& wire_of(uint32_t client, uint8_t number) {
        Wire*& wire = clients_[client].wires.at(number);
        if (wire == nullptr) wire = &connect(client, number);
        return *wire;
    }
    static uint8_t free_of(const BoshClient& one) {
        uint8_t next = one.turn ? 1 : 0;
        return one.asking.at(next) ? 1 - next : next;
    }
    void on_answer(BoshClient& one, base::ByteView bytes);
    void ask(uint32_t client, std::string_view attributes, std::string_view payload);

    BesideHeap<BoshClient> clients_;
    uint32_t latest_ = 0;
    std::string head_;
    std::string request_; // the latest
    std::string body_;
};

void BoshClients::hear(Wire& wire, base::ByteView bytes) {
    BoshClient& one = clients_[wire.owner()];
    one.asking.at(wire.number()) = false;
    if (!bytes.starts_with("HTTP/1.1 200 ")) {
        ++tally_.odd;
    } else {
        on_answer(one, bytes);
    }
    wire.ask_for_turn();
}

void BoshClients::on_answer(BoshClient& one, base::ByteView bytes) {
    using State = BoshClient::State;
    if (bytes.contains("type='terminate'")) {
        bool wanted = one.state == State::Leaving;
        if (one.state == State::Online) --tally_.online;
        if (one.state != State::Away) ++(wanted ? tally_.left : tally_.lost);
        one.state = State::Away;
        return;
    }
    switch (one.state) {
    case State::Creating: {
        size_t at = bytes.find(" sid='");
        if (at == base::ByteView::npos) {
            ++tally_.odd;
            return;
        }
        bytes.copy(one.sid.data(), one.sid.size(), at + 6);
        one.state = State::LoggingIn;
        one.writes = true;
        break;
    }
    case State::LoggingIn:
        if (!bytes.contains("<presence")) break;
        one.state = State::Online;
        ++tally_.online;
        ++tally_.logins;
        break;
    case State::Online:
        if (bytes.contains("<message")) ++tally_.messages_back;
        break;
    case State::Leaving:
    case State::Away: break;
    }
}

void BoshClients::speak(Wire& wire) {
    using State = BoshClient::State;
    uint32_t client = wire.owner();
    BoshClient& one = clients_[client];
    bool asks = one.asking[0] || one.asking[1];
    switch (one.state) {
    case State::Away:
        // Also the other one: the session has answered all.
        if (Wire* other = one.wires.at(1 - wire.number())) other->end();
        wire.end();
        break;
    case State::Creating:
        if (!asks) ask(client, " to='example.org' ver='1.11' wait='60' hold='1' xml:lang='en'", "");
        break;
    case State::LoggingIn:
        if (std::exchange(one.writes, false)) {
            ask(client, "", "<presence xmlns='jabber:client'/>");
        } else if (!asks) {
            ask(client, "", "");
        }
        break;
    case State::Online:
        if (one.writes && !(one.asking[0] && one.asking[1])) {
            one.writes = false;
            ++tally_.messages_sent;
            ask(client, "", message_text());
        } else if (!asks) {
            ask(client, "", "");
        }
        break;
    case State::Leaving:
        if (std::exchange(one.writes, false)) ask(client, " type='terminate'", "");
        break;
    }
}

void BoshClients::ask(uint32_t client, std::string_view attributes, std::string_view payload) {
    BoshClient& one = clients_[client];
    uint8_t number = free_of(one);
    Wire& wire = wire_of(client, number);
    one.asking.at(number) = true;
    one.turn = number == 0;
    body_ = "<body xmlns='http://jabber.org/protocol/httpbind' rid='";
    body_.append(std::to_string(one.rid++)).append("'");
    if (one.state != BoshClient::State::Creating) {
        body_.append(" sid='").append(one.sid.data(), one.sid.size()).append("'");
    }
    body_.append(attributes).append(">").append(payload).append("</body>");
    request_ = head_;
    request_.append(std::to_string(body_.size())).append("\r\n\r\n").append(body_);
    ++tally_.requests;
    wire.deliver(request_);
}

void BoshClients::on_gone(Wire& wire) {
    BoshClient& one = clients_[wire.owner()];
    one.wires.at(wire.number()) = nullptr;
    one.asking.at(wire.number()) = false;
}

} // namespace

std::unique_ptr<Clients> make_bosh_clients(size_t most, Turns& turns, Tally& tally) {
    return std::make_unique<BoshClients>(most, turns, tally);
}

} // namespace simulate
