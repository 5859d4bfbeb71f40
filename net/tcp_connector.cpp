#include "net/tcp_connector.h"

#include "base/error.h"
#include "base/timer_wheel.h"
#include "net/handle.h"
#include "net/socket_address.h"

#include <memory>
#include <netdb.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace net {

namespace {

// Beyond it the share of each would be too short for a distant server to answer.
constexpr size_t kMostAddresses = 4;

std::vector<Address> to_addresses(const addrinfo* found) {
    std::vector<Address> addresses;
    for (; found != nullptr && addresses.size() < kMostAddresses; found = found->ai_next) {
        Address address = to_address(found->ai_addr);
        if (address.family != Address::Family::None) addresses.push_back(address);
    }
    return addresses;
}

class TcpAttempt final : public Connector::Attempt, private base::TimerNode {
public:
    TcpAttempt(Loop& loop, TcpConnector::Options options, ConnectListener& listener)
        : loop_(loop), tcp_options_(options.tcp), deadline_(loop.now() + options.deadline),
          listener_(listener) {}
    TcpAttempt(const TcpAttempt&) = delete;
    TcpAttempt& operator=(const TcpAttempt&) = delete;
    ~TcpAttempt() override;

    void start(const Target& target);

private:
    // In flight in libuv, which gives it back in the callback; the attempt may be gone by then.
    struct LookUp {
        uv_getaddrinfo_t request{};
        TcpAttempt* owner = nullptr;
    };

    void look_up(const Target& target);
    void on_looked_up(std::vector<Address> addresses);
    void try_next();
    void on_connect_answer(int status);
    void abandon(uint16_t code);
    void on_abandoned();
    void on_deadline(base::TimePoint now) override;
    void report_failure(uint16_t code);

    Loop& loop_;
    TcpOptions tcp_options_;
    base::TimePoint deadline_;
    ConnectListener& listener_;
    LookUp* look_up_ = nullptr;
    std::vector<Address> addresses_;
    size_t next_ = 0;
    uint16_t last_code_ = static_cast<uint16_t>(NetFault::NoAddress);
    UvHandle<uv_tcp_t> handle_; // of the address being tried
};

TcpAttempt::~TcpAttempt() {
    if (look_up_ == nullptr) return;
    look_up_->owner = nullptr;
    uv_cancel(reinterpret_cast<uv_req_t*>(&look_up_->request)); // fails if a thread is at it: fine
}

void TcpAttempt::start(const Target& target) {
    loop_.wheel().set(*this, deadline_);
    // A numeric address needs no thread, and must not queue behind names whose servers are slow.
    if (auto numeric = Address::parse(target.host, target.port)) {
        on_looked_up({*numeric});
    } else {
        look_up(target);
    }
}

void TcpAttempt::look_up(const Target& target) {
    auto op = std::make_unique<LookUp>();
    op->owner = this;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    std::string port = std::to_string(target.port);
    int status = uv_getaddrinfo(
        loop_.uv(), &op->request,
        [](uv_getaddrinfo_t* request, int result, addrinfo* found) {
            std::unique_ptr<LookUp> done(reinterpret_cast<LookUp*>(request));
            std::vector<Address> addresses;
            if (result == 0) addresses = to_addresses(found);
            uv_freeaddrinfo(found);
            if (done->owner == nullptr) return;
            done->owner->look_up_ = nullptr;
            done->owner->on_looked_up(std::move(addresses));
        },
        target.host.c_str(), port.c_str(), &hints);
    // Refused at once: a name too long or with characters IDNA forbids. It is reported as late as
    // the wheel allows, since no callback may come inside connect().
    if (status < 0) {
        loop_.wheel().set(*this, loop_.now());
        return;
    }
    look_up_ = op.release();
}

void TcpAttempt::on_looked_up(std::vector<Address> addresses) {
    addresses_ = std::move(addresses);
    if (addresses_.empty()) {
        report_failure(last_code_);
    } else {
        try_next();
    }
}

void TcpAttempt::try_next() {
    auto left = static_cast<int64_t>(addresses_.size() - next_);
    base::TimePoint now = loop_.now();
    loop_.wheel().set(*this, now + (deadline_ - now) / left);

    struct ConnectOp {
        uv_connect_t request{};
    };
    CM_ASSERT(handle_.init(this, [this](uv_tcp_t* tcp) { return uv_tcp_init(loop_.uv(), tcp); }) ==
              0); // opens no descriptor yet
    auto op = std::make_unique<ConnectOp>();
    SocketAddress wanted(addresses_[next_++]);
    int status = uv_tcp_connect(
        &op->request, handle_.get(), wanted.get(), [](uv_connect_t* request, int result) {
            std::unique_ptr<ConnectOp> done(reinterpret_cast<ConnectOp*>(request));
            auto* attempt = UvHandle<uv_tcp_t>::owner_of<TcpAttempt>(request->handle);
            if (attempt != nullptr) attempt->on_connect_answer(result);
        });
    if (status < 0) {
        abandon(static_cast<uint16_t>(-status));
    } else {
        std::ignore = op.release(); // the callback's now
    }
}

void TcpAttempt::on_connect_answer(int status) {
    if (status == UV_ECANCELED) return; // abandoned: on_abandoned() goes on
    if (status < 0) {
        abandon(static_cast<uint16_t>(-status));
        return;
    }
    loop_.wheel().set(*this, base::kNever);
    listener_.on_connected(
        TcpSocket::adopt(std::move(handle_), addresses_[next_ - 1], tcp_options_));
}

// The way on leads over the close callback, whether an address failed at once or late: so no
// failure is ever reported inside connect().
void TcpAttempt::abandon(uint16_t code) {
    last_code_ = code;
    loop_.wheel().set(*this, base::kNever);
    handle_.close_then<TcpAttempt, &TcpAttempt::handle_, &TcpAttempt::on_abandoned>();
}

void TcpAttempt::on_abandoned() {
    if (next_ == addresses_.size()) {
        report_failure(last_code_);
    } else {
        try_next();
    }
}

void TcpAttempt::on_deadline(base::TimePoint /*now*/) {
    if (handle_) {
        abandon(static_cast<uint16_t>(NetFault::Deadline));
    } else if (look_up_ != nullptr) {
        report_failure(static_cast<uint16_t>(NetFault::Deadline));
    } else {
        report_failure(last_code_);
    }
}

void TcpAttempt::report_failure(uint16_t code) {
    loop_.wheel().set(*this, base::kNever);
    if (look_up_ != nullptr) std::exchange(look_up_, nullptr)->owner = nullptr;
    const char* what = "no address of the host could be connected to";
    if (code == static_cast<uint16_t>(NetFault::NoAddress)) what = "the host has no address";
    if (code == static_cast<uint16_t>(NetFault::Deadline)) what = "connecting took too long";
    listener_.on_connect_failed({.category = base::Category::Net, .code = code, .what = what});
}

} // namespace

std::unique_ptr<Connector::Attempt> TcpConnector::connect(const Target& target,
                                                          ConnectListener& listener) {
    auto attempt = std::make_unique<TcpAttempt>(loop_, options_, listener);
    attempt->start(target);
    return attempt;
}

} // namespace net
