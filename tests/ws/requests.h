// Request — the example handshake of RFC 6455 §1.3 with XMPP's subprotocol, and what differs from
// it.
#pragma once

#include "http/message.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ws {

class Request {
public:
    // Replaces a field, or adds one.
    Request& with(std::string_view name, std::string_view value) {
        without(name);
        return and_also(name, value);
    }
    Request& and_also(std::string_view name, std::string_view value) {
        fields_.emplace_back(name, value);
        return *this;
    }
    Request& without(std::string_view name) {
        std::erase_if(fields_, [&](const auto& field) { return field.first == name; });
        return *this;
    }

    // The same as RFC 8441 §5.1 has it for HTTP/2.
    [[nodiscard]] static Request connect() {
        Request request;
        request.method = http::Method::Connect;
        request.protocol = "websocket";
        return request.without("Upgrade").without("Connection").without("Sec-WebSocket-Key");
    }

    // Valid until the next call.
    [[nodiscard]] http::RequestHead head() const {
        list_.clear();
        for (const auto& [name, value] : fields_) list_.add(name, value);
        return {.method = method,
                .path = "/xmpp-websocket",
                .authority = "h",
                .protocol = protocol,
                .minor_version = minor_version,
                .fields = list_};
    }

    http::Method method = http::Method::Get;
    std::string_view protocol;
    uint8_t minor_version = 1;

private:
    std::vector<std::pair<std::string, std::string>> fields_ = {
        {"Host", "server.example.com"},   {"Upgrade", "websocket"},
        {"Connection", "Upgrade"},        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
        {"Origin", "http://example.com"}, {"Sec-WebSocket-Protocol", "xmpp"},
        {"Sec-WebSocket-Version", "13"},
    };
    mutable http::FieldList list_;
};

} // namespace ws
