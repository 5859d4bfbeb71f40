#include "xmpp/server_search.h"

#include "xmpp/domain.h"

#include <algorithm>
#include <utility>

namespace xmpp {

namespace {

constexpr std::string_view kStartTlsService = "_xmpp-client._tcp.";
constexpr std::string_view kDirectTlsService = "_xmpps-client._tcp.";

base::Error error_of(ConnectFault fault, const char* what) {
    return fail(fault, what).error();
}

base::Error too_late() {
    return {.category = base::Category::Net,
            .code = static_cast<uint16_t>(net::NetFault::Deadline),
            .what = "no answer in time"};
}

} // namespace

ServerSearch::ServerSearch(ServerConnector& connector, const DomainServers& servers,
                           StreamParameters parameters, ServerSearchListener& listener)
    : connector_(connector), servers_(servers), parameters_(std::move(parameters)),
      listener_(listener), give_up_at_(connector.env_.now() + connector.settings_.total_timeout) {
    for (Question& question : questions_) question.search = this;
}

ServerSearch::~ServerSearch() {
    if (state_ == State::Queued) connector_.pace_.leave(place(), ticket_);
    if (state_ >= State::Queued && state_ <= State::Found) {
        connector_.health_.on_given_up(current_.key);
    }
}

// Which servers there are.

void ServerSearch::start(ServerIndex server) {
    CM_ASSERT(state_ == State::Idle);
    auto domain = Domain::parse(parameters_.to);
    domain_ = domain ? domain->ascii_name() : parameters_.to;
    if (server != kOwnServer) {
        add(servers_.routes[server - 1U]);
        try_next();
    } else if (!servers_.servers.empty()) {
        std::vector<SrvRank> ranks;
        ranks.reserve(servers_.servers.size());
        for (const Server& one : servers_.servers) {
            ranks.push_back({.priority = one.priority, .weight = one.weight});
        }
        for (size_t index : order_of(ranks, connector_.services_.chance)) {
            add(servers_.servers[index]);
        }
        try_next();
    } else if (domain && domain->is_ip_literal) { // U-021
        add(domain_, kClientPort, servers_.found);
        try_next();
    } else {
        look_up();
    }
}

void ServerSearch::add(const Server& server) {
    add(server.host, server.port, server.terms);
}

void ServerSearch::add(std::string host, uint16_t port, const ServerTerms& terms) {
    std::string key = domain_ + " " + host + " " + std::to_string(port);
    candidates_.push_back(
        {.host = std::move(host), .port = port, .terms = terms, .key = std::move(key)});
}

void ServerSearch::look_up() {
    state_ = State::LookingUp;
    listener_.on_search_step(base::FlightEvent::LookUpBegun);
    set_deadline(connector_.settings_.connect_timeout);
    constexpr std::array kServices = {kStartTlsService, kDirectTlsService};
    for (size_t index = 0; index < questions_.size(); ++index) {
        std::string name(kServices[index]);
        name += domain_;
        questions_[index].query =
            connector_.services_.resolver.look_up_srv(name, questions_[index]);
    }
}

void ServerSearch::Question::on_srv(net::SrvAnswer said) {
    answer = std::move(said);
    search->connector_.env_.retired.retire(std::move(query)); // it is on the stack
    bool all = std::ranges::all_of(search->questions_,
                                   [](const Question& one) { return one.answer.has_value(); });
    if (all) search->on_answers();
}

void ServerSearch::on_answers() {
    auto found = choose_servers(domain_, *questions_[0].answer, *questions_[1].answer,
                                connector_.services_.chance);
    if (!found) {
        note_failure(ConnectStage::LookUp, found.error());
        end(found.error());
        return;
    }
    for (FoundServer& server : *found) {
        ServerTerms terms = servers_.found;
        if (server.direct_tls) terms.tls = ServerTls::Direct;
        add(std::move(server.host), server.port, terms);
    }
    try_next();
}

// One server.

void ServerSearch::try_next() {
    std::vector<std::string_view> keys;
    keys.reserve(candidates_.size());
    for (const Candidate& candidate : candidates_) keys.push_back(candidate.key);
    size_t picked = connector_.health_.pick(keys, connector_.env_.now());
    current_ = std::move(candidates_[picked]);
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(picked));
    await_turn();
}

