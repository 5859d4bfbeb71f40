#include "probe/stream_login.h"

#include "probe/diagnosis.h"
#include "probe/sasl.h"
#include "xmpp/namespaces.h"

#include <utility>

namespace probe {

namespace {

bool is_sasl(const Element& element) {
    return element.uri == xmpp::kSaslNamespace;
}

bool is_answer_to_bind(const Element& element) {
    return element.name == "iq" && element.attribute("id") == "bind";
}

std::string sasl_element(std::string_view name, std::string_view attributes,
                         const std::string& words) {
    std::string text = '<' + std::string(name) + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'" +
                       std::string(attributes);
    return text + '>' + words + "</" + std::string(name) + '>';
}

LoginOutcome failed(Problem problem, std::string detail) {
    return {.problem = problem, .detail = std::move(detail), .mechanism = {}, .jid = {}};
}

} // namespace

bool is_features(const Element& element) {
    return element.is("features", xmpp::kStreamsNamespace);
}

LoginOutcome authenticate(ElementStream& stream, const std::string& mechanism,
                          const std::string& domain, const Account& account,
                          const Deadline& deadline) {
    auto sasl = Sasl::start(mechanism, domain, account);
    if (!sasl) return failed(Problem::LoginRefused, sasl.error());
    auto words = sasl->step({});
    if (!words) return failed(Problem::LoginRefused, words.error());
    std::string said = sasl_element("auth", " mechanism='" + mechanism + '\'', *words);
    for (;;) {
        stream.send(said, deadline);
        auto heard = stream.await(is_sasl, deadline);
        if (!heard) return stream.failure();
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
        said = sasl_element("response", "", *words);
    }
}

LoginOutcome bind(ElementStream& stream, const Deadline& deadline) {
    constexpr std::string_view kAsk = "<iq xmlns='jabber:client' type='set' id='bind'>"
                                      "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    stream.restart(deadline);
    if (!stream.await(is_features, deadline)) return stream.failure();
    stream.send(kAsk, deadline);
    auto answer = stream.await(is_answer_to_bind, deadline);
    if (!answer) return stream.failure();
    const Element* bound = answer->child("bind", xmpp::kBindNamespace);
    const Element* jid = bound == nullptr ? nullptr : bound->child("jid", xmpp::kBindNamespace);
    if (jid != nullptr) {
        return {.problem = Problem::None, .detail = {}, .mechanism = {}, .jid = jid->text};
    }
    const Element* error = answer->child("error", xmpp::kClientNamespace);
    return failed(Problem::BindRefused, error == nullptr
                                            ? std::string("the answer names no JID")
                                            : error->condition(xmpp::kStanzaErrorsNamespace));
}

} // namespace probe
