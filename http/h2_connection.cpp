#include "http/h2_connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace http {

namespace {

constexpr base::Error kStreamReset{
    .category = base::Category::Net, .code = ECONNRESET, .what = "the stream was reset"};
} // namespace

// ---- begin ----

H2Connection::H2Connection(ServerState& server, std::unique_ptr<net::Transport> transport,
                           ClientFacts client)
    : server_(server), transport_(std::move(transport)),
      session_(server.env.pool, server.frame_room, server.limits, *this,
               server.routes.has_websocket()),
      client_(std::move(client)), patience_(server.limits.head_timeout) {}

H2Connection::~H2Connection() {
    for (Exchange& exchange : exchanges_) {
        if (exchange.tunnel != nullptr) exchange.tunnel->abandon();
    }
    for (H2Tunnel* tunnel : due_) tunnel->abandon();
}

void H2Connection::begin() {
    transport_->set_listener(*this);
    transport_->set_watermarks(kBacklogLowBytes, kBacklogHighBytes);
    server_.env.metrics.add(base::Counter::Http2Connections);
    idle_since_ = server_.env.now();
    note_unfinished();
    pump(); // our SETTINGS do not wait for the client's
}

// Without a stream there is no answer; that none was taken, so that all may be tried elsewhere, is
// what there is to say.
void H2Connection::refuse(Response&&) {
    session_.wind_down();
    pump();
    close_in_stages();
}

// ---- input ----

void H2Connection::on_bytes(ByteView bytes) {
    if (state_ == State::Closing) return;
    in_session_ = true;
    session_.feed(bytes, server_.env.now());
    in_session_ = false;
    note_unfinished();
    note_excess();
    tell_lost();
    pump();
    settle_tunnels();
}

void H2Connection::note_excess() {
    if (session_.excess() == H2Guard::Kind::None) return;
    server_.env.metrics.add(base::Counter::Http2Floods);
    if (!server_.env.log.enabled(base::Level::Debug)) return;
    server_.env.log.debug(
        "http.flood", {{"kind", to_string(session_.excess())}, {"peer", client_.peer.to_string()}});
}

void H2Connection::note_unfinished() {
    uint32_t unfinished = session_.unfinished();
    if (unfinished != unfinished_) unfinished_since_ = server_.env.now();
    unfinished_ = unfinished;
}

H2Connection::Exchange* H2Connection::find(Stream stream) {
    auto found = std::ranges::find(exchanges_, stream, &Exchange::stream);
    return found == exchanges_.end() ? nullptr : &*found;
}

void H2Connection::on_head(Stream stream, H2Head& whole, bool body_follows) {
    if (state_ == State::Closing) return;
    Exchange& exchange = exchanges_.emplace_back();
    exchange.stream = stream;
    if (HttpFault fault = whole.judge(); fault != HttpFault::None) {
        return reject(exchange, plain_response(status_of(fault)));
    }
    RequestHead head = whole.head();
    const ProxyPolicy* proxies = server_.access.proxies;
    ClientFacts client =
        proxies != nullptr ? resolve_client(client_, head.fields, *proxies) : client_;
    HeadVerdict verdict = judge(head, whole, client);
    exchange.route = verdict.route;
    exchange.record = server_.record(head, client);
    exchange.head_request = head.method == Method::Head;
    if (verdict.route != nullptr && verdict.route->cors &&
        verdict.route->cors->depends_on_origin()) {
        exchange.origin = base::Slice::copy(server_.env.pool, head.fields.find("Origin"));
    }
    if (verdict.refusal) {
        return reject(exchange, std::move(*verdict.refusal), !verdict.preflight);
    }
    uint64_t length = whole.framing().length_bytes;
    if (length > verdict.max_body_bytes) return reject(exchange, plain_response(413));
    if (!has_room_for(length, 0)) return reject(exchange, plain_response(503));
    if (head.method == Method::Connect) {
        exchange.connect = true;
        RequestRef ref = pass_on(exchange);
        return verdict.route->handler->on_request(ref, head, {}, client);
    }
    exchange.incoming = std::make_unique<Incoming>(
        Incoming{.client = std::move(client),
                 .body = base::SliceBuilder(server_.env.pool),
                 .max_body_bytes = verdict.max_body_bytes,
                 .length_stated = whole.framing().kind == BodyFraming::Kind::Length});
    if (body_follows) expect_body(exchange, head);
}

HeadVerdict H2Connection::judge(const RequestHead& head, const H2Head& whole,
                                const ClientFacts& client) const {
    if (ClientLimits* limits = server_.access.limits; limits != nullptr) { // S-042
        auto taken = limits->take_request(client, whole.framing().length_bytes);
        if (!taken.granted()) {
            return {.route = server_.routes.find(head.path), .refusal = limit_response(taken)};
        }
    }
    return judge_head(server_.routes, head, client, server_.access.hosts);
}

bool H2Connection::has_room_for(uint64_t body_bytes, size_t held_bytes) const {
    if (body_bytes <= kAlwaysTakenBytes) return true;
    return body_bytes + body_bytes_ <= kMostBodyBytes + held_bytes &&
           server_.has_room_for(body_bytes, held_bytes);
}

