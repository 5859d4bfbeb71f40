// Clients — those of one kind: so little is kept of each that a million fit beside the engine.
// Life:   the world's; outlives the server that has its wires.
#pragma once

#include "bench/simulate/tally.h"
#include "bench/simulate/wire.h"
#include "http/server.h"

#include <cstdint>
#include <memory>

namespace simulate {

class Clients : public FarEnd {
public:
    Clients(Turns& turns, Tally& tally) : FarEnd(turns), tally_(tally) {}

    // Named once, before the first client comes.
    void set_server(http::Server& server) { server_ = &server; }

    // Logs in.
    virtual void come(uint32_t client) = 0;
    // Writes to itself. Not one that writes already.
    virtual void write_message(uint32_t client) = 0;
    virtual void leave(uint32_t client) = 0;
    // Beside the heap, wires apart.
    [[nodiscard]] virtual size_t touched_bytes() const = 0;

    [[nodiscard]] net::Address address_of(const Wire& wire) const override;

protected:
    // A connection of that client.
    Wire& connect(uint32_t client, uint8_t number);

    Tally& tally_;

private:
    http::Server* server_ = nullptr;
};

[[nodiscard]] std::unique_ptr<Clients> make_bosh_clients(size_t most, Turns& turns, Tally& tally);
[[nodiscard]] std::unique_ptr<Clients> make_websocket_clients(size_t most, Turns& turns,
                                                              Tally& tally);

// What one of them writes to itself.
[[nodiscard]] const std::string& message_text();

} // namespace simulate
