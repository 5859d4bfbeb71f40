// ConnectingSocket — one attempt to connect one socket: to an IP address, or to a path.
// Errors: an errno, with a literal where something can be done about it.
// Life:   a callback comes once at most, and none inside open(); it may destroy the socket.
//         Destroying it closes the descriptor unless release() has given it away.
#pragma once

#include "base/error.h"
#include "net/address.h"
#include "net/handle.h"
#include "net/loop.h"
#include "net/source_addresses.h"

#include <memory>
#include <string>

namespace net {

class ConnectingSocket {
public:
    class Listener {
    public:
        // code 0: connected.
        virtual void on_connect_answer(ConnectingSocket& socket, uint16_t code) = 0;

    protected:
        ~Listener() = default;
    };
    using Result = base::Result<std::unique_ptr<ConnectingSocket>>;

    // `sources` may be nullptr: the system chooses where the connection leaves from.
    [[nodiscard]] static Result open(Loop& loop, const Address& to, SourceAddresses* sources,
                                     Listener& listener);
    [[nodiscard]] static Result open(Loop& loop, const std::string& path, Listener& listener);
    ConnectingSocket(const ConnectingSocket&) = delete;
    ConnectingSocket& operator=(const ConnectingSocket&) = delete;
    ~ConnectingSocket();

    [[nodiscard]] const Address& peer() const { return peer_; }
    // The connected descriptor, the caller's from now on.
    [[nodiscard]] int release();

private:
    ConnectingSocket(const Address& peer, Listener& listener) : peer_(peer), listener_(listener) {}

    [[nodiscard]] base::Result<void> create(int family);
    [[nodiscard]] base::Result<void> connect_from_one_of(SourceAddresses& sources);
    [[nodiscard]] base::Result<void> bind(const Address& source);
    [[nodiscard]] base::Result<void> connect(const void* address, size_t length);
    [[nodiscard]] base::Result<void> await_answer(Loop& loop);
    void on_writable();
    void close();

    Address peer_;
    Listener& listener_;
    int descriptor_ = -1;
    UvHandle<uv_poll_t> poll_;
};

} // namespace net
