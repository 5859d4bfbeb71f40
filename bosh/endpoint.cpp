#include "bosh/endpoint.h"

#include <utility>

namespace bosh {

namespace {

using base::Counter;

constexpr std::string_view kAllow = "Allow: POST, OPTIONS\r\n";
constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n"; // B-031
// S-046: with such a type a browser would show other users' XML as a page of ours.
constexpr std::string_view kSandbox = "Content-Security-Policy: default-src 'none'; sandbox\r\n";

bool is_coded(const http::RequestHead& head) {
    std::string_view coding = head.fields.find("content-encoding");
    return !coding.empty() && coding != "identity";
}

} // namespace

Endpoint::Endpoint(base::Env& env, const Settings& settings, const Domains& domains,
                   xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check, Place place)
    : env_(env), settings_(settings), domains_(domains), upstreams_(upstreams), place_(place),
      codec_(env, check, settings.max_body_bytes) {}

Endpoint::~Endpoint() = default;

Endpoint::Verdict Endpoint::on_head(const http::RequestHead& head, const http::ClientFacts&) {
    if (head.method == http::Method::Post) return {.max_body_bytes = settings_.max_body_bytes};
    return {.refusal = http::Response{.status = 405, .fields = std::string(kAllow)}};
}

void Endpoint::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                          const http::ClientFacts& client) {
    env_.metrics.add(Counter::BoshRequests);
    if (is_coded(head)) { // B-016: we have offered no coding
        refuse(request, Condition::BadRequest, false, "content coding not offered");
        return;
    }
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
        refuse(request, Condition::ItemNotFound, false, "unknown sid");
        return;
    }
    LiveSession& session = *found->second;
    if (decoded.fault) {
        env_.log.debug("request.refused", {{"sid", base::sid_prefix(session.session().sid())},
                                           {"reason", decoded.fault->what},
                                           {"at", decoded.fault->at}});
    }
    note_owner(request, &session);
    session.on_request(request, std::move(decoded));
}

void Endpoint::create_session(http::RequestRef request, Decoded decoded, const http::ClientFacts&) {
    bool legacy = !decoded.creation.ver;
    if (decoded.fault) {
        refuse(request, Condition::BadRequest, legacy, decoded.fault->what);
        return;
    }
    auto terms = negotiate(decoded.body, decoded.creation, settings_, domains_);
    if (!terms) {
        refuse(request, terms.error().condition, terms.error().legacy, terms.error().what);
        return;
    }
    if (draining_) {
        refuse(request, Condition::SystemShutdown, legacy, "shutting down");
        return;
    }
    if (sessions_.size() >= settings_.max_sessions || env_.pool.above_high_water()) {
        refuse(request, Condition::InternalServerError, legacy, "at the limit"); // B-061
        return;
    }
    auto session = std::make_unique<LiveSession>(env_, static_cast<LiveSession::Host&>(*this),
                                                 upstreams_, domains_, std::move(*terms), settings_,
                                                 actions_, make_session_id(place_));
    LiveSession& started = *session;
    sessions_.emplace(started.session().sid(), std::move(session));
    note_owner(request, &started);
    started.start(request, std::move(decoded.body));
}

void Endpoint::refuse(http::RequestRef request, Condition condition, bool legacy,
                      const char* what) {
    env_.log.debug("request.refused", {{"condition", to_string(condition)}, {"reason", what}});
    http::Response response{.fields = std::string(kNoStore)};
    if (legacy) response.status = legacy_status(condition);
    if (response.status == 200) {
        response.content_type = kDefaultContentType;
        response.body =
            encode(env_.pool, {.type = BodyOut::Type::Terminate, .condition = condition});
    }
    responder_->respond(request, std::move(response));
}

void Endpoint::on_request_lost(http::RequestRef request) {
    if (request.index >= owners_.size()) return;
    OpenRequestOwner& owner = owners_[request.index];
    if (owner.generation != request.generation) return;
    LiveSession* session = std::exchange(owner, {}).session;
    session->on_request_lost(request);
}

void Endpoint::note_owner(http::RequestRef request, LiveSession* session) {
    if (request.index >= owners_.size()) owners_.resize(request.index + 1UL);
    owners_[request.index] = {.generation = request.generation, .session = session};
}

void Endpoint::answer(const LiveSession& session, Respond respond) {
    owners_[respond.to.index] = {};
    http::Response response{.status = respond.status, .fields = std::string(kNoStore)};
    if (respond.status == 200) {
        response.content_type = session.session().content_type();
        response.body = std::move(respond.xml);
        if (response.content_type.starts_with("text/html")) response.fields += kSandbox;
    }
    responder_->respond(respond.to, std::move(response));
}

void Endpoint::on_session_over(LiveSession& session) {
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