void ServerSearch::await_turn() {
    state_ = State::Queued;
    switch (connector_.pace_.ask(place(), *this, connector_.env_.now(), ticket_)) {
    case ConnectPace::Verdict::Go: connect(); break;
    case ConnectPace::Verdict::Wait:
        connector_.env_.wheel.set(*this, give_up_at_);
        connector_.await_turns();
        break;
    case ConnectPace::Verdict::Full:
        ticket_ = 0; // told in a moment, since this may be inside of a call of the listener's
        connector_.env_.wheel.set(*this, connector_.env_.now());
        break;
    }
}

void ServerSearch::on_turn() {
    connect();
}

void ServerSearch::connect() {
    state_ = State::Connecting;
    listener_.on_search_step(base::FlightEvent::ConnectBegun);
    set_deadline(connector_.settings_.connect_timeout);
    auto peer_timeout = servers_.peer_timeout.value_or(connector_.settings_.peer_timeout);
    attempt_ = connector_.services_.connector.connect(
        {.host = current_.host,
         .port = current_.port,
         .allowed = servers_.allowed,
         .sources = current_.terms.sources.get(),
         .keepalive = net::TcpKeepalive::within(peer_timeout)},
        *this);
}

void ServerSearch::on_connected(std::unique_ptr<net::Transport> transport) {
    connector_.env_.retired.retire(std::move(attempt_)); // it is on the stack
    transport_ = std::move(transport);
    if (current_.terms.proxy_protocol != net::ProxyProtocol::None) { // U-091: before all else
        write(net::proxy_header(current_.terms.proxy_protocol, {.client = parameters_.client,
                                                                .reached = parameters_.reached,
                                                                .encrypted = parameters_.encrypted,
                                                                .tls = parameters_.tls.get()}));
    }
    listener_.on_search_step(base::FlightEvent::ServerReached);
    if (current_.terms.tls == ServerTls::None || current_.in_clear) {
        hand_over();
        return;
    }
    set_deadline(connector_.settings_.tls_timeout);
    if (current_.terms.tls == ServerTls::Direct) {
        secure();
    } else {
        ask_for_tls();
    }
}

void ServerSearch::on_connect_failed(base::Error reason) {
    connector_.env_.retired.retire(std::move(attempt_));
    on_server_failed(ConnectStage::Connect, reason);
}

void ServerSearch::ask_for_tls() {
    state_ = State::AskingForTls;
    starttls_.emplace(connector_.check_);
    transport_->set_listener(*this);
    write(StartTls::header(parameters_.to));
}

void ServerSearch::on_bytes(base::ByteView bytes) {
    if (state_ != State::AskingForTls) return;
    auto step = starttls_->feed(bytes);
    if (!step) {
        on_server_failed(ConnectStage::StartTls, step.error());
        return;
    }
    switch (*step) {
    case StartTls::Step::Wait: break;
    case StartTls::Step::Request: write(StartTls::request()); break;
    case StartTls::Step::Handshake: secure(); break;
    case StartTls::Step::NotOffered:
        if (current_.terms.tls == ServerTls::Required) {
            on_server_failed(ConnectStage::StartTls,
                             error_of(ConnectFault::TlsNotOffered, "STARTTLS is not offered"));
            break;
        }
        // The stream that asked is used up; the client's own needs another connection.
        current_.in_clear = true;
        drop_connection();
        connect();
    }
}

void ServerSearch::on_closed(base::Error reason) {
    if (state_ == State::AskingForTls) on_server_failed(ConnectStage::StartTls, reason);
}

void ServerSearch::secure() {
    state_ = State::Securing;
    listener_.on_search_step(base::FlightEvent::TlsBegun);
    Securing::Wanted wanted{.identity = {.domain = domain_, .unicode_domain = parameters_.to},
                            .server = place(),
                            .direct = current_.terms.tls == ServerTls::Direct};
    transport_ =
        connector_.services_.securing.secure(std::move(transport_), wanted, current_.terms, *this);
}

void ServerSearch::on_secured() {
    if (state_ != State::Securing) return;
    listener_.on_search_step(base::FlightEvent::ServerReached);
    hand_over();
}

