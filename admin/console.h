// Console — the page for administrators, at /console: its files, and nothing that they show. What
// it shows it asks for by itself, with the token if there is one; so whoever may reach the listener
// may have the files.
//
// The page shows what peers have written, and can end their sessions. Should it ever take a JID for
// markup, the policy that goes with it keeps that from becoming a script: none but our own files is
// run, nothing is asked of anybody else, no text becomes markup (Trusted Types), and the page is in
// no frame, where it could be laid under somebody's mouse.
//
// Spec:   RFC 9110 §8.8.3, §13.1.2 (ETag, If-None-Match); CSP 3; Trusted Types.
// Life:   the rules and the responder outlive it; answers are immediate.
#pragma once

#include "admin/access.h"
#include "http/handler.h"
#include "http/server.h"

namespace admin {

class Console final : public http::Handler {
public:
    Console(const AccessRules& rules, http::Responder& responder)
        : rules_(rules), responder_(responder) {}

    // With "/", which leads there.
    void add_routes(http::Server& server);

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef) override {}

private:
    const AccessRules& rules_;
    http::Responder& responder_;
};

} // namespace admin
