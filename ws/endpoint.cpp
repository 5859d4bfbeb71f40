#include "ws/endpoint.h"

#include "http/response_writer.h"
#include "ws/handshake.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ws {

Endpoint::Endpoint(base::Env& env, const Settings& settings, const xmpp::Domains& domains,
                   xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check)
    : shared_{.env = env,
              .host = *this,
              .settings = &settings,
              .domains = domains,
              .upstreams = upstreams,
              .framing = XmppFraming(env, check, settings.frames.max_message_bytes),
              .coder = MessageCoder(env.pool)} {}

Endpoint::~Endpoint() = default;

void Endpoint::use(const Settings& settings) {
    shared_.settings = &settings;
    shared_.framing.allow_elements(settings.frames.max_message_bytes);
}

std::vector<const Settings*> Endpoint::settings_in_use() const {
    std::vector<const Settings*> used{shared_.settings};
    sessions_.for_each([&](const std::unique_ptr<LiveSession>& session) {
        const Settings* one = &session->settings();
        if (std::ranges::find(used, one) == used.end()) used.push_back(one);
    });
    return used;
}

Endpoint::Verdict Endpoint::on_head(const http::RequestHead& head, const http::ClientFacts&) {
    std::optional<http::Response> refusal = refuse_handshake(head, *shared_.settings);
    if (!refusal && !has_room()) {
        refusal = http::plain_response(503);
        refusal->close = true; // nor for its connection
    }
    if (refusal) note_refusal(*refusal);
    return {.refusal = std::move(refusal)};
}

// W-012, B-061.
bool Endpoint::has_room() const {
    base::Metrics& metrics = shared_.env.metrics;
    bool full = !places_->has_room(shared_.settings->max_sessions);
    bool no_memory = shared_.env.pool.above_high_water();
    if (full) metrics.add(base::Counter::SessionsRefused);
    if (no_memory) metrics.add(base::Counter::MemoryRefused);
    return !draining_ && !full && !no_memory;
}

void Endpoint::note_refusal(const http::Response& response) {
    shared_.env.metrics.add(base::Counter::WsHandshakesRefused);
    shared_.env.log.debug("websocket.refused", {{"status", response.status}});
}

void Endpoint::refuse(http::RequestRef request, http::Response response) {
    note_refusal(response);
    responder_->respond(request, std::move(response));
}

void Endpoint::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice,
                          const http::ClientFacts& client) {
    if (!places_->enter(shared_.settings->max_sessions)) { // another worker was quicker
        shared_.env.metrics.add(base::Counter::SessionsRefused);
        http::Response refusal = http::plain_response(503);
        refusal.close = true;
        refuse(request, std::move(refusal));
        return;
    }
    LiveSession::Seats seats;
    if (shared_.limits != nullptr) {
        auto verdict = shared_.limits->enter_session(client, seats.session);
        if (!verdict.granted()) {
            places_->leave();
            refuse(request, http::limit_response(verdict));
            return;
        }
    }
    Agreement agreement = accept_handshake(head, *shared_.settings);
    auto upgraded = upgrader_->upgrade(request, std::move(agreement.response));
    if (!upgraded) { // RFC 6455 §4.1: a client waits for earlier answers
        give_back(seats);
        http::Response refusal = http::plain_response(400);
        refusal.close = true;
        refuse(request, std::move(refusal));
        return;
    }
    seats.connection = upgraded->seat;
    auto session = std::make_unique<LiveSession>(shared_, std::move(upgraded->transport),
                                                 agreement.deflate, client, seats);
    LiveSession& started = *session;
    bool stream = head.method == http::Method::Connect; // RFC 8441
    started.start(sessions_.insert(std::move(session)), stream ? "2" : "1.1", upgraded->rest);
}

void Endpoint::give_back(LiveSession::Seats& seats) {
    places_->leave();
    if (shared_.limits == nullptr) return;
    shared_.limits->leave_session(seats.session);
    shared_.limits->leave_connection(std::exchange(seats.connection, {}));
}

void Endpoint::on_opened(const LiveSession& session) {
    tell(base::SessionEvent::Opened, session);
}

void Endpoint::on_login(LiveSession& session) {
    shared_.env.metrics.add(base::Counter::WsLogins);
    shared_.limits->on_login(session.seats().session);
    tell(base::SessionEvent::Authenticated, session);
}

void Endpoint::on_ended(const LiveSession& session, std::string_view cause) {
    tell(base::SessionEvent::Ended, session, cause);
}

void Endpoint::tell(base::SessionEvent event, const LiveSession& session, std::string_view cause) {
    if (watcher_ == nullptr || !watcher_->wants(event)) return;
    std::string name = session.log_name();
    std::string client = session.client().peer.host();
    watcher_->on_session({.event = event,
                          .transport = base::Transport::Websocket,
                          .sid = name,
                          .domain = session.domain(),
                          .client = client,
                          .cause = cause});
}

void Endpoint::on_session_over(base::SlotId id) {
    std::optional<std::unique_ptr<LiveSession>> session = sessions_.take(id);
    if (!session) return;
    give_back((*session)->seats());
    shared_.env.retired.retire(std::move(*session));
}

bool Endpoint::shut_down(size_t most) {
    draining_ = true;
    return told_of_shutdown_.go_on(
        most, portions(),
        [this](size_t portion, std::vector<base::SlotId>& ids) {
            for_each_of(portion, [&](const LiveSession& session) { ids.push_back(session.id()); });
        },
        [this](base::SlotId id) {
            if (LiveSession* session = find(id)) session->on_shutdown();
        });
}

} // namespace ws
