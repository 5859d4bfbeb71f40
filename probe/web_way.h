// WebWay — through boshcm, as a web client comes: the steps url, session, features and login, each
// a line of the report.
// Spec:   XEP-0124, XEP-0206; RFC 6120 §6, §7.
// Life:   keeps the session open for the messages, until end().
#pragma once

#include "probe/bosh_client.h"
#include "probe/plan.h"
#include "probe/report.h"

#include <string>
#include <vector>

namespace probe {

class WebWay {
public:
    WebWay(xmpp::XmlCheck& check, const Plan& plan, Report& report);
    WebWay(const WebWay&) = delete;
    WebWay& operator=(const WebWay&) = delete;
    ~WebWay() { bosh_.terminate(); }

    // Whether all went well. The session is open afterwards, if there is an account.
    bool run(const Deadline& deadline);

    [[nodiscard]] BoshClient& client() { return bosh_; }
    [[nodiscard]] const std::string& jid() const { return jid_; }
    [[nodiscard]] const std::string& place() const { return plan_.url; }

private:
    bool open_session(const Deadline& deadline);
    bool read_features(const Deadline& deadline);
    bool log_in(const Deadline& deadline);
    [[nodiscard]] bool may_be_overheard() const;

    bool end(Step step, Problem problem, std::string detail);

    const Plan& plan_;
    Report& report_;
    HttpClient http_;
    BoshClient bosh_;
    std::string address_; // that the URL led to
    std::vector<std::string> mechanisms_;
    std::string jid_;
};

} // namespace probe