void H2Connection::expect_body(Exchange& exchange, const RequestHead& head) {
    base::TimePoint now = server_.env.now();
    exchange.incoming->deadline = now + server_.limits.body_timeout;
    exchange.incoming->next_look = std::min(exchange.incoming->deadline, now + kBodyLook);
    if (head.fields.has("Expect")) session_.encourage(exchange.stream); // H-047
}

void H2Connection::on_body(Stream stream, ByteView bytes) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr) return;
    if (exchange->tunnel != nullptr) return take_from_tunnel(*exchange->tunnel, bytes);
    if (!exchange->incoming) return;
    Incoming& incoming = *exchange->incoming;
    size_t size = incoming.body.size() + bytes.size();
    if (size > incoming.max_body_bytes) return reject(*exchange, plain_response(413));
    if (!has_room_for(size, incoming.body.size())) return reject(*exchange, plain_response(503));
    if (ClientLimits* limits = server_.access.limits;
        limits != nullptr && !incoming.length_stated) {
        auto taken = limits->take_bytes(incoming.client, bytes.size());
        if (!taken.granted()) return reject(*exchange, limit_response(taken));
    }
    incoming.body.append(bytes);
    body_bytes_ += bytes.size();
}

void H2Connection::on_complete(Stream stream, const H2Head& head) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr || !exchange->incoming) return;
    std::unique_ptr<Incoming> incoming = std::move(exchange->incoming);
    body_bytes_ -= incoming->body.size();
    if (exchange->record && exchange->route->session_of != nullptr) {
        exchange->record->set_session(exchange->route->session_of(incoming->body.view()));
    }
    RequestRef ref = pass_on(*exchange);
    exchange->route->handler->on_request(ref, head.head(), incoming->body.take(), incoming->client);
}

RequestRef H2Connection::pass_on(Exchange& exchange) {
    exchange.ref = server_.open_requests.insert(this);
    server_.env.metrics.add(base::Counter::HttpRequests);
    return exchange.ref;
}

// As in HTTP/1, but that the connection goes on: where each message ends is known.
void H2Connection::reject(Exchange& exchange, Response&& response, bool with_cors) {
    server_.env.metrics.add(base::Counter::HttpRequestsRejected);
    write(exchange, std::move(response), with_cors);
}

// ---- output ----

void H2Connection::answer(RequestRef request, Response response) {
    auto exchange = std::ranges::find(exchanges_, request, &Exchange::ref);
    CM_ASSERT(exchange != exchanges_.end());
    exchange->ref = {};
    write(*exchange, std::move(response), true);
    if (!in_session_) pump();
}

void H2Connection::write(Exchange& exchange, Response&& response, bool with_cors) {
    server_.env.metrics.add(base::answered(response.status));
    if (exchange.record) {
        exchange.record->set_answer(response.status,
                                    exchange.head_request ? 0 : response.body.size_bytes());
    }
    std::string& cors = server_.cors_fields;
    cors.clear();
    if (with_cors && exchange.route != nullptr && exchange.route->cors) {
        exchange.route->cors->append_answer_fields(cors, exchange.origin.view());
    }
    session_.answer(exchange.stream,
                    H2Answer(std::move(response), {.head_request = exchange.head_request,
                                                   .date = server_.date.line(server_.env.now()),
                                                   .fields = cors}));
    if (exchange.incoming) body_bytes_ -= exchange.incoming->body.size();
    exchange.incoming.reset();
    exchange.origin = {};
    exchange.progress_at = server_.env.now();
    exchange.answered = true;
}

void H2Connection::on_progress(Stream stream) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr) return;
    exchange->progress_at = server_.env.now();
    if (exchange->tunnel != nullptr) exchange->tunnel->on_progress();
}

void H2Connection::on_stream_over(Stream stream) {
    auto exchange = std::ranges::find(exchanges_, stream, &Exchange::stream);
    if (exchange == exchanges_.end()) return;
    if (exchange->incoming) body_bytes_ -= exchange->incoming->body.size();
    if (exchange->ref) {
        server_.open_requests.erase(exchange->ref);
        lost_.push_back({.ref = exchange->ref, .handler = exchange->route->handler});
    }
    H2Tunnel* tunnel = exchange->tunnel;
    exchanges_.erase(exchange);
    if (tunnel != nullptr) tunnel->on_stream_over(kStreamReset);
    patience_ = server_.limits.idle_timeout;
    idle_since_ = server_.env.now();
}

// Not in on_stream_over(), which may come inside answer().
void H2Connection::tell_lost() {
    while (!lost_.empty()) {
        std::vector<Lost> lost = std::exchange(lost_, {});
        for (const Lost& each : lost) each.handler->on_request_lost(each.ref);
    }
}

