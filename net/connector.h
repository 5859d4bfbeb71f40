// Connector — the seam by which an upstream stream gets its transport; a test hands out memory
// pipes.
// Errors: on_connect_failed with an errno of the last address tried, or NetFault::NoAddress,
//         LookUpFailed, Forbidden or Deadline.
// Life:   destroying the Attempt cancels it; no callback comes afterwards, and none comes inside
//         connect() itself.
#pragma once

#include "base/error.h"
#include "net/tcp_keepalive.h"
#include "net/transport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace net {

class AddressFilter;
class SourceAddresses;

struct Target {
    std::string host;  // name, numeric address, or absolute path of a Unix-domain socket
    uint16_t port = 0; // none for a path
    // Addresses outside it are not connected to, whatever the name resolves to. nullptr: any may
    // be.
    const AddressFilter* allowed = nullptr;
    // Where the connection leaves from. nullptr: the system chooses.
    SourceAddresses* sources = nullptr;
    // How the connection is found dead. None: as all of the connector's are.
    std::optional<TcpKeepalive> keepalive{};
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
