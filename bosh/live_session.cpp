#include "bosh/live_session.h"

#include <utility>

namespace bosh {

using base::Counter;

LiveSession::LiveSession(base::Env& env, Host& host, xmpp::UpstreamFactory& upstreams, Terms terms,
                         const Settings& settings, ActionQueue& actions, std::string sid)
    : env_(env), host_(host), actions_(actions),
      session_(std::move(terms), std::move(sid), settings, env.pool, actions),
      upstream_(upstreams.create(session_.terms().to, *this)) {}

void LiveSession::start(RequestRef from, BodyIn body) {
    const Terms& terms = session_.terms();
    env_.metrics.add(Counter::BoshSessionsCreated);
    env_.log.info("session.created", {{"sid", base::sid_prefix(session_.sid())},
                                      {"domain", terms.to},
                                      {"wait", terms.wait.count()},
                                      {"hold", terms.hold}});
    upstream_->open({.to = terms.to, .from = terms.from, .lang = terms.lang});
    session_.on_created(from, std::move(body), env_.now());
    carry_out_actions();
}

void LiveSession::on_request(RequestRef from, Decoded decoded) {
    session_.on_request(from, std::move(decoded), env_.now());
    carry_out_actions();
}

void LiveSession::on_request_lost(RequestRef gone) {
    session_.on_request_lost(gone, env_.now());
    carry_out_actions();
}

void LiveSession::on_shutdown() {
    session_.on_shutdown(env_.now());
    carry_out_actions();
}

void LiveSession::on_deadline(base::TimePoint now) {
    session_.on_deadline(now);
    carry_out_actions();
}

void LiveSession::on_stream_opened(const xmpp::StreamOpened& header) {
    session_.on_stream_opened(header, env_.now());
    carry_out_actions();
}

void LiveSession::on_stanza(xmpp::Stanza stanza) {
    session_.on_stanza(std::move(stanza), env_.now());
    carry_out_actions();
}

void LiveSession::on_batch_end() {
    session_.on_batch_end(env_.now());
    carry_out_actions();
}

void LiveSession::on_upstream_drained() {
    session_.on_upstream_drained(env_.now());
    carry_out_actions();
}

void LiveSession::on_upstream_ended(xmpp::UpstreamEnd end, base::Error reason) {
    if (end == xmpp::UpstreamEnd::ConnectFailed) {
        env_.log.warn("upstream.connect-failed", {{"sid", base::sid_prefix(session_.sid())},
                                                  {"domain", session_.terms().to},
                                                  {"reason", reason.what},
                                                  {"code", reason.code}});
    } else if (end == xmpp::UpstreamEnd::BadStream) {
        env_.log.warn("upstream.refused", {{"sid", base::sid_prefix(session_.sid())},
                                           {"domain", session_.terms().to},
                                           {"reason", reason.what}});
    }
    env_.retired.retire(std::move(upstream_));
    session_.on_upstream_ended(end, env_.now());
    carry_out_actions();
}

// What one event asked for, in order; then the one deadline that is left.
void LiveSession::carry_out_actions() {
    Action action;
    while (actions_.next(action)) {
        std::visit([this](auto& what) { carry_out(what); }, action);
    }
    env_.wheel.set(*this, session_.next_deadline());
    if (session_.over()) host_.on_session_over(*this);
}

void LiveSession::carry_out(Respond& action) {
    host_.answer(*this, std::move(action));
}

void LiveSession::carry_out(SendUpstream& action) {
    if (!upstream_) return;
    env_.metrics.add(Counter::StanzasToServer, action.count);
    upstream_->send(std::move(action.elements));
    if (upstream_->congested()) session_.on_upstream_congested();
}

void LiveSession::carry_out(const RestartStream& action) {
    if (!upstream_) return;
    const Terms& terms = session_.terms();
    upstream_->restart({.to = terms.to,
                        .from = action.from.empty() ? terms.from : action.from,
                        .lang = action.lang.empty() ? terms.lang : action.lang});
}

void LiveSession::carry_out(const PauseUpstream&) {
    if (upstream_) upstream_->pause_read();
}

void LiveSession::carry_out(const ResumeUpstream&) {
    if (upstream_) upstream_->resume_read();
}

void LiveSession::carry_out(const CloseUpstream&) {
    if (!upstream_) return;
    upstream_->close(xmpp::Upstream::CloseMode::Graceful);
    env_.retired.retire(std::move(upstream_));
}

void LiveSession::carry_out(const End& action) {
    env_.metrics.add(Counter::BoshSessionsEnded);
    env_.log.info("session.ended", {{"sid", base::sid_prefix(session_.sid())},
                                    {"domain", session_.terms().to},
                                    {"cause", action.cause}});
}

} // namespace bosh
