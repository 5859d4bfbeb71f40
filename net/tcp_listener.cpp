// When no descriptor is left, accept() fails and the connection stays in the queue: the socket
// remains readable, and a loop that only tries again spins at full load and serves nobody. So one
// descriptor is kept in reserve. It is given up to accept that connection and close it at once:
// the client learns in no time that it is refused, the queue empties, and those who are connected
// are served on. Should even that fail, the listener rests for a while.
//
// Workers share an address by SO_REUSEPORT. It would let another process of the same user share it
// too, and a second daemon, started by mistake, take half of the connections; so the first socket
// is opened only where none could be without it.
//
// We poll and accept ourselves rather than through uv_listen(): it accepts until the queue is
// empty, however long that takes, and here a turn of the loop takes a bounded number.

#include "net/tcp_listener.h"

#include "net/socket_address.h"

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace net {

namespace {

constexpr int kQueuedConnections = 1024; // the kernel cuts it to net.core.somaxconn
constexpr int kAcceptsPerTurn = 64;
constexpr base::Duration kRest = 1s;
constexpr base::Duration kWarningInterval = 10s;

std::unexpected<base::Error> listening_failed(const char* what) {
    return base::fail(base::Category::Net, errno, what);
}

bool enable(int descriptor, int level, int option) {
    int on = 1;
    return ::setsockopt(descriptor, level, option, &on, sizeof on) == 0;
}

int open_spare() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void close_if_open(int& descriptor) {
    if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

int open_socket(int family) {
    int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool good = descriptor >= 0 && enable(descriptor, SOL_SOCKET, SO_REUSEADDR) &&
                (family != AF_INET6 || enable(descriptor, IPPROTO_IPV6, IPV6_V6ONLY));
    if (!good) close_if_open(descriptor);
    return descriptor;
}

bool listens(int descriptor) {
    int answer = 0;
    socklen_t length = sizeof answer;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &answer, &length) == 0 &&
           answer != 0;
}

bool is_taken(const SocketAddress& wanted) {
    int probe = open_socket(wanted.get()->sa_family);
    if (probe < 0) return false; // what is wrong shows next
    bool taken = ::bind(probe, wanted.get(), wanted.length) < 0 && errno == EADDRINUSE;
    ::close(probe);
    return taken;
}

} // namespace

base::Result<std::unique_ptr<TcpListener>> TcpListener::open(Loop& loop, const base::Env& env,
                                                             const Address& address,
                                                             TcpOptions options,
                                                             AcceptListener& listener, Port port) {
    if (port == Port::Free && is_taken(SocketAddress(address))) {
        return base::fail(base::Category::Net, EADDRINUSE, "bind");
    }
    std::unique_ptr<TcpListener> made(new TcpListener(loop, env, options, listener));
    if (auto listening = made->listen_on(address); !listening) {
        return std::unexpected(listening.error());
    }
    return made;
}

base::Result<std::unique_ptr<TcpListener>> TcpListener::open_beside(const TcpListener& first,
                                                                    Loop& loop,
                                                                    const base::Env& env,
                                                                    AcceptListener& listener) {
    std::unique_ptr<TcpListener> made(new TcpListener(loop, env, first.options_, listener));
    base::Result<void> listening;
    if (!first.one_for_all_) {
        listening = made->listen_on(first.local_);
    } else {
        made->descriptor_ = ::fcntl(first.descriptor_, F_DUPFD_CLOEXEC, 0);
        if (made->descriptor_ < 0) return listening_failed("dup");
        made->one_for_all_ = true;
        listening = made->begin();
    }
    if (!listening) return std::unexpected(listening.error());
    return made;
}

base::Result<std::unique_ptr<TcpListener>> TcpListener::open(Loop& loop, const base::Env& env,
                                                             const LocalPath& path,
                                                             TcpOptions options,
                                                             AcceptListener& listener) {
    auto file = LocalSocketFile::create(path);
    if (!file) return std::unexpected(file.error());
    std::unique_ptr<TcpListener> made(new TcpListener(loop, env, options, listener));
    made->file_ = std::move(*file);
    made->descriptor_ = made->file_->take_descriptor();
    made->one_for_all_ = true;
    if (auto listening = made->begin(); !listening) return std::unexpected(listening.error());
    return made;
}

base::Result<std::unique_ptr<TcpListener>> TcpListener::adopt(Loop& loop, const base::Env& env,
                                                              int descriptor, TcpOptions options,
                                                              AcceptListener& listener) {
    std::unique_ptr<TcpListener> made(new TcpListener(loop, env, options, listener));
    made->descriptor_ = descriptor;
    made->one_for_all_ = true; // whoever else would bind there is not the one who did
    int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ||
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) {
        return listening_failed("fcntl");
    }
    if (auto listening = made->begin(); !listening) return std::unexpected(listening.error());
    return made;
}

