// H2Connection's tunnels: streams that a request has turned into a way for bytes (H-097). The rest
// of it is in h2_connection.cpp.

#include "http/h2_connection.h"

#include <algorithm>
#include <utility>

namespace http {

namespace {

constexpr base::Error kStalled{.category = base::Category::Net,
                               .code = static_cast<uint16_t>(net::NetFault::WriteStalled),
                               .what = "the stream's window stayed shut"};

} // namespace

std::optional<Upgraded> H2Connection::upgrade(RequestRef request, Response switching) {
    auto exchange = std::ranges::find(exchanges_, request, &Exchange::ref);
    CM_ASSERT(exchange != exchanges_.end());
    if (!exchange->connect) return std::nullopt;
    server_.open_requests.erase(std::exchange(exchange->ref, {}));
    exchange->origin = {};
    if (auto record = std::move(exchange->record)) record->set_answer(200, 0);
    H2Tunnel::Carrier& carrier = *this;
    auto tunnel = std::make_unique<H2Tunnel>(server_.env.pool, carrier, exchange->stream,
                                             transport_->peer(), transport_->local());
    exchange->tunnel = tunnel.get();
    session_.open_tunnel(exchange->stream,
                         H2Answer(std::move(switching),
                                  {.tunnel = true, .date = server_.date.line(server_.env.now())}));
    return Upgraded{.transport = std::move(tunnel), .rest = {}, .seat = {}};
}

void H2Connection::take_from_tunnel(H2Tunnel& tunnel, ByteView bytes) {
    unread_bytes_ += bytes.size();
    withheld_bytes_ += bytes.size();
    tunnel.take(bytes);
    open_window();
}

void H2Connection::on_taken(Stream stream, size_t bytes) {
    unread_bytes_ -= bytes;
    session_.acknowledge(stream, bytes);
    open_window();
}

void H2Connection::open_window() {
    if (unread_bytes_ > kMostUnreadBytes) return;
    session_.acknowledge_to_connection(std::exchange(withheld_bytes_, 0));
}

void H2Connection::on_tunnel_end(Stream stream) {
    Exchange* exchange = find(stream);
    if (exchange != nullptr && exchange->tunnel != nullptr) exchange->tunnel->on_end_of_stream();
}

void H2Connection::send(Stream stream, base::SliceChain bytes) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr) return;
    if (session_.unsent_bytes(stream) == 0) exchange->progress_at = server_.env.now();
    session_.send(stream, std::move(bytes));
    if (!in_session_) pump();
}

size_t H2Connection::unsent_bytes(Stream stream) const {
    return session_.unsent_bytes(stream);
}

void H2Connection::end(Stream stream, net::CloseMode mode) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr) return;
    if (mode == net::CloseMode::Flush) {
        session_.end(stream);
    } else {
        session_.abort(stream);
    }
    exchange->answered = true;
    exchange->progress_at = server_.env.now();
    if (!in_session_) pump();
}

void H2Connection::wake(H2Tunnel& tunnel) {
    if (std::ranges::find(due_, &tunnel) != due_.end()) return;
    due_.push_back(&tunnel);
    if (!in_session_) file_deadline();
}

void H2Connection::on_tunnel_gone(H2Tunnel& tunnel) {
    std::erase(due_, &tunnel);
    auto exchange = std::ranges::find(exchanges_, &tunnel, &Exchange::tunnel);
    if (exchange != exchanges_.end()) exchange->tunnel = nullptr;
}

// Those who have tunnels do as they like in here; what they send is sent at once.
void H2Connection::settle_tunnels() {
    if (due_.empty()) return;
    while (!due_.empty()) {
        H2Tunnel* tunnel = due_.back();
        due_.pop_back();
        tunnel->settle();
    }
    pump(); // windows may have been opened
}

// The client takes what others ask for, but nothing of this.
void H2Connection::end_stalled_tunnels(base::TimePoint now) {
    for (Exchange& exchange : exchanges_) {
        if (!exchange.connect || !waits_for_client(exchange) ||
            now < exchange.progress_at + server_.limits.write_timeout) {
            continue;
        }
        session_.abort(exchange.stream);
        exchange.answered = exchange.lingered = true;
        exchange.progress_at = now;
        if (exchange.tunnel != nullptr) exchange.tunnel->on_stream_over(kStalled);
    }
}

} // namespace http
