#include "bosh/endpoint.h"

#include "bosh/client_safety.h"
#include "bosh/info_page.h"
#include "bosh/sid_hint.h"
#include "http/response_writer.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <utility>

namespace bosh {

namespace {

using base::Counter;

// S-046: with such a type a browser would show other users' XML as a page of ours.
constexpr std::string_view kSandbox = "Content-Security-Policy: default-src 'none'; sandbox\r\n";

// In the namespace of the <body/> that it stands in (XEP-0124 §17.2).
base::SliceChain uri_element(base::SlicePool& pool, std::string_view uri) {
    std::string element = "<uri>";
    xmpp::append_escaped(element, uri);
    element += "</uri>";
    return base::SliceChain(base::Slice::copy(pool, element));
}

} // namespace

std::string_view allowed_methods(const Settings& settings) {
    return settings.info_page ? "GET, HEAD, POST, OPTIONS" : "POST, OPTIONS";
}

Endpoint::Endpoint(base::Env& env, const Settings& settings, const Domains& domains,
                   xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check, Place place)
    : env_(env), settings_(&settings), domains_(domains), place_(place),
      open_(env, settings, place), codec_(env, check, settings.max_body_bytes),
      shared_{.env = env,
              .host = *this,
              .upstreams = upstreams,
              .domains = domains,
              .actions = actions_},
      tombstones_(env), former_(place, env.now()) {}

Endpoint::~Endpoint() = default;

void Endpoint::use(const Settings& settings) {
    settings_ = &settings;
    open_.use(settings);
    codec_.limit_elements(settings.max_body_bytes);
}

std::vector<const Settings*> Endpoint::settings_in_use() const {
    std::vector<const Settings*> used{settings_};
    sessions_.for_each([&](const LiveSession& session) {
        const Settings* one = &session.session().settings();
        if (std::ranges::find(used, one) == used.end()) used.push_back(one);
    });
    return used;
}

Endpoint::Verdict Endpoint::on_head(const http::RequestHead& head, const http::ClientFacts&) {
    if (head.method == http::Method::Post) return {.max_body_bytes = settings_->max_body_bytes};
    bool looks = head.method == http::Method::Get || head.method == http::Method::Head;
    if (looks && settings_->info_page) return {.refusal = info_page()};
    std::string allow = "Allow: ";
    allow.append(allowed_methods(*settings_)).append("\r\n");
    return {.refusal = http::Response{.status = 405, .fields = std::move(allow)}};
}

void Endpoint::on_request(http::RequestRef local, const http::RequestHead& head, base::Slice body,
                          const http::ClientFacts& client) {
    env_.metrics.add(Counter::BoshRequests);
    RequestRef request = open_.open(local, head);
    http::Response refusal;
    const char* why = nullptr;
    if (!open_.decode(head, body, refusal, why)) {
        if (why != nullptr) {
            refuse(request, Condition::BadRequest, false, why);
        } else {
            open_.respond(request, std::move(refusal));
        }
        return;
    }
    if (open_.has_colleagues()) {
        if (auto colleague = open_.colleague_of(sid_hint(body.view()))) {
            open_.forward(*colleague, request, body.view(), client);
            return;
        }
    }
    take_in(request, body, client, !open_.has_colleagues());
}

void Endpoint::take_in(RequestRef request, const base::Slice& body, const http::ClientFacts& client,
                       bool confirmed) {
    Decoded decoded = codec_.decode(body);
    if (!decoded.has_attributes) { // B-305: nobody proved to own a session
        refuse(request, Condition::BadRequest, false, decoded.fault ? decoded.fault->what : "");
        return;
    }
    if (!decoded.body.has_sid) {
        if (auto colleague = open_.colleague_for_session(request)) {
            open_.forward(*colleague, request, body.view(), client);
        } else {
            create_session(request, std::move(decoded), client);
        }
        return;
    }
    LiveSession* found = sessions_.find(decoded.body.sid);
    if (found == nullptr) {
        auto colleague = open_.colleague_of(decoded.body.sid); // which the hint had not shown
        if (colleague && request.worker == place_.worker) {
            open_.forward(*colleague, request, body.view(), client);
        } else {
            answer_repeat(request, decoded.body, client);
        }
        return;
    }
    LiveSession& session = *found;
    if (!is_as_safe(client, session.creator())) {
        drop(request, decoded.body, client);
        return;
    }
    if (decoded.fault) {
        env_.log.debug("request.refused", {{"sid", base::sid_prefix(session.session().sid())},
                                           {"reason", decoded.fault->what},
                                           {"at", decoded.fault->at}});
    }
    if (!confirmed && decoded.body.rid && session.session().has_gone_past(*decoded.body.rid)) {
        open_.send_back(request, body.view(), client);
        return;
    }
    open_.assign(request, session);
    session.on_request(request, std::move(decoded), client);
}

// S-021
void Endpoint::drop(RequestRef request, const BodyIn& body, const http::ClientFacts& client) {
    env_.metrics.add(Counter::RequestsDropped);
    env_.log.debug("request.dropped", {{"sid", base::sid_prefix(body.sid)},
                                       {"peer", client.peer.host()},
                                       {"reason", "not as safe as the creation of the session"}});
    open_.drop(request);
}

// S-004. Who asks for sessions that are not there again and again is guessing, or has not noticed
// that its own is gone. It is slowed down; others behind the same address use theirs on.
void Endpoint::refuse_unknown(RequestRef request, const BodyIn& body,
                              const http::ClientFacts& client) {
    if (limits_ != nullptr) {
        if (auto verdict = limits_->take_miss(client); !verdict.granted()) {
            open_.respond(request, http::limit_response(verdict));
            return;
        }
    }
    if (auto likely = former_.why_missing(body.sid, env_.now())) {
        env_.log.info("session.not-found", {{"sid", base::sid_prefix(body.sid)},
                                            {"likely", likely->text},
                                            {"see", to_string(likely->cause)}});
    }
    refuse(request, Condition::ItemNotFound, false, "unknown sid");
}

// B-061: what is in the way of one more session; None if there is room.
Condition Endpoint::admit(const http::ClientFacts& client, http::ClientLimits::Seat& seat) {
    using Outcome = http::ClientLimits::Verdict::Outcome;
    if (draining_) return Condition::SystemShutdown;
    if (env_.pool.above_high_water()) {
        env_.metrics.add(Counter::MemoryRefused);
        return Condition::InternalServerError;
    }
    if (!places_->enter(settings_->max_sessions)) {
        env_.metrics.add(Counter::SessionsRefused);
        return Condition::InternalServerError;
    }
    auto outcome =
        limits_ == nullptr ? Outcome::Granted : limits_->enter_session(client, seat).outcome;
    if (outcome == Outcome::Granted) return Condition::None;
    places_->leave();
    return outcome == Outcome::AddressAtLimit ? Condition::PolicyViolation
                                              : Condition::InternalServerError;
}

void Endpoint::create_session(RequestRef request, Decoded decoded,
                              const http::ClientFacts& client) {
    bool legacy = !decoded.creation.ver;
    if (decoded.fault) {
        refuse(request, Condition::BadRequest, legacy, decoded.fault->what);
        return;
    }
    if (!client.encrypted && !settings_->see_other_uri.empty()) { // B-060
        refuse(request, Condition::SeeOtherUri, legacy, "not encrypted",
               uri_element(env_.pool, settings_->see_other_uri));
        return;
    }
    auto granted = negotiate(decoded.body, decoded.creation, *settings_, domains_);
    if (!granted) {
        const Refusal& refusal = granted.error();
        refuse(request, refusal.condition, refusal.legacy, refusal.what);
        return;
    }
    http::ClientLimits::Seat seat;
    if (Condition full = admit(client, seat); full != Condition::None) {
        refuse(request, full, legacy, draining_ ? "shutting down" : "at the limit");
        return;
    }
    auto session = std::make_unique<LiveSession>(shared_, std::move(granted->terms), *settings_,
                                                 make_session_id(place_), client);
    session->seat() = seat;
    LiveSession& started = *session;
    sessions_.add(std::move(session));
    open_.assign(request, started);
    started.start(request, std::move(granted->stream), std::move(decoded.body), client);
}

void Endpoint::refuse(RequestRef request, Condition condition, bool legacy, const char* what,
                      base::SliceChain payload) {
    env_.log.debug("request.refused", {{"condition", to_string(condition)}, {"reason", what}});
    http::Response response;
    if (legacy) response.status = legacy_status(condition);
    // Where there is no room for a session, there is none for its connection.
    response.close = condition == Condition::InternalServerError;
    if (response.status == 200) {
        response.content_type = kDefaultContentType;
        response.body = encode(env_.pool, {.type = BodyOut::Type::Terminate,
                                           .condition = condition,
                                           .payloads = std::move(payload)});
    }
    open_.respond(request, std::move(response));
}

// B-225, B-226: the session may have ended, and the client does not know.
void Endpoint::answer_repeat(RequestRef request, const BodyIn& body,
                             const http::ClientFacts& client) {
    const http::ClientFacts* creator = tombstones_.creator(body.sid);
    if (creator != nullptr && !is_as_safe(client, *creator)) {
        drop(request, body, client);
        return;
    }
    auto again = tombstones_.repeat(body.sid, body.rid.value_or(0), body.key);
    if (again) {
        send_xml(request, again->content_type, std::move(again->xml));
    } else {
        refuse_unknown(request, body, client);
    }
}

void Endpoint::on_request_lost(http::RequestRef request) {
    on_forwarded_lost(open_.name_of(request));
}

void Endpoint::on_forwarded(ForwardedRequest request) {
    open_.open_forwarded(request.from);
    take_in(request.from, std::move(request.body).unpack(env_.pool), request.client,
            request.confirmed);
}

void Endpoint::on_sent_back(ForwardedRequest request) {
    if (!open_.confirm(request)) return;
    take_in(request.from, std::move(request.body).unpack(env_.pool), request.client, true);
}

void Endpoint::on_forwarded_lost(RequestRef request) {
    LiveSession* session = open_.lose(request);
    if (session != nullptr) session->on_request_lost(request); // not of one that was dropped
}

void Endpoint::on_forwarded_answer(RequestRef request, ForwardedAnswer answer) {
    open_.take_back(request, std::move(answer));
}

void Endpoint::on_forwarded_dropped(RequestRef request) {
    open_.take_back_dropped(request);
}

void Endpoint::answer(const LiveSession& session, Respond respond) {
    if (respond.status == 200) {
        send_xml(respond.to, session.session().content_type(), std::move(respond.xml));
    } else {
        open_.respond(respond.to, {.status = respond.status});
    }
}

void Endpoint::keep(const LiveSession& session, std::vector<CachedAnswer> last) {
    const Session& ended = session.session();
    tombstones_.add(std::string(ended.sid()), ended.content_type(), std::move(last),
                    session.creator());
}

void Endpoint::send_xml(RequestRef request, std::string_view content_type, base::SliceChain xml) {
    http::Response response{.content_type = content_type, .body = std::move(xml)};
    if (content_type.starts_with("text/html")) response.fields = kSandbox;
    open_.respond(request, std::move(response));
}

void Endpoint::on_opened(const LiveSession& session) {
    tell(base::SessionEvent::Opened, session);
}

void Endpoint::on_login(LiveSession& session) {
    env_.metrics.add(Counter::BoshLogins);
    limits_->on_login(session.seat());
    tell(base::SessionEvent::Authenticated, session);
}

void Endpoint::on_ended(const LiveSession& session, std::string_view cause) {
    tell(base::SessionEvent::Ended, session, cause);
}

void Endpoint::tell(base::SessionEvent event, const LiveSession& session, std::string_view cause) {
    if (watcher_ == nullptr || !watcher_->wants(event)) return;
    const Session& engine = session.session();
    std::string client = session.creator().peer.host();
    watcher_->on_session({.event = event,
                          .transport = base::Transport::Bosh,
                          .sid = base::sid_prefix(engine.sid()),
                          .domain = engine.domain(),
                          .client = client,
                          .cause = cause});
}

void Endpoint::on_session_over(LiveSession& session) {
    if (limits_ != nullptr) limits_->leave_session(session.seat());
    std::unique_ptr<LiveSession> over = sessions_.take(session.session().sid());
    if (!over) return;
    places_->leave();
    former_.add(over->session().sid(),
                over->session().record().happened(base::FlightEvent::ClientSilent), env_.now());
    env_.retired.retire(std::move(over));
}

bool Endpoint::shut_down(size_t most) {
    draining_ = true;
    return told_of_shutdown_.go_on(
        most, SessionTable::portions(),
        [this](size_t portion, std::vector<SessionId>& sids) {
            sessions_.for_each_of(portion, [&](const LiveSession& session) {
                sids.emplace_back(session.session().sid());
            });
        },
        [this](const SessionId& sid) {
            if (LiveSession* session = sessions_.find(sid.view())) session->on_shutdown();
        });
}

} // namespace bosh
