#include "http/connection.h"

#include <algorithm>
#include <utility>

namespace http {

// ---- begin ----

Connection::Connection(ServerState& server, std::unique_ptr<net::Transport> transport,
                       ClientFacts client)
    : server_(server), transport_(std::move(transport)), client_(std::move(client)) {}

void Connection::begin() {
    transport_->set_listener(*this);
    transport_->set_watermarks(kBacklogLowBytes, kBacklogHighBytes);
    deadline_ = server_.env.now() + server_.limits.head_timeout;
    file_deadline();
}

void Connection::refuse(Response&& response) {
    Exchange& exchange = exchanges_.emplace_back();
    exchange.close = true;
    write(exchange, std::move(response), false);
    state_ = State::Refusing;
    flush();
    file_deadline();
}

// ---- input ----

void Connection::on_bytes(ByteView bytes) {
    // Past its last request a client is read only to notice when it goes away.
    if (takes_input()) read(bytes);
}

bool Connection::may_read() const {
    if (!takes_input()) return false;
    return intake_ || (!backlogged_ && exchanges_.size() < server_.limits.max_pipelined);
}

void Connection::read(ByteView in) {
    while (may_read()) {
        if (!intake_) {
            if (in.empty()) break;
            intake_ = server_.intakes.borrow();
            state_ = State::Head;
            deadline_ = server_.env.now() + server_.limits.head_timeout;
        }
        RequestParser::Step step = intake_->parser.feed(in);
        in.remove_prefix(step.taken);
        if (step.kind == RequestParser::Step::Kind::NeedMore) break;
        on_step(step, in);
    }
    if (takes_input() && !in.empty()) {
        unread_ = std::make_unique<base::Slice>(base::Slice::copy(server_.env.pool, in));
        transport_->pause_read(net::PauseReason::Pipeline);
        server_.env.metrics.add(base::Counter::PausesPipeline);
    }
    file_deadline();
}

void Connection::read_unread() {
    std::unique_ptr<base::Slice> bytes = std::move(unread_);
    transport_->resume_read(net::PauseReason::Pipeline);
    read(bytes->view());
}

void Connection::on_step(const RequestParser::Step& step, ByteView behind) {
    switch (step.kind) {
    case RequestParser::Step::Kind::NeedMore: break;
    case RequestParser::Step::Kind::Head: on_head(!behind.empty()); break;
    case RequestParser::Step::Kind::Body: on_body(step.body); break;
    case RequestParser::Step::Kind::Complete: on_complete(behind); break;
    case RequestParser::Step::Kind::Fault: reject(step.fault); break;
    }
}

void Connection::on_head(bool more_follows) {
    RequestHead head = intake_->parser.head();
    const ProxyPolicy* proxies = server_.access.proxies;
    intake_->client = proxies != nullptr ? resolve_client(client_, head.fields, *proxies) : client_;
    intake_->head_known = true;
    HeadVerdict verdict{.route = server_.routes.find(head.path), .refusal = refusal_by_limits()};
    if (!verdict.refusal) {
        verdict = judge_head(server_.routes, head, intake_->client, server_.access.hosts);
    }
    intake_->route = verdict.route;
    if (verdict.refusal) {
        answer_unread(head, std::move(verdict));
        return;
    }
    if (intake_->parser.limit_body(verdict.max_body_bytes) != HttpFault::None) {
        reject(HttpFault::BodyTooLarge);
        return;
    }
    if (!intake_->parser.has_body()) return;
    if (!server_.has_room_for(intake_->parser.framing().length_bytes, 0)) {
        refuse_body(plain_response(503));
        return;
    }
    // H-047: a client that has sent body bytes already has stopped waiting.
    expect_body(!more_follows && head.minor_version >= 1 && head.fields.has("Expect"));
}

// S-042: before anything is kept of it, or done for it.
std::optional<Response> Connection::refusal_by_limits() const {
    ClientLimits* limits = server_.access.limits;
    if (limits == nullptr) return std::nullopt;
    auto verdict = limits->take_request(intake_->client, intake_->parser.framing().length_bytes);
    if (verdict.granted()) return std::nullopt;
    return limit_response(verdict);
}

void Connection::expect_body(bool send_continue_first) {
    state_ = State::Body;
    start_body_clock();
    continue_owed_ = send_continue_first;
    if (!continue_owed_) return;
    if (exchanges_.empty()) {
        send_continue();
    } else {
        deadline_ = base::kNever; // it waits for us, see on_exchanges_gone()
    }
}

void Connection::start_body_clock() {
    intake_->body_deadline = server_.env.now() + server_.limits.body_timeout;
    watch_body();
}

void Connection::watch_body() {
    intake_->body_bytes_then = intake_->body.size();
    deadline_ = std::min(intake_->body_deadline, server_.env.now() + kBodyLook);
}

void Connection::on_body_deadline(base::TimePoint now) {
    size_t came = intake_->body.size() - intake_->body_bytes_then;
    bool slow = came < server_.limits.min_body_rate_bytes * kBodyLook.count();
    if (slow || now >= intake_->body_deadline) return reject(HttpFault::Timeout);
    watch_body();
}

void Connection::send_continue() {
    continue_owed_ = false;
    transport_->write(base::SliceChain(base::Slice::literal("HTTP/1.1 100 Continue\r\n\r\n")));
    note_backlog();
}

void Connection::on_body(ByteView bytes) {
    if (continue_owed_) {
        continue_owed_ = false;
        start_body_clock();
    }
    if (!server_.has_room_for(intake_->body.size() + bytes.size(), intake_->body.size())) {
        return refuse_body(plain_response(503));
    }
    ClientLimits* limits = server_.access.limits;
    if (limits != nullptr && intake_->parser.framing().kind == BodyFraming::Kind::Chunked) {
        auto verdict = limits->take_bytes(intake_->client, bytes.size());
        if (!verdict.granted()) return refuse_body(limit_response(verdict));
    }
    intake_->body.append(bytes);
}

// With 5xx or 429, which is what BOSH clients repeat the same request after.
void Connection::refuse_body(Response&& response) {
    HeadVerdict verdict{.route = intake_->route, .refusal = std::move(response)};
    answer_unread(intake_->parser.head(), std::move(verdict));
}

void Connection::on_complete(ByteView behind) {
    std::unique_ptr<Intake> intake = std::move(intake_); // the views of `head` live in it
    RequestHead head = intake->parser.head();
    RequestRef ref = server_.open_requests.insert(this);
    Exchange& exchange = open_exchange(*intake, head);
    exchange.ref = ref;
    if (exchange.record && exchange.route->session_of != nullptr) {
        exchange.record->set_session(exchange.route->session_of(intake->body.view()));
    }
    state_ = head.keep_alive ? State::Idle : State::Refusing;
    deadline_ = base::kNever; // H-041
    continue_owed_ = false;
    server_.env.metrics.add(base::Counter::HttpRequests);
    server_.behind_request = behind;
    intake->route->handler->on_request(ref, head, intake->body.take(), intake->client);
    server_.behind_request = {};
    server_.intakes.give_back(std::move(intake));
}

// ---- answers of our own ----

// By the head alone. Whatever body there is stays unread, so that nobody knows where the next
// request would begin (H-034).
void Connection::answer_unread(const RequestHead& head, HeadVerdict&& verdict) {
    server_.env.metrics.add(base::Counter::HttpRequestsRejected);
    Exchange& exchange = open_exchange(*intake_, head);
    exchange.close |= intake_->parser.has_body();
    bool last = exchange.close;
    write(exchange, std::move(*verdict.refusal), !verdict.preflight);
    end_intake();
    state_ = last ? State::Refusing : State::Idle;
    flush();
}

void Connection::reject(HttpFault fault) {
    server_.env.metrics.add(base::Counter::HttpRequestsRejected);
    if (server_.env.log.enabled(base::Level::Debug)) {
        const ClientFacts& client = intake_->head_known ? intake_->client : client_;
        server_.env.log.debug("http.request-rejected",
                              {{"fault", to_string(fault)}, {"peer", client.peer.to_string()}});
    }
    Exchange& exchange = intake_->head_known ? open_exchange(*intake_, intake_->parser.head())
                                             : exchanges_.emplace_back();
    exchange.close = true;
    write(exchange, plain_response(status_of(fault)), true);
    end_intake();
    state_ = State::Refusing;
    flush();
}

void Connection::end_intake() {
    server_.intakes.give_back(std::move(intake_));
    deadline_ = base::kNever;
    continue_owed_ = false;
}

// ---- output ----

Connection::Exchange& Connection::open_exchange(const Intake& intake, const RequestHead& head) {
    Exchange& exchange = exchanges_.emplace_back();
    exchange.route = intake.route;
    exchange.record = server_.record(head, intake.client);
    exchange.head_request = head.method == Method::Head;
    exchange.close = !head.keep_alive;
    exchange.announce_keep_alive = head.minor_version == 0 && head.keep_alive;
    if (intake.route != nullptr && intake.route->cors && intake.route->cors->depends_on_origin()) {
        exchange.origin = base::Slice::copy(server_.env.pool, head.fields.find("Origin"));
    }
    return exchange;
}

void Connection::answer(RequestRef request, Response response) {
    auto exchange = std::ranges::find(exchanges_, request, &Exchange::ref);
    CM_ASSERT(exchange != exchanges_.end());
    exchange->ref = {};
    write(*exchange, std::move(response), true);
    flush();
    file_deadline();
}

std::optional<Upgraded> Connection::upgrade(RequestRef request, Response switching) {
    CM_ASSERT(!exchanges_.empty() && exchanges_.back().ref == request);
    if (exchanges_.size() > 1) return std::nullopt;
    if (auto& record = exchanges_.back().record) record->set_answer(switching.status, 0);
    transport_->write(write_response(server_.env.pool, std::move(switching),
                                     {.date = server_.date.line(server_.env.now())}));
    server_.open_requests.erase(request);
    exchanges_.clear();
    state_ = State::Upgraded;
    if (backlogged_) transport_->resume_read(net::PauseReason::Backlog);
    Upgraded upgraded{
        .transport = std::move(transport_), .rest = server_.behind_request, .seat = give_seat()};
    server_.owner.on_connection_closed(id());
    return upgraded;
}

void Connection::write(Exchange& exchange, Response&& response, bool with_cors) {
    server_.env.metrics.add(base::answered(response.status));
    if (exchange.record) {
        exchange.record->set_answer(response.status,
                                    exchange.head_request ? 0 : response.body.size_bytes());
    }
    exchange.close |= response.close || server_.stopping;
    std::string& cors = server_.cors_fields;
    cors.clear();
    if (with_cors && exchange.route != nullptr && exchange.route->cors) {
        exchange.route->cors->append_answer_fields(cors, exchange.origin.view());
    }
    exchange.wire = write_response(server_.env.pool, std::move(response),
                                   {.head_request = exchange.head_request,
                                    .close = exchange.close,
                                    .announce_keep_alive = exchange.announce_keep_alive,
                                    .date = server_.date.line(server_.env.now()),
                                    .fields = cors});
    exchange.origin = {};
    exchange.answered = true;
}

// Sends the answers that no unanswered request stands before.
void Connection::flush() {
    if (state_ == State::Closing) return;
    base::SliceChain out;
    bool last = false;
    size_t sent = 0;
    while (sent < exchanges_.size() && exchanges_[sent].answered && !last) {
        out.push(std::move(exchanges_[sent].wire));
        last = exchanges_[sent].close;
        ++sent;
    }
    if (sent == 0) return;
    exchanges_.erase(exchanges_.begin(), exchanges_.begin() + static_cast<ptrdiff_t>(sent));
    transport_->write(std::move(out));
    note_backlog();
    if (last) {
        close_in_stages();
    } else if (exchanges_.empty()) {
        on_exchanges_gone();
    }
    // Not from here, because this may be inside a call of the handler's: at the next tick.
    if (unread_) deadline_ = server_.env.now();
}

void Connection::on_exchanges_gone() {
    std::vector<Exchange>().swap(exchanges_); // an idle connection keeps no heap
    if (state_ == State::Idle) deadline_ = server_.env.now() + server_.limits.idle_timeout;
    if (continue_owed_) {
        send_continue();
        start_body_clock();
    }
}

void Connection::note_backlog() {
    if (backlogged_ || transport_->backlog_bytes() < kBacklogHighBytes) return;
    backlogged_ = true;
    transport_->pause_read(net::PauseReason::Backlog);
    server_.env.metrics.add(base::Counter::PausesBacklog);
}

void Connection::on_drained() {
    backlogged_ = false;
    transport_->resume_read(net::PauseReason::Backlog);
    if (unread_ && may_read()) read_unread();
}

// ---- time ----

void Connection::file_deadline() {
    server_.env.wheel.set(*this, deadline_);
}

void Connection::on_deadline(base::TimePoint now) {
    deadline_ = base::kNever;
    switch (state_) {
    case State::Fresh: close_in_stages(); break;
    case State::Idle:
        if (!unread_) {
            close_in_stages();
        } else if (may_read()) {
            read_unread();
        }
        break;
    case State::Head: reject(HttpFault::Timeout); break;
    case State::Body: on_body_deadline(now); break;
    case State::Refusing:
    case State::Closing:
    case State::Upgraded: break;
    }
    file_deadline();
}

// ---- end ----

void Connection::stop() {
    if (takes_input() && exchanges_.empty() && !intake_ && !unread_) close_in_stages();
}

void Connection::close_in_stages() {
    state_ = State::Closing;
    end_intake();
    unread_.reset();
    transport_->close(net::CloseMode::Flush);
    file_deadline();
}

void Connection::drop() {
    state_ = State::Closing;
    end_intake();
    unread_.reset();
    transport_->close(net::CloseMode::Abort);
    file_deadline();
}

void Connection::on_closed(base::Error) {
    state_ = State::Closing;
    end_intake();
    file_deadline();
    std::vector<Exchange> lost = std::move(exchanges_);
    exchanges_.clear();
    std::erase_if(lost, [](const Exchange& exchange) { return !exchange.ref; });
    // All are gone before any handler hears of one, and may try to answer another.
    for (const Exchange& exchange : lost) server_.open_requests.erase(exchange.ref);
    for (const Exchange& exchange : lost) exchange.route->handler->on_request_lost(exchange.ref);
    server_.owner.on_connection_closed(id());
}

} // namespace http
