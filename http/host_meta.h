// HostMeta — where a domain's other services are, for clients that know only its name: the
// documents /.well-known/host-meta (XRD) and /.well-known/host-meta.json (JRD).
//
// A client believes them because it asked the domain itself over TLS. So they are given over TLS
// only, and lead to encrypted addresses only; those are the operator's word, never the client's.
//
// Spec:   RFC 6415; XEP-0156 §2..§4; conformance rows H-078, H-085..H-090, S-048.
// Errors: 404 for another host, and without encryption; 405 for other methods than GET and HEAD.
// Life:   documents are written once; the handler is one per worker.
#pragma once

#include "base/slice.h"
#include "http/cors.h"
#include "http/handler.h"

#include <string>
#include <string_view>
#include <vector>

namespace http {

struct HostMetaLink {
    std::string rel;
    std::string href;
};

class HostMeta final : public Handler {
public:
    static constexpr std::string_view kXrdPath = "/.well-known/host-meta";
    static constexpr std::string_view kJrdPath = "/.well-known/host-meta.json";

    HostMeta(base::SlicePool& pool, Responder& responder) : pool_(pool), responder_(responder) {}

    // `hosts`: the domains, in lower case and as DNS has them. None are known before.
    void use(std::vector<std::string> hosts, const std::vector<HostMetaLink>& links);

    // Open to the pages of all origins, whatever the policy elsewhere (H-078, H-089).
    [[nodiscard]] const CorsPolicy& cors() const { return cors_; }

    [[nodiscard]] Verdict on_head(const RequestHead& head, const ClientFacts& client) override;
    void on_request(RequestRef request, const RequestHead& head, base::Slice body,
                    const ClientFacts& client) override;
    void on_request_lost(RequestRef) override {} // answers are immediate

private:
    [[nodiscard]] bool is_known(std::string_view authority) const;

    base::SlicePool& pool_;
    Responder& responder_;
    std::vector<std::string> hosts_;
    CorsPolicy cors_;
    base::Slice xrd_;
    base::Slice jrd_;
};

} // namespace http