void ServerSearch::on_handshake_failed(base::Error reason) {
    if (state_ != State::Securing) return;
    on_server_failed(ConnectStage::Tls, reason,
                     connector_.services_.securing.explanation(*transport_));
}

void ServerSearch::hand_over() {
    state_ = State::Found;
    connector_.env_.wheel.set(*this, base::kNever);
    connector_.env_.metrics.add(base::Counter::UpstreamConnects);
    // Where nobody asked for TLS, the operator vouches for the way; where it was only not offered,
    // nobody does.
    listener_.on_server_found(std::move(transport_), !current_.in_clear);
}

void ServerSearch::accept() {
    CM_ASSERT(state_ == State::Found);
    state_ = State::Over;
    connector_.health_.on_success(current_.key);
}

bool ServerSearch::give_back(base::Error reason) {
    CM_ASSERT(state_ == State::Found);
    note_failure(ConnectStage::Stream, reason);
    state_ = State::Over;
    if (!may_go_on()) return false;
    try_next();
    return true;
}

// What went wrong.

void ServerSearch::on_deadline(base::TimePoint /*now*/) {
    switch (state_) {
    case State::LookingUp:
        for (Question& question : questions_) question.query.reset();
        note_failure(ConnectStage::LookUp, too_late());
        end(too_late());
        break;
    case State::Queued:
        connector_.pace_.leave(place(), ticket_);
        on_server_failed(ConnectStage::Queue,
                         error_of(ConnectFault::TooManyWaiting,
                                  ticket_ == 0 ? "the line is full" : "no turn within the time"));
        break;
    case State::Connecting: on_server_failed(ConnectStage::Connect, too_late()); break;
    case State::AskingForTls: on_server_failed(ConnectStage::StartTls, too_late()); break;
    case State::Securing: on_server_failed(ConnectStage::Tls, too_late()); break;
    case State::Idle:
    case State::Found:
    case State::Over: break;
    }
}

void ServerSearch::on_server_failed(ConnectStage stage, base::Error reason,
                                    std::string_view sentence) {
    note_failure(stage, reason, sentence);
    drop_connection();
    if (may_go_on()) {
        try_next();
    } else {
        end(reason);
    }
}

bool ServerSearch::may_go_on() const {
    return !candidates_.empty() && connector_.env_.now() < give_up_at_;
}

void ServerSearch::note_failure(ConnectStage stage, const base::Error& reason,
                                std::string_view sentence) {
    base::Env& env = connector_.env_;
    if (stage == ConnectStage::Queue || is_ours(reason)) {
        connector_.health_.on_given_up(current_.key); // it tells nothing of the server
    } else if (stage != ConnectStage::LookUp) {
        connector_.health_.on_failure(current_.key, env.now());
    }
    env.metrics.add(counter_of(stage));
    env.log.warn("upstream.connect-failed",
                 {{"sid", parameters_.log_name},
                  {"domain", parameters_.to},
                  {"stage", to_string(stage)},
                  {"target", stage == ConnectStage::LookUp ? domain_ : place()},
                  {"reason", sentence.empty() ? reason.what : sentence},
                  {"code", reason.code}});
}

// What is under way with this server. An attempt that could still be answered goes at once, or its
// answer would be taken for the next server's; the transport may be on the stack.
void ServerSearch::drop_connection() {
    attempt_.reset();
    if (!transport_) return;
    if (state_ == State::AskingForTls) {
        write("</stream:stream>");
        transport_->close(net::CloseMode::Abort);
    }
    connector_.env_.retired.retire(std::move(transport_)); // which is the end of a handshake
}

void ServerSearch::end(base::Error reason) {
    state_ = State::Over;
    connector_.env_.wheel.set(*this, base::kNever);
    listener_.on_search_failed(reason);
}

void ServerSearch::write(std::string_view text) {
    transport_->write(base::SliceChain(base::Slice::copy(connector_.env_.pool, text)));
}

void ServerSearch::set_deadline(base::Duration from_now) {
    base::TimePoint deadline = std::min(connector_.env_.now() + from_now, give_up_at_);
    connector_.env_.wheel.set(*this, deadline);
}

std::string ServerSearch::place() const {
    return current_.host + ":" + std::to_string(current_.port);
}

} // namespace xmpp
