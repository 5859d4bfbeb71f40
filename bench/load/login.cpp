#include "bench/load/login.h"

#include "bench/load/glance.h"
#include "bench/load/sasl_plain.h"

namespace load {

namespace {

constexpr std::string_view kBindId = "bind";

} // namespace

Login::Step Login::on_element(base::ByteView element) {
    std::string_view name = local_name(element);
    if (name == "error") { // of the stream
        return {.kind = Step::Kind::Refused,
                .text = "stream-error " + std::string(first_child(element))};
    }
    switch (state_) {
    case State::AwaitingMechanisms:
        if (name == "features") return authenticate(element);
        break;
    case State::AwaitingSuccess:
        if (name == "failure") {
            return {.kind = Step::Kind::Refused,
                    .text = "login-refused " + std::string(first_child(element))};
        }
        if (name == "success") {
            state_ = State::AwaitingBind;
            return {.kind = Step::Kind::Restart};
        }
        break;
    case State::AwaitingBind:
        if (name == "features") return bind(element);
        break;
    case State::AwaitingJid:
        if (name == "iq" && attribute(element, "id") == kBindId) return take_jid(element);
        break;
    }
    return {};
}

Login::Step Login::authenticate(base::ByteView features) {
    std::string_view mechanism = account_.user.empty() ? "ANONYMOUS" : "PLAIN";
    std::string offer = "<mechanism>" + std::string(mechanism) + "</mechanism>";
    if (features.find(offer) == std::string_view::npos) {
        return {.kind = Step::Kind::Refused, .text = "not offered: " + std::string(mechanism)};
    }
    state_ = State::AwaitingSuccess;
    std::string auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='";
    auth.append(mechanism);
    if (account_.user.empty()) return {.kind = Step::Kind::Send, .text = auth.append("'/>")};
    auth.append("'>").append(plain_response(account_.user, account_.password)).append("</auth>");
    return {.kind = Step::Kind::Send, .text = auth};
}

Login::Step Login::bind(base::ByteView features) {
    if (features.find("urn:ietf:params:xml:ns:xmpp-bind") == std::string_view::npos) {
        return {.kind = Step::Kind::Refused, .text = "not offered: bind"};
    }
    state_ = State::AwaitingJid;
    std::string iq = "<iq xmlns='jabber:client' type='set' id='";
    iq.append(kBindId).append("'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                              "<resource>load</resource></bind></iq>");
    return {.kind = Step::Kind::Send, .text = iq};
}

Login::Step Login::take_jid(base::ByteView iq) {
    jid_ = text_of(iq, "jid");
    if (jid_.empty()) return {.kind = Step::Kind::Refused, .text = "bind-refused"};
    return {.kind = Step::Kind::Done};
}

} // namespace load
