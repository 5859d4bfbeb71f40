// Visit — what the checks share: the plan, the way to reach things, what was found, and what
// earlier checks have learned. Each check is a function of it.
#pragma once

#include "base/time.h"
#include "doctor/finding.h"
#include "doctor/fixes.h"
#include "doctor/front.h"
#include "doctor/http.h"
#include "doctor/plan.h"
#include "xmpp/xml_check.h"

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

struct Visit {
    explicit Visit(const Plan& given);

    const Plan& plan;
    Reach reach;
    Http http{reach};
    xmpp::XmlCheck check;
    Findings findings;

    // Learned on the way.
    Front front;
    std::string domain;
    std::string bosh_url;
    std::string websocket_url;
    int64_t granted_wait_s = 60; // to who asks for a minute
    bool bosh_works = false;
    bool websocket_works = false;
    base::Duration upload_took{0}; // a large request's, which goes no further than boshcm

    // For how long boshcm may hold a request.
    [[nodiscard]] int64_t wait_s() const {
        return plan.own ? plan.own->wait.count() : granted_wait_s;
    }
    [[nodiscard]] Needs needs() const;
    [[nodiscard]] std::vector<Fix> fixes(Topic topic) const {
        return doctor::fixes(topic, front, needs());
    }
    void problem(std::string name, std::string title, std::string seen, std::string why,
                 std::vector<Fix> lines) {
        findings.add({Severity::Problem, std::move(name), std::move(title), std::move(seen),
                      std::move(why), std::move(lines)});
    }
    void warning(std::string name, std::string title, std::string seen, std::string why,
                 std::vector<Fix> lines) {
        findings.add({Severity::Warning, std::move(name), std::move(title), std::move(seen),
                      std::move(why), std::move(lines)});
    }
    void hint(std::string name, std::string title, std::string seen, std::string why,
              std::vector<Fix> lines = {}) {
        findings.add({Severity::Hint, std::move(name), std::move(title), std::move(seen),
                      std::move(why), std::move(lines)});
    }
    // Whom pages of other sites come from.
    [[nodiscard]] std::string origin() const;
};

// "https://chat.example:8443/http-bind" in parts.
struct UrlParts {
    std::string scheme;
    std::string host; // without brackets
    std::string port;
    std::string authority;
    std::string path; // "/" at least
};
[[nodiscard]] UrlParts parts_of(std::string_view url);
// "1.9 s"
[[nodiscard]] std::string seconds(base::Duration time);

} // namespace doctor
