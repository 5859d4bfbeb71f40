#include "ws/handshake.h"

#include "http/ascii.h"
#include "http/cors.h"
#include "http/response_writer.h"
#include "tls/base64.h"
#include "tls/digest.h"

#include <algorithm>

namespace ws {

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::string_view kVersion = "13";
constexpr size_t kKeyBytes = 24; // 16 in base64

http::Response refusal(uint16_t status, std::string_view fields = "") {
    http::Response response = http::plain_response(status);
    response.fields = fields;
    return response;
}

http::Response upgrade_required() {
    return refusal(426, "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\n");
}

bool is_key(std::string_view key) {
    auto is_digit = [](char c) { return http::is_alphanumeric(c) || c == '+' || c == '/'; };
    return key.size() == kKeyBytes && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, kKeyBytes - 2), is_digit);
}

bool offers_xmpp(const http::FieldList& fields) {
    bool found = false;
    fields.for_each_element("Sec-WebSocket-Protocol",
                            [&](std::string_view each) { found |= each == kSubprotocol; });
    return found;
}

// RFC 9112 §6: what says that there is one, if only of no bytes but chunks.
bool announces_body(const http::FieldList& fields) {
    if (fields.has("Transfer-Encoding")) return true;
    std::string_view length = fields.find("Content-Length");
    return length.find_first_not_of('0') != std::string_view::npos;
}

bool is_welcome(const http::FieldList& fields, const Settings& settings) {
    if (settings.any_origin || !fields.has("Origin")) return true;
    return fields.count("Origin") == 1 &&
           http::lists_origin(settings.origins, fields.find("Origin"));
}

bool is_connect(const http::RequestHead& head) {
    return head.method == http::Method::Connect;
}

// What HTTP/1.1 asks for a change of protocols with.
std::optional<http::Response> refuse_upgrade(const http::RequestHead& head) {
    const http::FieldList& fields = head.fields;
    if (head.method != http::Method::Get) return refusal(405, "Allow: GET, OPTIONS\r\n");
    if (head.minor_version == 0) return refusal(400); // it knows no Upgrade
    if (!fields.list_contains("Upgrade", "websocket")) return upgrade_required();
    if (!fields.list_contains("Connection", "Upgrade")) return refusal(400);
    if (fields.count("Sec-WebSocket-Version") != 1) return refusal(400);
    if (fields.find("Sec-WebSocket-Version") != kVersion) return upgrade_required();
    if (fields.count("Sec-WebSocket-Key") != 1 || !is_key(fields.find("Sec-WebSocket-Key"))) {
        return refusal(400);
    }
    return std::nullopt;
}

// And HTTP/2, which has no Upgrade to answer with, and needs no key (RFC 8441 §5).
std::optional<http::Response> refuse_connect(const http::FieldList& fields) {
    bool known = fields.count("Sec-WebSocket-Version") == 1 &&
                 fields.find("Sec-WebSocket-Version") == kVersion;
    if (!known) return refusal(400, "Sec-WebSocket-Version: 13\r\n");
    return std::nullopt;
}

} // namespace

std::optional<http::Response> refuse_handshake(const http::RequestHead& head,
                                               const Settings& settings) {
    const http::FieldList& fields = head.fields;
    auto refused = is_connect(head) ? refuse_connect(fields) : refuse_upgrade(head);
    if (refused) return refused;
    if (announces_body(fields)) return refusal(400);
    if (!is_welcome(fields, settings)) return refusal(403);
    if (!offers_xmpp(fields)) return refusal(400);
    return std::nullopt;
}

std::string accept_key(std::string_view key) {
    return tls::base64(tls::sha1(std::string(key).append(kGuid)));
}

Agreement accept_handshake(const http::RequestHead& head, const Settings& settings) {
    Agreement agreement;
    std::string& fields = agreement.response.fields;
    if (!is_connect(head)) {
        agreement.response.status = 101;
        fields = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                 accept_key(head.fields.find("Sec-WebSocket-Key")) + "\r\n";
    }
    fields += "Sec-WebSocket-Protocol: xmpp\r\n";
    if (!settings.deflate) return agreement;
    head.fields.for_each_element("Sec-WebSocket-Extensions", [&](std::string_view offer) {
        if (agreement.deflate != DeflateWindow::None)
            return; // the first that we can take is the client's favourite
        auto terms = accept_offer(offer);
        if (!terms) return;
        agreement.deflate = terms->window;
        fields.append("Sec-WebSocket-Extensions: ").append(terms->answer).append("\r\n");
    });
    return agreement;
}

} // namespace ws
