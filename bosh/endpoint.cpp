#include "bosh/endpoint.h"

#include "bosh/client_safety.h"
#include "bosh/info_page.h"
#include "http/limits.h"
#include "http/response_writer.h"
#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <utility>

namespace bosh {

namespace {

using base::Counter;

constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n"; // B-031
constexpr std::string_view kVary = "Vary: Accept-Encoding\r\n";
// S-046: with such a type a browser would show other users' XML as a page of ours.
constexpr std::string_view kSandbox = "Content-Security-Policy: default-src 'none'; sandbox\r\n";

// Below, the head of an answer outweighs what compression saves.
constexpr size_t kLeastCodedBytes = 256;

// S-014: a compressed length tells something of what was compressed. What authenticates is not
// compressed, whoever else had a say in the same answer. A stanza is one slice, its namespaces in
// it.
bool holds_sasl(const base::SliceChain& body) {
    return std::ranges::any_of(body, [](const base::Slice& slice) {
        return slice.view().contains(xmpp::kSaslNamespace) ||
               slice.view().contains(xmpp::kSasl2Namespace);
    });
}

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
    : env_(env), settings_(settings), domains_(domains), upstreams_(upstreams), place_(place),
      coder_(env.pool), codec_(env, check, settings.max_body_bytes), tombstones_(env) {}

Endpoint::~Endpoint() = default;

Endpoint::Verdict Endpoint::on_head(const http::RequestHead& head, const http::ClientFacts&) {
    if (head.method == http::Method::Post) return {.max_body_bytes = settings_.max_body_bytes};
    bool looks = head.method == http::Method::Get || head.method == http::Method::Head;
    if (looks && settings_.info_page) return {.refusal = info_page()};
    std::string allow = "Allow: ";
    allow.append(allowed_methods(settings_)).append("\r\n");
    return {.refusal = http::Response{.status = 405, .fields = std::move(allow)}};
}

void Endpoint::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                          const http::ClientFacts& client) {
    env_.metrics.add(Counter::BoshRequests);
    note_open(request, head);
    if (!decode_content(request, head, body)) return;
    Decoded decoded = codec_.decode(body);
    if (!decoded.has_attributes) { // B-305: nobody proved to own a session
        refuse(request, Condition::BadRequest, false, decoded.fault ? decoded.fault->what : "");
        return;
    }
    if (!decoded.body.has_sid) {
        create_session(request, std::move(decoded), client);
        return;
    }
    auto found = sessions_.find(decoded.body.sid);
    if (found == sessions_.end()) {
        answer_repeat(request, decoded.body, client);
        return;
    }
    LiveSession& session = *found->second;
    if (!is_as_safe(client, session.creator())) {
        drop(request, decoded.body, client);
        return;
    }
    if (decoded.fault) {
        env_.log.debug("request.refused", {{"sid", base::sid_prefix(session.session().sid())},
                                           {"reason", decoded.fault->what},
                                           {"at", decoded.fault->at}});
    }
    open_requests_[request.index].session = &session;
    session.on_request(request, std::move(decoded));
}

// S-021
void Endpoint::drop(http::RequestRef request, const BodyIn& body, const http::ClientFacts& client) {
    env_.metrics.add(Counter::RequestsDropped);
    env_.log.debug("request.dropped", {{"sid", base::sid_prefix(body.sid)},
                                       {"peer", client.peer.host()},
                                       {"reason", "not as safe as the creation of the session"}});
    responder_->drop(request);
}

void Endpoint::note_open(http::RequestRef request, const http::RequestHead& head) {
    if (request.index >= open_requests_.size()) open_requests_.resize(request.index + 1UL);
    OpenRequest& open = open_requests_[request.index];
    open = {.generation = request.generation};
    if (settings_.compression) open.accepted = http::accepted_codings(head.fields);
}

// The body as it was before it was compressed. False: the request is answered.
bool Endpoint::decode_content(http::RequestRef request, const http::RequestHead& head,
                              base::Slice& body) {
    auto coding = http::content_coding_of(head.fields);
    if (coding == http::ContentCoding::Identity) return true;
    if (!coding || !settings_.compression) { // B-016
        refuse(request, Condition::BadRequest, false, "content coding not offered");
        return false;
    }
    auto plain = coder_.decode(*coding, body.view(), settings_.max_body_bytes);
    bool too_large = !plain && plain.error() == http::DecodeFault::TooLarge;
    if (too_large) { // B-032, S-013; the sid was not read
        http::Response response = http::plain_response(413);
        response.close = true;
        send(request, std::move(response));
    } else if (!plain) {
        refuse(request, Condition::BadRequest, false, "body not in its content coding");
    } else if (plain->size() > http::kAlwaysTakenBytes &&
               env_.pool.used_bytes() > env_.pool.budget_bytes()) {
        send(request, http::plain_response(503)); // as if it had come uncompressed
    } else {
        body = std::move(*plain);
        return true;
    }
    return false;
}

// S-004. Who asks for sessions that are not there again and again is guessing, or has not noticed
// that its own is gone. It is slowed down; others behind the same address use theirs on.
void Endpoint::refuse_unknown(http::RequestRef request, const http::ClientFacts& client) {
    if (limits_ != nullptr) {
        if (auto verdict = limits_->take_miss(client); !verdict.granted()) {
            send(request, http::limit_response(verdict));
            return;
        }
    }
    refuse(request, Condition::ItemNotFound, false, "unknown sid");
}

// B-061: what is in the way of one more session; None if there is room.
Condition Endpoint::admit(const http::ClientFacts& client, http::ClientLimits::Seat& seat) const {
    using Outcome = http::ClientLimits::Verdict::Outcome;
    if (draining_) return Condition::SystemShutdown;
    if (sessions_.size() >= settings_.max_sessions) {
        env_.metrics.add(Counter::SessionsRefused);
        return Condition::InternalServerError;
    }
    if (env_.pool.above_high_water()) {
        env_.metrics.add(Counter::MemoryRefused);
        return Condition::InternalServerError;
    }
    if (limits_ == nullptr) return Condition::None;
    switch (limits_->enter_session(client, seat).outcome) {
    case Outcome::Granted: return Condition::None;
    case Outcome::AddressAtLimit: return Condition::PolicyViolation;
    case Outcome::AllAtLimit: return Condition::InternalServerError;
    }
    return Condition::InternalServerError;
}

void Endpoint::create_session(http::RequestRef request, Decoded decoded,
                              const http::ClientFacts& client) {
    bool legacy = !decoded.creation.ver;
    if (decoded.fault) {
        refuse(request, Condition::BadRequest, legacy, decoded.fault->what);
        return;
    }
    if (!client.encrypted && !settings_.see_other_uri.empty()) { // B-060
        refuse(request, Condition::SeeOtherUri, legacy, "not encrypted",
               uri_element(env_.pool, settings_.see_other_uri));
        return;
    }
    auto granted = negotiate(decoded.body, decoded.creation, settings_, domains_);
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
    auto session = std::make_unique<LiveSession>(
        env_, static_cast<LiveSession::Host&>(*this), upstreams_, domains_,
        std::move(granted->terms), settings_, actions_, make_session_id(place_), client);
    session->seat() = seat;
    LiveSession& started = *session;
    sessions_.emplace(started.session().sid(), std::move(session));
    open_requests_[request.index].session = &started;
    started.start(request, std::move(granted->stream), std::move(decoded.body), client);
}

void Endpoint::refuse(http::RequestRef request, Condition condition, bool legacy, const char* what,
                      base::SliceChain payload) {
    env_.log.debug("request.refused", {{"condition", to_string(condition)}, {"reason", what}});
    http::Response response;
    if (legacy) response.status = legacy_status(condition);
    if (response.status == 200) {
        response.content_type = kDefaultContentType;
        response.body = encode(env_.pool, {.type = BodyOut::Type::Terminate,
                                           .condition = condition,
                                           .payloads = std::move(payload)});
    }
    send(request, std::move(response));
}

// B-225, B-226: the session may have ended, and the client does not know.
void Endpoint::answer_repeat(http::RequestRef request, const BodyIn& body,
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
        refuse_unknown(request, client);
    }
}

