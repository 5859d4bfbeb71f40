#include "hooks/event.h"

#include "base/rfc3339.h"
#include "tls/base64.h"
#include "tls/random.h"

#include <array>
#include <chrono>

namespace hooks {

namespace {

// What is not ASCII has been found to be UTF-8 where it came from.
void append_text(std::string& json, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    json += '"';
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (byte < 0x20) {
            json.append("\\u00");
            json += kHex[byte >> 4];
            json += kHex[byte & 15];
        } else {
            json += c;
        }
    }
    json += '"';
}

void append_member(std::string& json, std::string_view name, std::string_view value) {
    json += json.size() > 1 ? "," : "";
    append_text(json, name);
    json += ':';
    append_text(json, value);
}

} // namespace

std::string make_event_id() {
    std::array<uint8_t, 16> bytes{};
    tls::fill_random(bytes);
    return "msg_" + tls::base64url(bytes);
}

std::string to_json(const Event& event, std::string_view node, bool with_client) {
    std::string json = "{";
    append_member(json, "id", event.id);
    append_member(json, "type", to_string(event.kind));
    append_member(json, "time",
                  base::rfc3339(std::chrono::floor<std::chrono::milliseconds>(event.time)));
    append_member(json, "node", node);
    if (event.kind == Kind::LimitHit) {
        append_member(json, "scope", event.scope);
        append_member(json, "limit", event.limit);
        json += ",\"count\":" + std::to_string(event.count) + "}";
        return json;
    }
    append_member(json, "session", event.session);
    append_member(json, "transport",
                  event.transport == base::Transport::Bosh ? "bosh" : "websocket");
    if (event.domain.empty()) {
        json += ",\"domain\":null";
    } else {
        append_member(json, "domain", event.domain);
    }
    if (event.kind == Kind::Ended) append_member(json, "cause", event.cause);
    if (with_client) append_member(json, "client", event.client);
    json += '}';
    return json;
}

} // namespace hooks
