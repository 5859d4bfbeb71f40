#include "hooks/event.h"

#include "base/json.h"
#include "base/rfc3339.h"
#include "tls/base64.h"
#include "tls/random.h"

#include <array>
#include <chrono>
#include <utility>

namespace hooks {

using base::Json;

std::string make_event_id() {
    std::array<uint8_t, 16> bytes{};
    tls::fill_random(bytes);
    return "msg_" + tls::base64url(bytes);
}

std::string to_json(const Event& event, std::string_view node, bool with_client) {
    Json::Object json{
        {"id", event.id},
        {"type", to_string(event.kind)},
        {"time", base::rfc3339(std::chrono::floor<std::chrono::milliseconds>(event.time))},
        {"node", node}};
    if (event.kind == Kind::LimitHit) {
        json.emplace_back("scope", event.scope);
        json.emplace_back("limit", event.limit);
        json.emplace_back("count", event.count);
        return Json(std::move(json)).text();
    }
    json.emplace_back("session", event.session);
    json.emplace_back("transport", event.transport == base::Transport::Bosh ? "bosh" : "websocket");
    json.emplace_back("domain", Json::or_null(event.domain));
    if (event.kind == Kind::Ended) json.emplace_back("cause", event.cause);
    if (with_client) json.emplace_back("client", event.client);
    return Json(std::move(json)).text();
}

} // namespace hooks
