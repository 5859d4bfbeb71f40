// TcpConnector — a Connector by the system's name look-up and TCP.
// Spec:   row B-084 asks for an answer in bounded time: one deadline over look-up and connecting.
// Errors: NetFault::NoAddress, NetFault::Deadline, or the errno of the last address tried.
// Life:   as Connector says; outlived by its attempts if need be.
//
// Addresses are tried in the order of the look-up (RFC 6724). One that does not answer may not use
// up the time of those behind it: each gets an equal share of what is left.
#pragma once

#include "base/time.h"
#include "net/connector.h"
#include "net/loop.h"
#include "net/tcp_socket.h"

#include <memory>

namespace net {

class TcpConnector final : public Connector {
public:
    struct Options {
        base::Duration deadline = 10s; // from connect() to on_connected()
        TcpOptions tcp;
    };
    TcpConnector(Loop& loop, Options options) : loop_(loop), options_(options) {}

    [[nodiscard]] std::unique_ptr<Attempt> connect(const Target& target,
                                                   ConnectListener& listener) override;

private:
    Loop& loop_;
    Options options_;
};

} // namespace net
