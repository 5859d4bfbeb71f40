// NativeWay — straight to the XMPP server of the domain: the steps srv, address, tcp, starttls,
// tls, features and login, each a line of the report.
// Spec:   RFC 6120 §3, §5, §6; XEP-0368.
// Life:   keeps the session open for the messages, until it is destroyed.
#pragma once

#include "base/env.h"
#include "net/connector.h"
#include "net/resolver.h"
#include "probe/connection.h"
#include "probe/lookup.h"
#include "probe/native_client.h"
#include "probe/plan.h"
#include "probe/report.h"

#include <memory>
#include <string>
#include <vector>

namespace probe {

class NativeWay {
public:
    // Who connects, and who answers names. They outlive the way.
    struct Services {
        net::Connector& connector;
        net::Resolver& resolver;
        xmpp::XmlCheck& check;
    };
    NativeWay(base::Env& env, Services services, const Plan& plan, Report& report)
        : env_(env), services_(services), plan_(plan), report_(report) {}

    // Whether all went well. The session is open afterwards, if there is a client().
    bool run(Turns& turns, const Deadline& deadline);

    [[nodiscard]] NativeClient* client() { return client_.get(); }
    [[nodiscard]] const std::string& jid() const { return jid_; }

private:
    bool find_servers(Lookup& lookup);
    [[nodiscard]] std::unique_ptr<Connection> connect_to_one(Lookup& lookup, Turns& turns);
    [[nodiscard]] std::unique_ptr<Connection> connect(const Server& server, Lookup& lookup,
                                                      Turns& turns, std::vector<Step>& steps);
    bool look_up(const Server& server, Lookup& lookup, std::vector<Step>& steps);
    bool start_tls(Connection& connection);
    bool secure(Connection& connection);
    bool read_features(Connection& connection);
    bool log_in(const Deadline& deadline);

    [[nodiscard]] const char* why_libstrophe_stays_out() const;
    [[nodiscard]] Finding finding(Problem problem, std::string detail = {}) const;
    bool end(Step step, Problem problem, std::string detail = {});
    bool end(Step step, const Fault& fault);
    [[nodiscard]] std::string place() const;

    base::Env& env_;
    Services services_;
    const Plan& plan_;
    Report& report_;

    std::vector<Server> servers_;
    Server server_; // the one in use
    NativeClient::Target target_;
    std::unique_ptr<NativeClient> client_;
    std::string jid_;
};

} // namespace probe
