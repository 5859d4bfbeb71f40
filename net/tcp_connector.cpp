#include "net/tcp_connector.h"

#include "net/connecting_socket.h"
#include "net/handle.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace net {

namespace {

// Carries out what AddressRace decides. Its timer is libuv's own: the wheel's ticks are too coarse
// for RFC 8305, and attempts are few and short. What fails inside connect() is reported by it in
// the next turn of the loop.
class TcpAttempt final : public Connector::Attempt,
                         private Resolver::AddressListener,
                         private ConnectingSocket::Listener {
public:
    TcpAttempt(Loop& loop, Resolver& resolver, const TcpConnector::Options& options,
               const Target& target, ConnectListener& listener);
    TcpAttempt(const TcpAttempt&) = delete;
    TcpAttempt& operator=(const TcpAttempt&) = delete;
    ~TcpAttempt() override = default;

    void start();

private:
    void begin_with(const Address& only);
    void on_addresses(Address::Family family, AddressAnswer answer) override;
    void on_connect_answer(ConnectingSocket& socket, uint16_t code) override;
    void on_timer();
    void carry_out();
    void open(const Address& address);
    void succeed(std::unique_ptr<Transport> transport);
    void fail(base::Error reason);
    void end();
    void set_timer();

    Loop& loop_;
    Resolver& resolver_;
    TcpOptions tcp_;
    Target target_;
    ConnectListener& listener_;
    AddressRace race_;
    bool inside_connect_ = true;
    std::optional<base::Error> failure_; // still to be reported
    std::unique_ptr<Resolver::Query> look_up_;
    std::vector<std::unique_ptr<ConnectingSocket>> sockets_; // those under way
    UvHandle<uv_timer_t> timer_;
};

TcpAttempt::TcpAttempt(Loop& loop, Resolver& resolver, const TcpConnector::Options& options,
                       const Target& target, ConnectListener& listener)
    : loop_(loop), resolver_(resolver), tcp_(options.tcp), target_(target), listener_(listener),
      race_(options.race, target.port, target.allowed, loop.now()) {
    CM_ASSERT(
        timer_.init(this, [&](uv_timer_t* timer) { return uv_timer_init(loop.uv(), timer); }) == 0);
    if (target.keepalive) tcp_.keepalive = *target.keepalive;
}

void TcpAttempt::start() {
    if (target_.host.starts_with('/')) {
        begin_with({.family = Address::Family::Local});
    } else if (auto numeric = Address::parse(target_.host, target_.port)) {
        begin_with(*numeric);
    } else {
        look_up_ = resolver_.look_up_addresses(target_.host, *this);
        carry_out();
    }
    inside_connect_ = false;
}

// Nobody needs to be asked. A path is raced as the one address that it is: so the deadline holds
// for it, and the filter, which lets no path pass.
void TcpAttempt::begin_with(const Address& only) {
    bool is_v6 = only.family == Address::Family::V6;
    auto other = is_v6 ? Address::Family::V4 : Address::Family::V6;
    race_.on_addresses(other, {.outcome = DnsOutcome::NoData}, loop_.now());
    race_.on_addresses(only.family, {.outcome = DnsOutcome::Found, .addresses = {only}},
                       loop_.now());
    carry_out();
}

// --- What happens. Each of these ends with carry_out(), after which this may be gone.

void TcpAttempt::on_addresses(Address::Family family, AddressAnswer answer) {
    race_.on_addresses(family, answer, loop_.now());
    carry_out();
}

void TcpAttempt::on_connect_answer(ConnectingSocket& socket, uint16_t code) {
    if (code == 0) {
        int descriptor = socket.release();
        set_tcp_options(descriptor, tcp_);
        auto connected = StreamSocket::adopt(loop_, descriptor, socket.peer(), tcp_);
        if (connected) {
            succeed(std::move(connected));
            return;
        }
        code = ECONNRESET;
    }
    std::erase_if(sockets_, [&](const auto& each) { return each.get() == &socket; });
    race_.on_attempt_failed(code, nullptr, loop_.now());
    carry_out();
}

void TcpAttempt::on_timer() {
    if (failure_) {
        fail(*failure_);
    } else {
        race_.on_deadline(loop_.now());
        carry_out();
    }
}

// --- What is done about it

void TcpAttempt::carry_out() {
    AddressRace::Action action;
    while (race_.next_action(action)) {
        if (auto* start = std::get_if<AddressRace::Start>(&action)) {
            open(start->address);
        } else if (inside_connect_) {
            failure_ = std::get<AddressRace::Lost>(action).reason;
        } else {
            fail(std::get<AddressRace::Lost>(action).reason);
            return;
        }
    }
    set_timer();
}

void TcpAttempt::set_timer() {
    base::TimePoint due = failure_ ? loop_.now() : race_.next_deadline();
    auto wait = std::max(due - loop_.now(), base::Duration::zero());
    CM_ASSERT(uv_timer_start(
                  timer_.get(),
                  [](uv_timer_t* timer) {
                      auto* attempt = UvHandle<uv_timer_t>::owner_of<TcpAttempt>(timer);
                      if (attempt != nullptr) attempt->on_timer();
                  },
                  static_cast<uint64_t>(wait.count()), 0) == 0);
}

void TcpAttempt::open(const Address& address) {
    auto opened = address.family == Address::Family::Local
                      ? ConnectingSocket::open(loop_, target_.host, *this)
                      : ConnectingSocket::open(loop_, address, target_.sources, *this);
    if (opened) {
        sockets_.push_back(std::move(*opened));
    } else {
        race_.on_attempt_failed(opened.error().code, opened.error().what, loop_.now());
    }
}

// What is under way besides goes with this.
void TcpAttempt::succeed(std::unique_ptr<Transport> transport) {
    end();
    listener_.on_connected(std::move(transport));
}

void TcpAttempt::fail(base::Error reason) {
    end();
    listener_.on_connect_failed(reason);
}

void TcpAttempt::end() {
    timer_.reset();
    look_up_.reset();
    sockets_.clear();
}

} // namespace

std::unique_ptr<Connector::Attempt> TcpConnector::connect(const Target& target,
                                                          ConnectListener& listener) {
    auto attempt = std::make_unique<TcpAttempt>(loop_, resolver_, options_, target, listener);
    attempt->start();
    return attempt;
}

} // namespace net
