#include "net/tcp_options.h"

#include <algorithm>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace net {

namespace {

void set_option(int descriptor, int level, int option, int64_t value) {
    int narrow = static_cast<int>(std::min<int64_t>(value, std::numeric_limits<int>::max()));
    ::setsockopt(descriptor, level, option, &narrow, sizeof narrow);
}

} // namespace

// None of them can fail; on a connection that was just reset it does not matter.
void set_tcp_options(int descriptor, const TcpOptions& options) {
    // Latency is our trade, and a relay of small writes meets Nagle's worst case (U-033).
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    const TcpKeepalive& keepalive = options.keepalive;
    set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, keepalive.idle.count());
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, keepalive.interval.count());
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, keepalive.count);
    // Probes are not sent while bytes are on their way: those are repeated for a quarter of an hour
    // unless told otherwise.
    base::Duration in_all = keepalive.in_all();
    set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, in_all.count());
}

} // namespace net
