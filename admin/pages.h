// Pages — what the admin listener answers: /metrics, /healthz, /readyz, and the console's files.
// Life:   the subject and the server outlive it; answers are immediate.
#pragma once

#include "admin/access.h"
#include "admin/console.h"
#include "admin/subject.h"
#include "http/handler.h"
#include "http/server.h"

#include <string>
#include <utility>

namespace admin {

class Pages final : public http::Handler {
public:
    Pages(const base::Env& env, const Subject& subject, http::Responder& responder)
        : env_(env), subject_(subject), responder_(responder), console_(rules_, responder) {}

    // From now on.
    void set_token(std::string token) { rules_ = AccessRules(std::move(token)); }
    void add_routes(http::Server& server);

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef) override {}

private:
    [[nodiscard]] http::Response metrics(const http::RequestHead& head) const;
    [[nodiscard]] http::Response line(uint16_t status, std::string_view text) const;

    base::Env env_;
    const Subject& subject_;
    http::Responder& responder_;
    AccessRules rules_;
    Console console_;
};

} // namespace admin
