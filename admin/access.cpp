#include "admin/access.h"

#include "http/ascii.h"
#include "http/head_verdict.h"
#include "http/response_writer.h"
#include "tls/digest.h"

#include <algorithm>

namespace admin {

namespace {

// Sec-Fetch-Site says it, in browsers since 2023; Origin in all of them, if it is sent at all.
bool is_of_another_site(const http::RequestHead& head) {
    std::string_view site = head.fields.find("Sec-Fetch-Site");
    if (site.data() != nullptr && site != "same-origin" && site != "none") return true;
    std::string_view origin = head.fields.find("Origin");
    if (origin.data() == nullptr) return false;
    for (std::string_view scheme : {"http://", "https://"}) {
        if (!origin.starts_with(scheme)) continue;
        return !http::equal_without_case(origin.substr(scheme.size()), head.authority);
    }
    return true;
}

// No DNS can give it to somebody else.
bool is_own_name(std::string_view authority) {
    std::string_view host = http::host_of(authority);
    return http::equal_without_case(host, "localhost") || net::Address::parse(host, 0).has_value();
}

} // namespace

std::optional<http::Response> AccessRules::refusal(const http::RequestHead& head,
                                                   const http::ClientFacts& client,
                                                   Secrecy secrecy) const {
    if (is_of_another_site(head)) return http::plain_response(403);
    if (client.peer.family == net::Address::Family::Local) return std::nullopt;
    if (token_.empty()) {
        if (is_own_name(head.authority)) return std::nullopt;
        return http::plain_response(421);
    }
    if (secrecy == Secrecy::Open || bears_token(head.fields)) return std::nullopt;
    http::Response response = http::plain_response(401);
    response.fields = "WWW-Authenticate: Bearer realm=\"boshcm\"\r\n";
    return response;
}

std::optional<http::Response> refusal_unless_reading(http::Method method) {
    if (method == http::Method::Get || method == http::Method::Head) return std::nullopt;
    http::Response response = http::plain_response(405);
    response.fields.append("Allow: ").append(kReadingMethods).append("\r\n");
    return response;
}

bool AccessRules::bears_token(const http::FieldList& fields) const {
    constexpr std::string_view kScheme = "Bearer ";
    std::string_view value = fields.find("Authorization");
    if (fields.count("Authorization") != 1 || value.size() <= kScheme.size() ||
        !http::equal_without_case(value.substr(0, kScheme.size()), kScheme)) {
        return false;
    }
    value.remove_prefix(kScheme.size());
    return tls::equal_in_constant_time(value, token_);
}

} // namespace admin
