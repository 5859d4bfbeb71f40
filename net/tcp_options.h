// TcpOptions — what a connection by TCP is told apart from its bytes. Connections that a listening
// socket takes have inherited its own, so there they are set once (tcp_listener).
// Spec:   rows U-033, U-055.
#pragma once

#include "base/time.h"
#include "net/tcp_keepalive.h"

namespace net {

using namespace std::chrono_literals;

struct TcpOptions {
    // A backlog of which the peer takes nothing for so long ends the connection.
    base::Duration write_stall = 30s;
    TcpKeepalive keepalive;
};

// All but the first, which is not the system's business. Of a connected socket, or a listening one.
void set_tcp_options(int descriptor, const TcpOptions& options);

} // namespace net