void Endpoint::on_request_lost(http::RequestRef request) {
    if (request.index >= open_requests_.size()) return;
    OpenRequest& open = open_requests_[request.index];
    if (open.generation != request.generation) return;
    LiveSession* session = std::exchange(open, {}).session;
    if (session != nullptr) session->on_request_lost(request); // not of one that was dropped
}

void Endpoint::answer(const LiveSession& session, Respond respond) {
    if (respond.status == 200) {
        send_xml(respond.to, session.session().content_type(), std::move(respond.xml));
    } else {
        send(respond.to, {.status = respond.status});
    }
}

void Endpoint::keep(const LiveSession& session, std::vector<CachedAnswer> last) {
    const Session& ended = session.session();
    tombstones_.add(ended.sid(), ended.content_type(), std::move(last), session.creator());
}

void Endpoint::send_xml(http::RequestRef request, std::string_view content_type,
                        base::SliceChain xml) {
    http::Response response{.content_type = std::string(content_type), .body = std::move(xml)};
    if (content_type.starts_with("text/html")) response.fields = kSandbox;
    send(request, std::move(response));
}

void Endpoint::send(http::RequestRef request, http::Response response) {
    OpenRequest open = std::exchange(open_requests_[request.index], {});
    response.fields += kNoStore;
    if (settings_.compression) encode_content(response, open.accepted);
    responder_->respond(request, std::move(response));
}

// B-015, for a replay too: it is coded as the repeated request allows (B-107).
void Endpoint::encode_content(http::Response& response, const http::AcceptedCodings& accepted) {
    response.fields += kVary;
    bool worth_it = response.body.size_bytes() >= kLeastCodedBytes || !accepted.identity;
    if (accepted.best == http::ContentCoding::Identity || response.body.empty() || !worth_it ||
        holds_sasl(response.body)) {
        return;
    }
    base::SliceChain coded = coder_.encode(accepted.best, response.body);
    if (coded.size_bytes() >= response.body.size_bytes() && accepted.identity) return;
    response.fields.append("Content-Encoding: ").append(to_string(accepted.best)).append("\r\n");
    response.body = std::move(coded);
}

void Endpoint::on_login(LiveSession& session) {
    limits_->on_login(session.seat());
}

void Endpoint::on_session_over(LiveSession& session) {
    if (limits_ != nullptr) limits_->leave_session(session.seat());
    auto found = sessions_.find(session.session().sid());
    if (found == sessions_.end()) return;
    env_.retired.retire(std::move(found->second));
    sessions_.erase(found);
}

void Endpoint::shut_down() {
    draining_ = true;
    std::vector<LiveSession*> all;
    all.reserve(sessions_.size());
    for (auto& [sid, session] : sessions_) all.push_back(session.get());
    for (LiveSession* session : all) session->on_shutdown();
}

} // namespace bosh
