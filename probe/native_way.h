// NativeWay — straight to the XMPP server of the domain: the steps srv, address, tcp, starttls,
// tls, features and login, each a line of the report. Spec:   RFC 6120 §3, §5, §6; XEP-0368. Life:
// keeps the session open for the messages, until it is destroyed.
#pragma once

#include "base/env.h"
#include "net/connector.h"

#include <memory>
#include <optional>
#include <string>

#include "probe/connection.h"
#include "probe/native_client.h"
#include "probe/plan.h"
#include "probe/report.h"

namespace probe {

class NativeWay {
public:
    NativeWay(base::Env& env, xmpp::XmlCheck& check, net::Connector& connector, const Plan& plan,
              Report& report)
        : env_(env), check_(check), connector_(connector), plan_(plan), report_(report) {}

    // Whether all went well. The session is open afterwards, if there is an account.
    bool run(Turns& turns, const Deadline& deadline);

    [[nodiscard]] NativeClient* client() { return client_.get(); }
    [[nodiscard]] const std::string& jid() const { return jid_; }

private:
    struct Reached;

    bool connect(Connection& connection);
    bool start_tls(Connection& connection);
    bool secure(Connection& connection);
    bool read_features(Connection& connection);
    bool log_in(const Deadline& deadline);

    bool end(Step step, Problem problem, std::string detail = {});
    bool end(Step step, const Fault& fault);
    [[nodiscard]] std::string place() const;

    base::Env& env_;
    xmpp::XmlCheck& check_;
    net::Connector& connector_;
    const Plan& plan_;
    Report& report_;

    const Server* server_ = nullptr; // the one in use
    NativeClient::Target target_;
    bool secured_ = false;
    std::unique_ptr<NativeClient> client_;
    std::string jid_;
};

} // namespace probe
