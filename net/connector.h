// Connector — the seam by which an upstream stream gets its transport: TCP today, DNS and TLS
// behind the same call later; a test hands out memory pipes.
// Errors: on_connect_failed with what the last target said: errno, NetFault::NoAddress or Deadline.
// Life:   destroying the Attempt cancels it; no callback comes afterwards, and none comes inside
//         connect() itself.
#pragma once

#include "base/error.h"
#include "net/transport.h"

#include <cstdint>
#include <memory>
#include <string>

namespace net {

struct Target {
    std::string host; // name or numeric address
    uint16_t port = 0;
};

class ConnectListener {
public:
    // The listener becomes the owner and must set_listener() before it returns.
    virtual void on_connected(std::unique_ptr<Transport> transport) = 0;
    virtual void on_connect_failed(base::Error reason) = 0;

protected:
    ~ConnectListener() = default;
};

class Connector {
public:
    class Attempt {
    public:
        virtual ~Attempt() = default;
    };
    virtual ~Connector() = default;
    [[nodiscard]] virtual std::unique_ptr<Attempt> connect(const Target& target,
                                                           ConnectListener& listener) = 0;
};

} // namespace net
