#include "probe/web_way.h"

#include "net/address.h"
#include "xmpp/namespaces.h"

#include <utility>

#include "probe/sasl.h"
#include "probe/stream_features.h"

namespace probe {

namespace {

constexpr std::string_view kBindNamespace = "urn:ietf:params:xml:ns:xmpp-bind";
constexpr std::string_view kStanzaErrorsNamespace = "urn:ietf:params:xml:ns:xmpp-stanzas";

// A sid is a bearer secret: as much of it as the log shows.
constexpr size_t kShownOfSid = 8;

Step step_named(std::string name) {
    Step step;
    step.way = Way::Web;
    step.name = std::move(name);
    return step;
}

bool is_sasl(const Element& element) {
    return element.uri == xmpp::kSaslNamespace;
}

bool is_features(const Element& element) {
    return element.is("features", xmpp::kStreamsNamespace);
}

std::string sasl_element(std::string_view name, std::string_view attributes,
                         const std::string& words) {
    std::string text = '<' + std::string(name) + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'" +
                       std::string(attributes);
    return text + '>' + words + "</" + std::string(name) + '>';
}

LoginOutcome failed(const BoshReply& reply) {
    return {.problem = reply.problem, .detail = reply.detail, .mechanism = {}, .jid = {}};
}

LoginOutcome failed(Problem problem, std::string detail) {
    return {.problem = problem, .detail = std::move(detail), .mechanism = {}, .jid = {}};
}

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
    Step url = step_named("url");
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
    Step session = step_named("session");
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
    Step step = step_named("features");
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
    Step step = step_named("login");
    Stopwatch watch;
    std::string mechanism = mechanism_for(mechanisms_, plan_.account.anonymous);
    step.add("mechanism", mechanism);
    if (mechanism == "PLAIN" && may_be_overheard()) {
        return end(std::move(step), Problem::NoUsableMechanism,
                   "it offers only PLAIN, which the probe does not send over http to another host");
    }
    LoginOutcome outcome = authenticate(mechanism, deadline);
    if (outcome.problem == Problem::None) outcome = bind(deadline);
    step.took = watch.elapsed();
    if (outcome.problem != Problem::None) {
        return end(std::move(step), outcome.problem, outcome.detail);
    }
    step.add("jid", outcome.jid);
    jid_ = outcome.jid;
    return report_.add(std::move(step));
}

LoginOutcome WebWay::authenticate(const std::string& mechanism, const Deadline& deadline) {
    auto sasl = Sasl::start(mechanism, plan_.domain, plan_.account);
    if (!sasl) return failed(Problem::LoginRefused, sasl.error());
    auto words = sasl->step({});
    if (!words) return failed(Problem::LoginRefused, words.error());
    BoshReply reply =
        bosh_.send(sasl_element("auth", " mechanism='" + mechanism + '\'', *words), deadline);
    for (;;) {
        auto heard = bosh_.await(is_sasl, deadline, reply);
        if (!heard) return failed(reply);
        if (heard->name == "failure") {
            std::string condition = heard->condition(xmpp::kSaslNamespace);
            return failed(problem_of_sasl_failure(condition), condition);
        }
        // What comes with <success/> is the server's proof (SCRAM); it may have come before it.
        bool success = heard->name == "success";
        if (success && heard->text.empty() && sasl->finished()) return {};
        words = sasl->step(heard->text);
        if (!words) return failed(Problem::LoginRefused, words.error());
        if (success && sasl->finished()) return {};
        if (success) return failed(Problem::LoginRefused, "the server did not prove itself");
        reply = bosh_.send(sasl_element("response", "", *words), deadline);
    }
}

LoginOutcome WebWay::bind(const Deadline& deadline) {
    BoshReply reply = bosh_.restart(deadline);
    if (!bosh_.await(is_features, deadline, reply)) return failed(reply);
    reply = bosh_.send("<iq xmlns='jabber:client' type='set' id='bind'>"
                       "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                       deadline);
    auto answer = bosh_.await(
        [](const Element& each) { return each.name == "iq" && each.attribute("id") == "bind"; },
        deadline, reply);
    if (!answer) return failed(reply);
    const Element* bound = answer->child("bind", kBindNamespace);
    const Element* jid = bound == nullptr ? nullptr : bound->child("jid", kBindNamespace);
    if (jid != nullptr) {
        return {.problem = Problem::None, .detail = {}, .mechanism = {}, .jid = jid->text};
    }
    const Element* error = answer->child("error", xmpp::kClientNamespace);
    return failed(Problem::BindRefused, error == nullptr
                                            ? std::string("the answer names no JID")
                                            : error->condition(kStanzaErrorsNamespace));
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
