#include "bench/simulate/servers.h"

#include "bench/simulate/clients.h"
#include "tests/support/server_side.h"

#include <algorithm>
#include <utility>

namespace simulate {

namespace {

// What is to be answered, as a wire's notes.
enum Note : uint8_t { kHeader = 1, kPresence = 2, kMessage = 4, kEnd = 8 };

constexpr std::string_view kFeatures =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
constexpr std::string_view kPresenceBack =
    "<presence from='alice@h/orchard' to='alice@h/orchard'/>";

} // namespace

struct Servers::Begun final : net::Connector::Attempt {
    Begun(Servers& servers, net::ConnectListener& informed) : owner(servers), listener(informed) {
        owner.begun_.push_back(this);
    }
    ~Begun() override { std::ranges::replace(owner.begun_, this, nullptr); }

    Servers& owner;
    net::ConnectListener& listener;
};

std::unique_ptr<net::Connector::Attempt> Servers::connect(const net::Target&,
                                                          net::ConnectListener& listener) {
    return std::make_unique<Begun>(*this, listener);
}

void Servers::accept_all() {
    while (!begun_.empty()) {
        Begun* latest = begun_.back();
        begun_.pop_back();
        if (latest == nullptr) continue;
        latest->listener.on_connected(std::make_unique<Wire>(*this, 0, 0));
    }
}

void Servers::hear(Wire& wire, base::ByteView bytes) {
    if (bytes.contains("<stream:stream")) wire.notes |= kHeader;
    if (bytes.contains("<presence")) wire.notes |= kPresence;
    if (bytes.contains("<message")) wire.notes |= kMessage;
    if (bytes.contains("</stream:stream>")) wire.notes |= kEnd;
    if (wire.notes != 0) wire.ask_for_turn();
}

void Servers::speak(Wire& wire) {
    auto notes = std::exchange(wire.notes, uint8_t{0});
    words_.clear();
    if ((notes & kHeader) != 0) words_.append(tests::server_header()).append(kFeatures);
    if ((notes & kPresence) != 0) words_ += kPresenceBack;
    if ((notes & kMessage) != 0) words_ += message_text();
    if ((notes & kEnd) != 0) words_ += "</stream:stream>";
    if (!words_.empty()) wire.deliver(words_);
}

} // namespace simulate
