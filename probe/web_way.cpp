#include "probe/web_way.h"

#include "net/address.h"
#include "probe/bosh_stream.h"
#include "probe/stream_features.h"
#include "probe/stream_login.h"

#include <utility>

namespace probe {

namespace {

// A sid is a bearer secret: as much of it as the log shows.
constexpr size_t kShownOfSid = 8;

void add_facts(Step& step, const HttpExchange& http) {
    if (!http.address.empty()) step.add("address", http.address);
    step.add("lookup_ms", http.lookup.count());
    step.add("tcp_ms", http.tcp.count());
    if (http.tls.count() > 0) step.add("tls_ms", http.tls.count());
    if (http.days_left) {
        step.add("expires", http.expires);
        step.add("days_left", *http.days_left);
    }
    if (http.answer.status != 0) step.add("status", http.answer.status);
}

} // namespace

WebWay::WebWay(xmpp::XmlCheck& check, const Plan& plan, Report& report)
    : plan_(plan), report_(report), http_(plan), bosh_(http_, check, plan.domain) {}

bool WebWay::run(const Deadline& deadline) {
    if (!open_session(deadline) || !read_features(deadline)) return false;
    return !plan_.account.given() || log_in(deadline);
}

// The request that opens the session tests the URL as well: what HTTP has to say about it is a step
// of its own.
bool WebWay::open_session(const Deadline& deadline) {
    Step url = Step::on(Way::Web, "url");
    Stopwatch watch;
    BoshReply reply = bosh_.create(deadline);
    base::Duration took = watch.elapsed();
    url.add("url", plan_.url);
    add_facts(url, reply.http);
    url.took = reply.http.lookup + reply.http.tcp + reply.http.tls;
    address_ = reply.http.address;
    if (!reply.ok() && !reply.body) {
        url.took = took;
        return end(std::move(url), reply.problem, reply.detail);
    }
    Step session = Step::on(Way::Web, "session");
    session.took = took - url.took;
    report_.add(std::move(url));
    if (!reply.ok()) return end(std::move(session), reply.problem, reply.detail);
    session.add("sid", reply.body->attribute("sid").substr(0, kShownOfSid));
    for (const char* each : {"wait", "hold", "requests", "inactivity", "ver"}) {
        std::string value = reply.body->attribute(each);
        if (!value.empty()) session.add(each, value);
    }
    return report_.add(std::move(session));
}

bool WebWay::read_features(const Deadline& deadline) {
    Step step = Step::on(Way::Web, "features");
    Stopwatch watch;
    BoshReply reply;
    auto features = bosh_.await(is_features, deadline, reply);
    step.took = watch.elapsed();
    if (!features) return end(std::move(step), reply.problem, reply.detail);
    mechanisms_ = add_facts(step, *features);
    auto lack = lack_of_mechanism(mechanisms_, plan_.account);
    if (lack) return end(std::move(step), Problem::NoUsableMechanism, *lack);
    return report_.add(std::move(step));
}

bool WebWay::log_in(const Deadline& deadline) {
    Step step = Step::on(Way::Web, "login");
    Stopwatch watch;
    std::string mechanism = mechanism_for(mechanisms_, plan_.account.anonymous);
    step.add("mechanism", mechanism);
    if (mechanism == "PLAIN" && may_be_overheard()) {
        return end(std::move(step), Problem::NoUsableMechanism,
                   "it offers only PLAIN, which the probe does not send over http to another host");
    }
    BoshStream stream(bosh_);
    LoginOutcome outcome = authenticate(stream, mechanism, plan_.domain, plan_.account, deadline);
    if (outcome.problem == Problem::None) outcome = bind(stream, deadline);
    step.took = watch.elapsed();
    if (outcome.problem != Problem::None) {
        return end(std::move(step), outcome.problem, outcome.detail);
    }
    step.add("jid", outcome.jid);
    jid_ = outcome.jid;
    return report_.add(std::move(step));
}

bool WebWay::may_be_overheard() const {
    auto address = net::Address::parse(address_, 0);
    return plan_.url.starts_with("http:") && plan_.url_door.socket.empty() &&
           !(address && address->is_loopback());
}

bool WebWay::end(Step step, Problem problem, std::string detail) {
    step.finding =
        Finding(problem, {.domain = plan_.domain, .place = plan_.url, .detail = std::move(detail)});
    return report_.add(std::move(step));
}

} // namespace probe
