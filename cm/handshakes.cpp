#include "cm/handshakes.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cm {

using base::Counter;

namespace {

// Nothing older than 1.2 is spoken.
Counter secured(const net::TlsFacts& facts) {
    if (facts.version == "TLSv1.3") {
        return facts.resumed ? Counter::Tls13Resumptions : Counter::Tls13Handshakes;
    }
    return facts.resumed ? Counter::Tls12Resumptions : Counter::Tls12Handshakes;
}

// Whoever has an IPv6 network has all addresses in it.
bool of_one_client(const net::Address& one, const net::Address& other) {
    net::Address a = net::unmapped(one);
    net::Address b = net::unmapped(other);
    ptrdiff_t told_apart_by = a.family == net::Address::Family::V6 ? 8 : 4;
    return a.family == b.family &&
           std::equal(a.bytes.begin(), a.bytes.begin() + told_apart_by, b.bytes.begin());
}

} // namespace

class Handshakes::Handshake final : public tls::HandshakeListener, private base::TimerNode {
public:
    explicit Handshake(Handshakes& owner) : owner_(owner) {}

    void start(base::SlotId id, std::unique_ptr<net::Transport> connection,
               std::shared_ptr<const tls::ServerContext> context) {
        id_ = id;
        owner_.env_.wheel.set(*this, owner_.env_.now() + kPatience);
        transport_ = tls::TlsTransport::accept(owner_.env_, std::move(connection),
                                               std::move(context), *this);
    }

    [[nodiscard]] net::Address peer() const { return transport_->peer(); }

    void on_secured() override {
        owner_.env_.metrics.add(secured(transport_->client_facts()));
        std::unique_ptr<tls::TlsTransport> secured = std::move(transport_);
        Listener& listener = owner_.listener_;
        finish();
        listener.on_secured(std::move(secured));
    }
    void on_handshake_failed(base::Error reason) override {
        std::string sentence = transport_->explanation();
        fail(sentence.empty() ? reason.what : sentence);
    }

private:
    void on_deadline(base::TimePoint) override { fail("the handshake took too long"); }

    void fail(std::string_view reason) {
        owner_.env_.metrics.add(Counter::TlsHandshakesFailed);
        owner_.env_.log.debug("handshake.failed",
                              {{"peer", transport_->peer().host()}, {"reason", reason}});
        finish();
    }

    // A turn that comes late has its end and its deadline in it.
    void finish() {
        owner_.env_.wheel.set(*this, base::kNever);
        owner_.finish(id_);
    }

    Handshakes& owner_;
    base::SlotId id_;
    std::unique_ptr<tls::TlsTransport> transport_;
};

Handshakes::Handshakes(const base::Env& env, const http::ProxyPolicy& proxies, Listener& listener)
    : env_(env), proxies_(proxies), listener_(listener) {}

Handshakes::~Handshakes() = default;

void Handshakes::start(std::unique_ptr<net::Transport> connection,
                       std::shared_ptr<const tls::ServerContext> context) {
    if (!has_room_for(connection->peer())) {
        env_.metrics.add(Counter::TlsHandshakesRefused);
        return;
    }
    auto handshake = std::make_unique<Handshake>(*this);
    Handshake& started = *handshake;
    started.start(open_.insert(std::move(handshake)), std::move(connection), std::move(context));
}

bool Handshakes::has_room_for(const net::Address& peer) {
    if (open_.size() >= kMostAtATime) return false;
    if (open_.size() < kMostOfAnAddress || proxies_.trusts(peer)) return true;
    size_t of_the_same = 0;
    open_.for_each([&](base::SlotId, const std::unique_ptr<Handshake>& each) {
        of_the_same += of_one_client(each->peer(), peer) ? 1 : 0;
    });
    return of_the_same < kMostOfAnAddress;
}

// It is on the stack; its connection, if it still has one, closes as it goes.
void Handshakes::finish(base::SlotId id) {
    std::optional<std::unique_ptr<Handshake>> over = open_.take(id);
    CM_ASSERT(over);
    env_.retired.retire(std::move(*over));
}

} // namespace cm