// Sends what there is, as long as the client takes it.
void H2Connection::pump() {
    if (state_ == State::Closing) return file_deadline();
    in_session_ = true;
    while (transport_->backlog_bytes() < kBacklogHighBytes) {
        base::SliceChain bytes = session_.take_output(kBacklogHighBytes);
        if (bytes.empty()) break;
        transport_->write(std::move(bytes));
    }
    in_session_ = false;
    if (!backlogged_ && transport_->backlog_bytes() >= kBacklogHighBytes) {
        backlogged_ = true;
        transport_->pause_read(net::PauseReason::Backlog);
        server_.env.metrics.add(base::Counter::PausesBacklog);
    }
    bool over = state_ == State::WindingDown && exchanges_.empty();
    if (over || session_.over()) return close_in_stages();
    file_deadline();
}

void H2Connection::on_drained() {
    backlogged_ = false;
    transport_->resume_read(net::PauseReason::Backlog);
    base::TimePoint now = server_.env.now();
    for (Exchange& exchange : exchanges_) exchange.progress_at = now; // they waited for each other
    pump();
    tell_lost();
    settle_tunnels();
}

// ---- time ----

base::TimePoint H2Connection::next_deadline() const {
    if (state_ == State::Closing) return base::kNever;
    if (!lost_.empty() || !due_.empty()) return server_.env.now();
    base::TimePoint next = base::kNever;
    if (unfinished_ != 0) next = unfinished_since_ + server_.limits.head_timeout;
    if (exchanges_.empty()) next = std::min(next, idle_since_ + patience_);
    for (const Exchange& exchange : exchanges_) {
        if (exchange.incoming) next = std::min(next, exchange.incoming->next_look);
        if (waits_for_client(exchange)) {
            base::Duration patience = server_.limits.write_timeout;
            if (exchange.answered && !exchange.lingered) {
                patience = std::min<base::Duration>(patience, kLinger);
            }
            next = std::min(next, exchange.progress_at + patience);
        }
    }
    return next;
}

void H2Connection::file_deadline() {
    server_.env.wheel.set(*this, next_deadline());
}

void H2Connection::on_deadline(base::TimePoint now) {
    tell_lost();
    settle_tunnels();
    if (state_ == State::Closing) return;
    if (is_stalled(now)) return drop();
    end_stalled_tunnels(now);
    look_at_bodies(now);
    end_lingering(now);
    bool slow_head = unfinished_ != 0 && now >= unfinished_since_ + server_.limits.head_timeout;
    bool idle = exchanges_.empty() && now >= idle_since_ + patience_;
    if (slow_head || idle) {
        wind_down();
        if (state_ != State::Closing) close_in_stages();
        return;
    }
    pump();
}

// The transport sees to a client that reads nothing; this one reads, but keeps its windows shut.
bool H2Connection::waits_for_client(const Exchange& exchange) const {
    bool blocked = exchange.tunnel != nullptr && exchange.tunnel->blocked();
    return !backlogged_ && (exchange.answered || blocked);
}

bool H2Connection::is_stalled(base::TimePoint now) const {
    return std::ranges::any_of(exchanges_, [&](const Exchange& exchange) {
        return !exchange.connect && waits_for_client(exchange) &&
               now >= exchange.progress_at + server_.limits.write_timeout;
    });
}

void H2Connection::look_at_bodies(base::TimePoint now) {
    for (Exchange& exchange : exchanges_) {
        if (!exchange.incoming || now < exchange.incoming->next_look) continue;
        Incoming& incoming = *exchange.incoming;
        size_t came = incoming.body.size() - incoming.bytes_then;
        if (came < server_.limits.min_body_rate_bytes * kBodyLook.count() ||
            now >= incoming.deadline) {
            reject(exchange, plain_response(408));
            continue;
        }
        incoming.bytes_then = incoming.body.size();
        incoming.next_look = std::min(incoming.deadline, now + kBodyLook);
    }
}

void H2Connection::end_lingering(base::TimePoint now) {
    for (Exchange& exchange : exchanges_) {
        if (!exchange.answered || exchange.lingered || now < exchange.progress_at + kLinger)
            continue;
        exchange.lingered = true;
        session_.refuse_rest(exchange.stream);
    }
}

// ---- end ----

void H2Connection::stop() {
    if (state_ == State::Open) wind_down();
}

void H2Connection::wind_down() {
    session_.wind_down();
    state_ = State::WindingDown;
    pump();
}

void H2Connection::close_in_stages() {
    state_ = State::Closing;
    transport_->close(net::CloseMode::Flush);
    file_deadline();
}

void H2Connection::drop() {
    state_ = State::Closing;
    transport_->close(net::CloseMode::Abort);
    file_deadline();
}

void H2Connection::on_closed(base::Error reason) {
    state_ = State::Closing;
    file_deadline();
    // All are gone before any handler hears of one, and may try to answer another.
    std::vector<Exchange> over = std::exchange(exchanges_, {});
    for (const Exchange& exchange : over) {
        if (exchange.tunnel != nullptr) exchange.tunnel->on_stream_over(reason);
        if (!exchange.ref) continue;
        server_.open_requests.erase(exchange.ref);
        lost_.push_back({.ref = exchange.ref, .handler = exchange.route->handler});
    }
    tell_lost();
    settle_tunnels();
    server_.owner.on_connection_closed(id());
}

} // namespace http
