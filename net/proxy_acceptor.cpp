#include "net/proxy_acceptor.h"

#include "net/proxy_intake.h"

#include <algorithm>

namespace net {

// Both ends in one: the listener of the socket as long as the header comes, then the transport of
// whoever serves the client.
class ProxyAcceptor::Connection final : public Transport,
                                        private TransportListener,
                                        private base::TimerNode {
public:
    Connection(ProxyAcceptor& acceptor, std::unique_ptr<Transport> socket)
        : acceptor_(&acceptor), socket_(std::move(socket)), peer_(socket_->peer()),
          local_(socket_->local()), intake_(std::make_unique<ProxyIntake>()) {}
    ~Connection() override {
        if (gone_ != nullptr) *gone_ = true;
    }

    void start(base::SlotId id) {
        id_ = id;
        acceptor_->env_.wheel.set(*this, acceptor_->env_.now() + kPatience);
        socket_->set_listener(*this);
    }

    void set_listener(TransportListener& listener) override { listener_ = &listener; }
    void write(base::SliceChain bytes) override { socket_->write(std::move(bytes)); }
    [[nodiscard]] size_t backlog_bytes() const override { return socket_->backlog_bytes(); }
    void set_watermarks(size_t low, size_t high) override { socket_->set_watermarks(low, high); }
    void pause_read(PauseReason reason) override { socket_->pause_read(reason); }
    void resume_read(PauseReason reason) override { socket_->resume_read(reason); }
    void close(CloseMode mode) override { socket_->close(mode); }
    [[nodiscard]] Address peer() const override { return peer_; }
    [[nodiscard]] Address local() const override { return local_; }

private:
    void on_bytes(base::ByteView bytes) override {
        if (intake_) {
            read_header(bytes);
        } else if (listener_ != nullptr) {
            listener_->on_bytes(bytes);
        }
    }
    void on_drained() override {
        if (listener_ != nullptr) listener_->on_drained();
    }
    void on_closed(base::Error reason) override {
        if (listener_ != nullptr) {
            listener_->on_closed(reason);
        } else if (acceptor_ != nullptr) {
            acceptor_->drop(id_);
        }
    }
    void on_deadline(base::TimePoint) override { acceptor_->drop(id_); }

    void read_header(base::ByteView bytes) {
        ProxyIntake::Step step = intake_->feed(bytes);
        if (step.state == ProxyIntake::State::NeedMore) return;
        if (step.state == ProxyIntake::State::Fault) return acceptor_->drop(id_);
        if (const auto& ends = intake_->ends()) {
            peer_ = ends->peer;
            local_ = ends->local;
        }
        intake_.reset();
        acceptor_->env_.wheel.set(*this, base::kNever);
        hand_over(bytes.substr(step.taken));
    }

    // Whoever serves it may refuse at once and destroy it.
    void hand_over(base::ByteView rest) {
        bool gone = false;
        gone_ = &gone;
        AcceptListener& next = acceptor_->next_;
        std::unique_ptr<Transport> self = acceptor_->take(id_);
        acceptor_ = nullptr;
        next.on_accept(std::move(self));
        if (gone) return;
        gone_ = nullptr;
        if (!rest.empty()) listener_->on_bytes(rest);
    }

    ProxyAcceptor* acceptor_; // null once handed over
    std::unique_ptr<Transport> socket_;
    TransportListener* listener_ = nullptr;
    Address peer_;
    Address local_;
    base::SlotId id_;
    std::unique_ptr<ProxyIntake> intake_; // null once the header is whole
    bool* gone_ = nullptr;
};

ProxyAcceptor::ProxyAcceptor(const base::Env& env, std::span<const Network> trusted,
                             AcceptListener& next)
    : env_(env), trusted_(trusted), next_(next) {}

ProxyAcceptor::~ProxyAcceptor() = default;

bool ProxyAcceptor::trusts(const Address& peer) const {
    return peer.family == Address::Family::Local ||
           std::ranges::any_of(trusted_, [&](const Network& one) { return one.contains(peer); });
}

void ProxyAcceptor::on_accept(std::unique_ptr<Transport> connection) {
    if (!trusts(connection->peer()) || waiting_.size() >= kMostWaiting) {
        env_.metrics.add(base::Counter::ProxyHeadersRefused);
        return;
    }
    auto waiting = std::make_unique<Connection>(*this, std::move(connection));
    Connection& started = *waiting;
    started.start(waiting_.insert(std::move(waiting)));
}

std::unique_ptr<Transport> ProxyAcceptor::take(base::SlotId id) {
    std::optional<std::unique_ptr<Connection>> taken = waiting_.take(id);
    return taken ? std::move(*taken) : nullptr;
}

// Its socket closes as it goes, without a word. More than one thing may end it in a turn.
void ProxyAcceptor::drop(base::SlotId id) {
    std::unique_ptr<Transport> dropped = take(id);
    if (!dropped) return;
    env_.metrics.add(base::Counter::ProxyHeadersRefused);
    env_.retired.retire(std::move(dropped));
}

} // namespace net
