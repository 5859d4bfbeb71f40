// We make the socket and wait for it ourselves rather than through uv_tcp_connect(): a source
// address has to be bound before, without the kernel choosing a port then and there. A port chosen
// by bind() is free towards everyone; one chosen by connect() need only be free towards this
// server, which is what more than 28,000 connections to one server need.

#include "net/connecting_socket.h"

#include "net/socket_address.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace net {

namespace {

constexpr const char* kNoFreePort =
    "no free local port towards this server: it needs more source addresses, or a wider "
    "net.ipv4.ip_local_port_range";

std::unexpected<base::Error> refused(int error, const char* what = nullptr) {
    return base::fail(base::Category::Net, error, what);
}

} // namespace

ConnectingSocket::Result ConnectingSocket::open(Loop& loop, const Address& to,
                                                SourceAddresses* sources, Listener& listener) {
    std::unique_ptr<ConnectingSocket> made(new ConnectingSocket(to, listener));
    SocketAddress address(to);
    base::Result<void> step = made->create(address.get()->sa_family);
    if (step) {
        step = sources != nullptr ? made->connect_from_one_of(*sources)
                                  : made->connect(address.get(), address.length);
    }
    if (step) step = made->await_answer(loop);
    if (!step) return std::unexpected(step.error());
    return made;
}

ConnectingSocket::Result ConnectingSocket::open(Loop& loop, const std::string& path,
                                                Listener& listener) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return refused(ENAMETOOLONG, "a path of a socket has 107 characters at most");
    }
    std::ranges::copy(path, address.sun_path);
    Address peer{.family = Address::Family::Local};
    std::unique_ptr<ConnectingSocket> made(new ConnectingSocket(peer, listener));
    base::Result<void> step = made->create(AF_UNIX);
    if (step) step = made->connect(&address, sizeof address);
    if (step) step = made->await_answer(loop);
    if (!step) return std::unexpected(step.error());
    return made;
}

ConnectingSocket::~ConnectingSocket() {
    close();
}

base::Result<void> ConnectingSocket::create(int family) {
    close();
    descriptor_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) return refused(errno);
    return {};
}

// Each source once: one may be used up while the next is not.
base::Result<void> ConnectingSocket::connect_from_one_of(SourceAddresses& sources) {
    SocketAddress to(peer_);
    base::Result<void> step =
        refused(EAFNOSUPPORT, "no source address of the server's address family is listed");
    for (size_t left = sources.count(peer_.family); left > 0; --left) {
        step = create(to.get()->sa_family); // one that was bound cannot be bound again
        if (step) step = bind(sources.next(peer_.family));
        if (step) step = connect(to.get(), to.length);
        if (step || step.error().code != EADDRNOTAVAIL) return step;
    }
    return step;
}

base::Result<void> ConnectingSocket::bind(const Address& source) {
    int on = 1;
    ::setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    SocketAddress from(source);
    if (::bind(descriptor_, from.get(), from.length) == 0) return {};
    if (errno == EADDRNOTAVAIL) return refused(errno, "a source address is not one of this host");
    return refused(errno, "the source address could not be bound");
}

base::Result<void> ConnectingSocket::connect(const void* address, size_t length) {
    int status = ::connect(descriptor_, static_cast<const sockaddr*>(address),
                           static_cast<socklen_t>(length));
    if (status == 0 || errno == EINPROGRESS) return {};
    return refused(errno, errno == EADDRNOTAVAIL ? kNoFreePort : nullptr);
}

base::Result<void> ConnectingSocket::await_answer(Loop& loop) {
    int status = poll_.init(
        this, [&](uv_poll_t* poll) { return uv_poll_init_socket(loop.uv(), poll, descriptor_); });
    if (status >= 0) {
        status = uv_poll_start(poll_.get(), UV_WRITABLE, [](uv_poll_t* poll, int, int) {
            Loop::of(poll->loop).breathe();
            auto* self = UvHandle<uv_poll_t>::owner_of<ConnectingSocket>(poll);
            if (self != nullptr) self->on_writable();
        });
    }
    if (status < 0) return refused(-status);
    return {};
}

void ConnectingSocket::on_writable() {
    poll_.reset();
    int error = 0;
    socklen_t length = sizeof error;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
    listener_.on_connect_answer(*this, static_cast<uint16_t>(error));
}

int ConnectingSocket::release() {
    CM_ASSERT(!poll_);
    return std::exchange(descriptor_, -1);
}

void ConnectingSocket::close() {
    poll_.reset(); // before its descriptor
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

} // namespace net
