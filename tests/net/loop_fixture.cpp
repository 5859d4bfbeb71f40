#include "tests/net/loop_fixture.h"

#include "net/socket_address.h"

#include <array>
#include <poll.h>

namespace tests {

void RawPeer::connect(const net::Address& to) {
    net::SocketAddress address(to);
    if (::connect(descriptor_, address.get(), address.length) == 0) return;
    EXPECT_EQ(errno, EINPROGRESS);
    pollfd writable{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    EXPECT_EQ(::poll(&writable, 1, 5000), 1) << "the kernel did not connect";
}

size_t RawPeer::send(std::string_view bytes) {
    ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent < 0 ? 0 : static_cast<size_t>(sent);
}

std::string RawPeer::receive() {
    std::string all;
    std::array<char, 65536> buffer;
    for (;;) {
        ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (count > 0) {
            all.append(buffer.data(), static_cast<size_t>(count));
            continue;
        }
        if (count == 0) ended = true;
        if (count < 0 && errno != EAGAIN) error = errno;
        return all;
    }
}

} // namespace tests
