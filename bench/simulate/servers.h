// Servers — the far ends of streams: each lets its client in, and gives messages back.
// Life:   the world's; outlives the streams.
#pragma once

#include "bench/simulate/wire.h"
#include "net/connector.h"

#include <memory>
#include <vector>

namespace simulate {

class Servers final : public FarEnd, public net::Connector {
public:
    using FarEnd::FarEnd;

    [[nodiscard]] std::unique_ptr<net::Connector::Attempt>
    connect(const net::Target& target, net::ConnectListener& listener) override;
    // Connections that were begun come about.
    void accept_all();

    void hear(Wire& wire, base::ByteView bytes) override;
    void speak(Wire& wire) override;
    void on_gone(Wire&) override {}
    [[nodiscard]] net::Address address_of(const Wire&) const override { return {}; }

private:
    struct Begun;

    std::vector<Begun*> begun_;
    std::string words_; // the latest
};

} // namespace simulate
