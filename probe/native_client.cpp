#include "probe/native_client.h"

#include "probe/diagnosis.h"
#include "tls/certificate.h"
#include "xmpp/namespaces.h"

#include <strophe.h>

#include <algorithm>
#include <string>
#include <utility>

namespace probe {

namespace {

using namespace std::chrono_literals;

// How long libstrophe waits for its socket in one turn.
constexpr unsigned long kSocketTurnMilliseconds = 5;
// For </stream:stream>; whoever does not answer is left.
constexpr base::Duration kStreamFarewell = 1s;

struct FreeContext {
    void operator()(xmpp_ctx_t* context) const { xmpp_ctx_free(context); }
};
struct ReleaseConnection {
    void operator()(xmpp_conn_t* connection) const { xmpp_conn_release(connection); }
};

// libstrophe's flags are unsigned, and its function takes them as long.
long flags_for(ServerTls tls) {
    unsigned long flags = XMPP_CONN_FLAG_DISABLE_SM;
    switch (tls) {
    case ServerTls::Required: flags |= XMPP_CONN_FLAG_MANDATORY_TLS; break;
    case ServerTls::Direct: flags |= XMPP_CONN_FLAG_LEGACY_SSL; break;
    case ServerTls::None: flags |= XMPP_CONN_FLAG_DISABLE_TLS; break;
    case ServerTls::Optional: break;
    }
    return static_cast<long>(flags);
}

// The value of mechanism="…" in <auth/>.
std::string mechanism_in(std::string_view auth) {
    constexpr std::string_view kName = "mechanism=";
    size_t at = auth.find(kName);
    if (at == auth.npos || at + kName.size() >= auth.size()) return {};
    auth.remove_prefix(at + kName.size());
    char quote = auth.front();
    auth.remove_prefix(1);
    return std::string(auth.substr(0, auth.find(quote)));
}

} // namespace

struct NativeClient::Session {
    explicit Session(xmpp::XmlCheck& xml_check) : check(xml_check) {
        xmpp_initialize();
        log = {.handler = &Session::on_log, .userdata = this};
        context.reset(xmpp_ctx_new(nullptr, &log));
        connection.reset(xmpp_conn_new(context.get()));
    }
    ~Session() {
        connection.reset();
        context.reset();
        xmpp_shutdown();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // libstrophe gives no access to what is said before the session stands, except by its log.
    // That has passwords in it: nothing is kept but what is looked for here.
    static void on_log(void* self, xmpp_log_level_t level, const char* area, const char* message) {
        auto& session = *static_cast<Session*>(self);
        std::string_view text = message;
        if (session.state != State::LoggingIn) return;
        if (text.starts_with("RECV: ")) {
            session.on_element(text.substr(6));
        } else if (text.starts_with("SENT: <auth ")) {
            session.outcome.mechanism = mechanism_in(text);
        } else if (level == XMPP_LEVEL_ERROR || std::string_view(area) == "tls") {
            session.last_fault = text;
        }
    }

    void on_element(std::string_view text) {
        auto element = Element::parse(check, text);
        if (!element) return;
        if (element->is("failure", xmpp::kSaslNamespace)) {
            std::string condition = element->condition(xmpp::kSaslNamespace);
            fail(problem_of_sasl_failure(condition), condition);
        } else if (element->name == "iq" && element->attribute("type") == "error") {
            const Element* error = element->child("error", element->uri);
            fail(Problem::BindRefused,
                 error == nullptr ? "an error" : error->condition(xmpp::kStanzaErrorsNamespace));
        } else if (element->name == "error" || element->name == "stream:error") {
            std::string condition = element->condition(xmpp::kStreamErrorsNamespace);
            fail(problem_of_stream_error(condition), condition);
        }
    }

    void fail(Problem problem, std::string detail) {
        if (state != State::LoggingIn) return;
        outcome.problem = problem;
        outcome.detail = std::move(detail);
        state = State::Failed;
    }

    static void on_event(xmpp_conn_t* connection, xmpp_conn_event_t event, int /*error*/,
                         xmpp_stream_error_t* /*stream_error*/, void* self) {
        auto& session = *static_cast<Session*>(self);
        if (event == XMPP_CONN_CONNECT && session.state == State::LoggingIn) {
            xmpp_handler_add(connection, &Session::on_message, nullptr, "message", nullptr, self);
            session.outcome.jid = xmpp_conn_get_bound_jid(connection);
            session.state = State::Open;
        } else if (event == XMPP_CONN_DISCONNECT || event == XMPP_CONN_FAIL) {
            session.fail(Problem::LoginRefused, session.last_fault.empty()
                                                    ? "the connection was closed"
                                                    : session.last_fault);
            session.state = State::Closed;
        }
    }

    static int on_message(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* self) {
        auto& session = *static_cast<Session*>(self);
        char* text = nullptr;
        size_t size = 0;
        if (xmpp_stanza_to_text(stanza, &text, &size) == XMPP_EOK) {
            auto element = Element::parse(session.check, {text, size});
            if (element) session.received.push_back(std::move(*element));
            xmpp_free(session.context.get(), text);
        }
        return 1; // and the next
    }

    // A certificate that libstrophe's rules refuse (it knows host names only, and no pins) is good
    // if it is one of the chain that tls/ has verified for this domain a moment ago.
    static int on_certificate(const xmpp_tlscert_t* certificate, const char* why) {
        auto facts = tls::facts_of_pem(xmpp_tlscert_get_pem(certificate));
        bool known = facts && std::ranges::find(current->verified_keys, facts->spki_sha256) !=
                                  current->verified_keys.end();
        if (!known) current->last_fault = why;
        return known ? 1 : 0;
    }

    enum class State : uint8_t { LoggingIn, Open, Failed, Closed };

    xmpp::XmlCheck& check;
    xmpp_log_t log{};
    std::unique_ptr<xmpp_ctx_t, FreeContext> context;
    std::unique_ptr<xmpp_conn_t, ReleaseConnection> connection;
    State state = State::LoggingIn;
    std::vector<std::string> verified_keys;
    std::string last_fault;
    LoginOutcome outcome;
    std::vector<Element> received;

    // That callback alone gets no pointer of ours.
    static inline Session* current = nullptr;
};

NativeClient::NativeClient(xmpp::XmlCheck& check) : session_(std::make_unique<Session>(check)) {}

NativeClient::~NativeClient() {
    log_out();
}

LoginOutcome NativeClient::log_in(const Target& target, const std::string& domain,
                                  const Account& account, const Deadline& deadline) {
    Session& session = *session_;
    session.verified_keys = target.verified_keys;
    Session::current = session_.get();
    xmpp_conn_t* connection = session.connection.get();
    std::string jid = account.anonymous ? domain : account.user + '@' + domain;
    xmpp_conn_set_flags(connection, flags_for(target.tls));
    xmpp_conn_set_jid(connection, jid.c_str());
    if (!account.anonymous) xmpp_conn_set_pass(connection, account.password.c_str());
    if (!target.ca_file.empty()) xmpp_conn_set_cafile(connection, target.ca_file.c_str());
    xmpp_conn_set_certfail_handler(connection, &Session::on_certificate);
    if (xmpp_connect_client(connection, target.address.host().c_str(), target.address.port,
                            &Session::on_event, &session) != XMPP_EOK) {
        session.fail(Problem::ConnectFailed, "no second connection");
    }
    while (session.state == Session::State::LoggingIn && !deadline.over()) take_turn();
    session.fail(Problem::LoginRefused, "no answer in time");
    return session.outcome;
}

void NativeClient::send(std::string_view xml) {
    if (session_->state != Session::State::Open) return;
    xmpp_send_raw(session_->connection.get(), xml.data(), xml.size());
}

void NativeClient::take_turn() {
    xmpp_run_once(session_->context.get(), kSocketTurnMilliseconds);
}

const std::vector<Element>& NativeClient::received() const {
    return session_->received;
}

void NativeClient::log_out() {
    xmpp_conn_t* connection = session_->connection.get();
    if (xmpp_conn_is_disconnected(connection) != 0) return;
    xmpp_disconnect(connection);
    Deadline farewell(kStreamFarewell);
    while (xmpp_conn_is_disconnected(connection) == 0 && !farewell.over()) take_turn();
}

} // namespace probe