TcpListener::TcpListener(Loop& loop, const base::Env& env, TcpOptions options,
                         AcceptListener& listener)
    : loop_(loop), env_(env), options_(options), listener_(&listener) {}

base::Result<void> TcpListener::listen_on(const Address& address) {
    SocketAddress wanted(address);
    descriptor_ = open_socket(wanted.get()->sa_family);
    if (descriptor_ < 0) return listening_failed("socket");
    if (!enable(descriptor_, SOL_SOCKET, SO_REUSEPORT)) return listening_failed("setsockopt");
    if (::bind(descriptor_, wanted.get(), wanted.length) < 0) return listening_failed("bind");
    set_tcp_options(descriptor_, options_); // before any connection could be without
    bequeaths_ = true;
    return begin();
}

base::Result<void> TcpListener::begin() {
    // How many may wait at one that listens already was for somebody else to say.
    if (!listens(descriptor_) && ::listen(descriptor_, kQueuedConnections) < 0) {
        return listening_failed("listen");
    }

    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    auto* system = reinterpret_cast<sockaddr*>(&bound);
    if (::getsockname(descriptor_, system, &length) < 0) return listening_failed("getsockname");
    local_ = to_address(system);

    spare_ = open_spare();
    if (spare_ < 0) return listening_failed("reserve descriptor");
    int status = poll_.init(this, [this](uv_poll_t* poll) {
        return uv_poll_init_socket(loop_.uv(), poll, descriptor_);
    });
    if (status >= 0) status = start_polling();
    if (status < 0) return base::fail(base::Category::Net, -status, "poll");
    return {};
}

TcpListener::~TcpListener() {
    poll_.reset(); // before its descriptor
    close_if_open(descriptor_);
    close_if_open(spare_);
}

void TcpListener::hand_to(AcceptListener& listener, TcpOptions options) {
    listener_ = &listener;
    options_ = options;
    if (bequeaths_) set_tcp_options(descriptor_, options_);
}

// One that comes meanwhile is taken, too; but not without end.
void TcpListener::accept_waiting() {
    for (int taken = 0; taken < kQueuedConnections; ++taken) {
        if (accept_one() == Turn::Enough) return;
    }
}

int TcpListener::start_polling() {
    return uv_poll_start(poll_.get(), UV_READABLE, on_readable);
}

void TcpListener::on_readable(uv_poll_t* poll, int /*status*/, int /*events*/) {
    // A fault of the socket shows in accept(). What is left over makes the next turn readable.
    for (int taken = 0; taken < kAcceptsPerTurn; ++taken) {
        Loop::of(poll->loop).breathe();
        auto* self = UvHandle<uv_poll_t>::owner_of<TcpListener>(poll);
        if (self == nullptr || self->accept_one() == Turn::Enough) return;
    }
}

TcpListener::Turn TcpListener::accept_one() {
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    auto* system = reinterpret_cast<sockaddr*>(&name);
    int accepted = ::accept4(descriptor_, system, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
        hand_over(accepted, to_address(system));
        return Turn::Next; // and nothing else: this may be gone
    }
    switch (errno) {
    case EAGAIN: return Turn::Enough;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return on_exhausted(errno);
    default: return Turn::Next; // that one connection's fault: it was reset while it waited
    }
}

void TcpListener::hand_over(int descriptor, const Address& peer) {
    if (!bequeaths_ && peer.family != Address::Family::Local) set_tcp_options(descriptor, options_);
    auto connection = StreamSocket::adopt(loop_, descriptor, peer, options_);
    if (connection)
        listener_->on_accept(std::move(connection)); // else its peer has reset it already
}

TcpListener::Turn TcpListener::on_exhausted(int error) {
    if (env_.now() >= next_warning_) {
        next_warning_ = env_.now() + kWarningInterval;
        env_.log.warn("listener.exhausted", {{"address", local_.to_string()}, {"errno", error}});
    }
    if (spare_ < 0) return rest();
    close_if_open(spare_);
    int shed = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    bool queue_empty = shed < 0 && errno == EAGAIN; // accept() wants a descriptor before it looks
    if (shed >= 0) env_.metrics.add(base::Counter::ConnectionsShed);
    bool served = shed >= 0 || queue_empty;
    close_if_open(shed);
    spare_ = open_spare();
    if (!served || spare_ < 0) return rest();
    return queue_empty ? Turn::Enough : Turn::Next;
}

TcpListener::Turn TcpListener::rest() {
    uv_poll_stop(poll_.get());
    env_.wheel.set(*this, env_.now() + kRest);
    return Turn::Enough;
}

void TcpListener::on_deadline(base::TimePoint /*now*/) {
    if (spare_ < 0) spare_ = open_spare();
    if (start_polling() < 0) rest();
}

} // namespace net
