#include "admin/console.h"

#include "admin/console_files.h"
#include "http/ascii.h"
#include "http/response_writer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace admin {

namespace {

constexpr std::string_view kFolder = "/console/";
constexpr std::string_view kFirst = "index.html";

// Styles are set by the page's own script through the object model, which 'self' permits.
constexpr std::string_view kPolicies =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cache-Control: no-cache\r\n";

bool has_tag(const http::FieldList& fields, std::string_view etag) {
    bool found = false;
    fields.for_each_element("If-None-Match", [&](std::string_view element) {
        if (element.starts_with("W/")) element.remove_prefix(2); // weak comparison
        found = found || element == etag || element == "*";
    });
    return found;
}

http::Response respond_to(const http::RequestHead& head) {
    if (!head.path.starts_with(kFolder)) {
        http::Response response = http::plain_response(302);
        // Not for ever: behind a tunnel, tomorrow somebody else may be at this address.
        response.fields.append("Location: ").append(kFolder).append("\r\n");
        return response;
    }
    std::string_view name = head.path.substr(kFolder.size());
    if (name.empty()) name = kFirst;
    auto file = std::ranges::find(console_files(), name, &ConsoleFile::name);
    if (file == console_files().end()) return http::plain_response(404);
    http::Response response{.constant_fields = kPolicies};
    response.fields.append("ETag: ").append(file->etag).append("\r\n");
    if (has_tag(head.fields, file->etag)) {
        response.status = 304;
        return response;
    }
    response.content_type = file->type;
    response.body.push(base::Slice::literal(file->content));
    return response;
}

} // namespace

void Console::add_routes(http::Server& server) {
    server.add_route({.path = std::string(kFolder),
                      .handler = this,
                      .allow = std::string(kReadingMethods),
                      .folder = true});
    server.add_route({.path = "/", .handler = this, .allow = std::string(kReadingMethods)});
}

http::Handler::Verdict Console::on_head(const http::RequestHead& head,
                                        const http::ClientFacts& client) {
    if (auto refusal = rules_.refusal(head, client, Secrecy::Open)) {
        return {.refusal = std::move(refusal)};
    }
    return {.refusal = refusal_unless_reading(head.method)};
}

void Console::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice,
                         const http::ClientFacts&) {
    responder_.respond(request, respond_to(head));
}

} // namespace admin
