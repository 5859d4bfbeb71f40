#include "admin/api.h"

#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace admin {

namespace {

using http::Method;

constexpr std::string_view kRoot = "/api/";
constexpr std::string_view kApiMethods = "GET, HEAD, POST, DELETE, OPTIONS";
constexpr size_t kMaxBodyBytes = 4096;

struct Entry {
    Method method;
    std::string_view path; // below kRoot; ends with '/': a name is behind it
    void (*serve)(const ApiServices&, const ApiCall&);

    [[nodiscard]] bool is_at(std::string_view asked) const {
        if (!path.ends_with('/')) return asked == path;
        return asked.size() > path.size() && asked.starts_with(path);
    }
};

constexpr std::array kEntries = {
    Entry{Method::Get, "status", tell_status},
    Entry{Method::Get, "history", tell_history}, // of the metrics
    Entry{Method::Post, "reload", reload},
    Entry{Method::Post, "drain", drain},
    Entry{Method::Delete, "drain", cancel_drain},
    Entry{Method::Post, "log-level", set_log_level},
    Entry{Method::Post, "traces", start_trace},
    Entry{Method::Get, "traces/", read_trace},
    Entry{Method::Delete, "traces/", stop_trace},
    Entry{Method::Get, "sessions", list_sessions},
    Entry{Method::Get, "sessions/", tell_session},
    Entry{Method::Delete, "sessions/", end_session},
};

// As routes have it, a slash at the end is none.
std::string_view below_root(std::string_view path) {
    path.remove_prefix(std::min(kRoot.size(), path.size()));
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

std::string_view word(Method method) {
    switch (method) {
    case Method::Get: return "GET, HEAD";
    case Method::Post: return "POST";
    default: return "DELETE";
    }
}

std::string allowed_at(std::string_view path) {
    std::string allowed;
    for (const Entry& entry : kEntries) {
        if (entry.is_at(path)) allowed.append(word(entry.method)).append(", ");
    }
    return allowed.empty() ? allowed : allowed + "OPTIONS";
}

std::string_view words_for(uint16_t status) {
    switch (status) {
    case 401: return "the token is missing or wrong: Authorization: Bearer TOKEN";
    case 403: return "a page of another site asks";
    case 421: return "without a token, only names of this host are answered";
    default: return http::reason_of(status);
    }
}

} // namespace

void Api::add_routes(http::Server& server) {
    server.add_route({.path = std::string(kRoot),
                      .handler = this,
                      .allow = std::string(kApiMethods),
                      .folder = true});
}

Api::Verdict Api::on_head(const http::RequestHead& head, const http::ClientFacts& client) {
    auto refused = [&](uint16_t status, std::string fields = {}) {
        http::Response response = error_response(env_.pool, status, words_for(status));
        response.fields = std::move(fields);
        return Verdict{.refusal = std::move(response)};
    };
    if (auto refusal = rules_.refusal(head, client, Secrecy::ForAdmins)) {
        return refused(refusal->status, std::move(refusal->fields));
    }
    std::string_view path = below_root(head.path);
    std::string allowed = allowed_at(path);
    if (allowed.empty()) return refused(404);
    Method method = head.method == Method::Head ? Method::Get : head.method;
    bool known = std::ranges::any_of(
        kEntries, [&](const Entry& entry) { return entry.method == method && entry.is_at(path); });
    if (!known) return refused(405, "Allow: " + allowed + "\r\n");
    return {.max_body_bytes = kMaxBodyBytes};
}

void Api::on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                     const http::ClientFacts&) {
    std::string_view path = below_root(head.path);
    Method method = head.method == Method::Head ? Method::Get : head.method;
    const auto* entry = std::ranges::find_if(
        kEntries, [&](const Entry& each) { return each.method == method && each.is_at(path); });
    ApiCall call(request, responder_, env_.pool);
    call.name = path.substr(entry->path.size());
    call.query = head.query;
    if (!body.view().empty()) {
        auto read = Json::parse(body.view());
        if (!read || !read->is_object()) return call.refuse(400, "the body is no JSON object");
        call.body = *std::move(read);
    }
    entry->serve(services_, call);
}

} // namespace admin
