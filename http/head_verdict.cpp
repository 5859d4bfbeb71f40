#include "http/head_verdict.h"

#include "http/ascii.h"
#include "http/fault.h"
#include "http/response_writer.h"

#include <algorithm>

namespace http {

namespace {

Response with_allow(uint16_t status, std::string_view methods) {
    Response response = plain_response(status);
    response.fields.append("Allow: ").append(methods).append("\r\n");
    return response;
}

// H-004, H-070: OPTIONS never reaches a handler.
void answer_options(const Route& route, const RequestHead& head, HeadVerdict& verdict) {
    verdict.refusal = with_allow(204, route.allow);
    std::string_view origin = head.fields.find("Origin");
    if (!route.cors || origin.data() == nullptr ||
        !head.fields.has("Access-Control-Request-Method")) {
        return;
    }
    route.cors->append_preflight_fields(verdict.refusal->fields, origin);
    verdict.preflight = true;
}

// H-007. A page that has our address in its DNS has its own name in Host all the same. A client of
// HTTP/1.0 may name none.
bool is_ours(std::string_view authority, const std::vector<std::string>* hosts) {
    if (hosts == nullptr || hosts->empty() || authority.empty()) return true;
    return std::ranges::any_of(*hosts, [host = host_of(authority)](const std::string& ours) {
        return equal_without_case(ours, host);
    });
}

bool is_unknown_protocol(const RequestHead& head) {
    return !head.protocol.empty() && !equal_without_case(head.protocol, "websocket");
}

// One to another host, or for a WebSocket where only requests are served (H-097).
bool is_stray_connect(const RequestHead& head, const Route* route) {
    if (head.method != Method::Connect) return false;
    return head.protocol.empty() || (route != nullptr && !route->websocket);
}

} // namespace

std::string_view host_of(std::string_view authority) {
    size_t colon = authority.rfind(':');
    bool has_port = colon != std::string_view::npos && !authority.ends_with(']');
    return has_port ? authority.substr(0, colon) : authority;
}

HeadVerdict judge_head(const RouteTable& routes, const RequestHead& head, const ClientFacts& client,
                       const std::vector<std::string>* hosts) {
    constexpr std::string_view kAnyMethods = "GET, HEAD, POST, OPTIONS";
    HeadVerdict verdict{.route = routes.find(head.path)};
    const Route* route = verdict.route;
    std::string_view allow = route != nullptr ? std::string_view(route->allow) : kAnyMethods;

    // Before anything else, because these mean the same wherever they are sent.
    if (head.method == Method::Other || is_unknown_protocol(head)) {
        verdict.refusal = plain_response(501); // the latter as RFC 9220 §3 has it
    } else if (head.method == Method::Trace || is_stray_connect(head, route)) {
        verdict.refusal = with_allow(405, allow); // a TRACE would echo what the client sent
    } else if (head.method == Method::Options && head.path == "*") {
        verdict.refusal = with_allow(204, allow);
    } else if (!is_ours(head.authority, hosts)) {
        verdict.refusal = plain_response(421);
    } else if (route == nullptr) {
        verdict.refusal = plain_response(404);
    } else if (head.minor_version >= 1 && head.fields.has("Expect") &&
               !equal_without_case(head.fields.find("Expect"), "100-continue")) {
        verdict.refusal = plain_response(status_of(HttpFault::BadExpectation));
    } else if (head.method == Method::Options) {
        answer_options(*route, head, verdict);
    } else if (route->folder && !head.path.starts_with(route->path)) {
        // "/chat" for the folder "/chat/": names in its pages are relative to the latter.
        verdict.refusal = plain_response(301);
        verdict.refusal->fields = "Location: " + route->path + "\r\n";
    } else {
        Handler::Verdict said = route->handler->on_head(head, client);
        verdict.max_body_bytes = said.max_body_bytes;
        verdict.refusal = std::move(said.refusal);
    }
    return verdict;
}

} // namespace http
