#include "bench/simulate/clients.h"

#include "bench/instructions/message.h"

namespace simulate {

namespace {

// Of offices and networks with so many clients each.
constexpr uint32_t kBehindOneAddress = 16;
constexpr size_t kMessageBytes = 200;

net::Address address_of_client(uint32_t client) {
    uint32_t host = client / kBehindOneAddress;
    net::Address address{.family = net::Address::Family::V4, .port = 40'000};
    address.bytes[0] = 10;
    address.bytes[1] = static_cast<uint8_t>(host >> 16);
    address.bytes[2] = static_cast<uint8_t>(host >> 8);
    address.bytes[3] = static_cast<uint8_t>(host);
    return address;
}

} // namespace

const std::string& message_text() {
    static const std::string text = instructions::message(instructions::kFromClient, kMessageBytes);
    return text;
}

net::Address Clients::address_of(const Wire& wire) const {
    return address_of_client(wire.owner());
}

Wire& Clients::connect(uint32_t client, uint8_t number) {
    auto transport = std::make_unique<Wire>(*this, client, number);
    Wire& wire = *transport;
    http::ClientFacts facts{.peer = address_of_client(client), .encrypted = true};
    server_->accept(std::move(transport), facts);
    return wire;
}

} // namespace simulate
