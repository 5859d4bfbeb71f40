#include "admin/pages.h"

#include "admin/metrics_page.h"
#include "http/response_writer.h"

#include <string_view>

namespace admin {

namespace {

constexpr std::string_view kMetrics = "/metrics";
constexpr std::string_view kHealth = "/healthz";
constexpr std::string_view kReadiness = "/readyz";

} // namespace

void Pages::add_routes(http::Server& server) {
    for (std::string_view path : {kMetrics, kHealth, kReadiness}) {
        server.add_route(
            {.path = std::string(path), .handler = this, .allow = std::string(kReadingMethods)});
    }
    console_.add_routes(server);
}

Pages::Verdict Pages::on_head(const http::RequestHead& head, const http::ClientFacts& client) {
    Secrecy secrecy = head.path.starts_with(kMetrics) ? Secrecy::ForAdmins : Secrecy::Open;
    if (auto refusal = rules_.refusal(head, client, secrecy))
        return {.refusal = std::move(refusal)};
    return {.refusal = refusal_unless_reading(head.method)};
}

void Pages::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice,
                       const http::ClientFacts&) {
    Standing standing = subject_.standing();
    http::Response response;
    if (head.path.starts_with(kMetrics)) {
        response = metrics(head);
    } else if (head.path.starts_with(kHealth)) {
        response = line(200, "alive\n");
    } else if (standing == Standing::Ready) {
        response = line(200, "ready\n");
    } else {
        response = line(503, standing == Standing::Draining ? "draining\n" : "starting\n");
    }
    response.fields += "Cache-Control: no-store\r\n";
    responder_.respond(request, std::move(response));
}

http::Response Pages::metrics(const http::RequestHead& head) const {
    Dialect dialect = preferred_dialect(head.fields.find("Accept"));
    http::Response response{.content_type = content_type(dialect), .fields = "Vary: Accept\r\n"};
    response.body.push(
        base::Slice::copy(env_.pool, metrics_page(subject_, process_figures(), dialect)));
    return response;
}

http::Response Pages::line(uint16_t status, std::string_view text) const {
    http::Response response{.status = status, .content_type = "text/plain; charset=utf-8"};
    response.body.push(base::Slice::copy(env_.pool, text));
    return response;
}

} // namespace admin
