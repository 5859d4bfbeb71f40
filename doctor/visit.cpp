#include "doctor/visit.h"

#include <array>
#include <cstdio>

namespace doctor {

namespace {

// How much longer than boshcm a proxy should wait.
constexpr int64_t kPatienceBeyondWait = 15;

} // namespace

Visit::Visit(const Plan& given)
    : plan(given),
      reach{.ca_file = given.ca_file, .verify = true, .resolve = given.resolve, .door = given.door},
      front(given.front), domain(given.domain), bosh_url(given.bosh_url),
      websocket_url(given.websocket_url) {}

Needs Visit::needs() const {
    Needs needs;
    if (!bosh_url.empty()) {
        needs.host = parts_of(bosh_url).host;
        needs.path = parts_of(bosh_url).path;
    } else if (!plan.site.empty()) {
        needs.host = plan.site;
    }
    if (!websocket_url.empty()) needs.websocket_path = parts_of(websocket_url).path;
    needs.patience_s = wait_s() + kPatienceBeyondWait;
    if (plan.own) {
        needs.backend = plan.own->backend;
        needs.body_bytes = static_cast<int64_t>(plan.own->max_body_bytes);
    }
    return needs;
}

std::string Visit::origin() const {
    return plan.origin.empty() ? "https://page.example" : plan.origin;
}

UrlParts parts_of(std::string_view url) {
    UrlParts parts;
    size_t colon = url.find("://");
    if (colon == url.npos) return parts;
    parts.scheme = url.substr(0, colon);
    url.remove_prefix(colon + 3);
    size_t slash = std::min(url.find_first_of("/?#"), url.size());
    std::string_view authority = url.substr(0, slash);
    parts.authority = authority;
    parts.path = slash < url.size() && url[slash] == '/' ? url.substr(slash) : "/";
    bool secure = parts.scheme == "https" || parts.scheme == "wss";
    parts.port = secure ? "443" : "80";
    size_t port = authority.rfind(':');
    bool bracketed = authority.ends_with(']');
    if (port != authority.npos && !bracketed) {
        parts.port = authority.substr(port + 1);
        authority = authority.substr(0, port);
    }
    if (authority.starts_with('[')) authority = authority.substr(1, authority.size() - 2);
    parts.host = authority;
    return parts;
}

std::string seconds(base::Duration time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(time.count()) / 1000);
    return text.data();
}

} // namespace doctor
