// Api — what administrators' programs ask and tell the daemon, as JSON: everything below /api/.
// Spec:   docs/admin.md; the table of what there is, api.cpp; what each does, api_*.cpp.
// Errors: {"error": "words"}, with the status that fits.
// Life:   what it asks and the server outlive it.
#pragma once

#include "admin/access.h"
#include "admin/api_services.h"
#include "base/env.h"
#include "http/handler.h"
#include "http/server.h"

#include <string>
#include <utility>

namespace admin {

class Api final : public http::Handler {
public:
    Api(const base::Env& env, const ApiServices& services, http::Responder& responder)
        : env_(env), services_(services), responder_(responder) {}

    // From now on.
    void set_token(std::string token) { rules_ = AccessRules(std::move(token)); }
    void add_routes(http::Server& server);

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef) override {} // its answer will find nobody

private:
    base::Env env_;
    ApiServices services_;
    http::Responder& responder_;
    AccessRules rules_;
};

} // namespace admin
