#include "net/dns_channel.h"

#include "net/cares_library.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <iterator>
#include <sys/time.h>

namespace net {

namespace {

constexpr int kTries = 2;
constexpr int kQuestionClass = 1; // the class of all questions

ares_addr_port_node to_node(const Address& server) {
    ares_addr_port_node node{};
    bool v4 = server.family == Address::Family::V4;
    node.family = v4 ? AF_INET : AF_INET6;
    std::memcpy(&node.addr, server.bytes.data(), v4 ? sizeof(in_addr) : sizeof(in6_addr));
    node.udp_port = node.tcp_port = server.port;
    return node;
}

} // namespace

DnsChannel::DnsChannel(Loop& loop, const std::vector<Address>& servers, base::Duration first_try)
    : loop_(loop) {
    use_cares();
    ares_options options{};
    options.timeout = static_cast<int>(first_try.count());
    options.tries = kTries;
    options.sock_state_cb_data = this;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
        static_cast<DnsChannel*>(self)->watch(socket, readable != 0, writable != 0);
    };
    CM_ASSERT(ares_init_options(&channel_, &options,
                                ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) ==
              ARES_SUCCESS);
    if (!servers.empty()) use(servers);
}

DnsChannel::~DnsChannel() {
    ares_destroy(channel_); // answers what is left, and has each socket's watch taken away
}

void DnsChannel::use(const std::vector<Address>& servers) {
    std::vector<ares_addr_port_node> nodes;
    std::ranges::transform(servers, std::back_inserter(nodes), to_node);
    for (size_t i = 1; i < nodes.size(); ++i) nodes[i - 1].next = &nodes[i];
    CM_ASSERT(ares_set_servers_ports(channel_, nodes.data()) == ARES_SUCCESS);
}

void DnsChannel::ask(const std::string& name, DnsType type, Question& question) {
    ares_query(
        channel_, name.c_str(), kQuestionClass, static_cast<int>(type),
        [](void* asked, int /*status*/, int /*timeouts*/, unsigned char* message, int length) {
            // The status repeats what the message says; without a message nothing is known.
            size_t bytes = message == nullptr ? 0 : static_cast<size_t>(std::max(length, 0));
            static_cast<Question*>(asked)->on_reply({message, bytes});
        },
        &question);
    set_timer();
}

void DnsChannel::watch(int descriptor, bool readable, bool writable) {
    if (!readable && !writable) {
        watched_.erase(descriptor); // before c-ares closes it
        return;
    }
    UvHandle<uv_poll_t>& poll = watched_[descriptor];
    if (!poll) {
        CM_ASSERT(poll.init(this, [&](uv_poll_t* made) {
            return uv_poll_init_socket(loop_.uv(), made, descriptor);
        }) == 0);
    }
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    CM_ASSERT(uv_poll_start(poll.get(), events, [](uv_poll_t* from, int status, int ready) {
                  auto* self = UvHandle<uv_poll_t>::owner_of<DnsChannel>(from);
                  uv_os_fd_t socket = -1;
                  uv_fileno(reinterpret_cast<uv_handle_t*>(from), &socket);
                  if (self != nullptr) self->on_ready(socket, status, ready);
              }) == 0);
}

// An error of the socket shows when c-ares reads it.
void DnsChannel::on_ready(int descriptor, int status, int events) {
    bool readable = status < 0 || (events & UV_READABLE) != 0;
    bool writable = status < 0 || (events & UV_WRITABLE) != 0;
    ares_process_fd(channel_, readable ? descriptor : ARES_SOCKET_BAD,
                    writable ? descriptor : ARES_SOCKET_BAD);
    set_timer();
}

void DnsChannel::on_deadline(base::TimePoint /*now*/) {
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer();
}

void DnsChannel::set_timer() {
    timeval wait{};
    if (ares_timeout(channel_, nullptr, &wait) == nullptr) {
        loop_.wheel().set(*this, base::kNever);
        return;
    }
    base::Duration left =
        std::chrono::seconds(wait.tv_sec) + std::chrono::milliseconds(wait.tv_usec / 1000 + 1);
    loop_.wheel().set(*this, loop_.now() + left);
}

} // namespace net
