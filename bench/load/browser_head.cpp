#include "bench/load/browser_head.h"

namespace load {

namespace {

constexpr std::string_view kAgent =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36";
constexpr std::string_view kCoding = "identity"; // nothing here could read another
constexpr std::string_view kLanguage = "en-GB,en;q=0.9";
constexpr std::string_view kBodyType = "text/xml; charset=utf-8";

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

// The origin is the server's own, so that no rule for foreign pages applies.
std::string begin(std::string_view method, std::string_view host, std::string_view path) {
    std::string head(method);
    head.append(" ").append(path).append(" HTTP/1.1\r\n");
    append_field(head, "Host", host);
    append_field(head, "Origin", std::string("http://").append(host));
    append_field(head, "User-Agent", kAgent);
    append_field(head, "Accept-Encoding", kCoding);
    append_field(head, "Accept-Language", kLanguage);
    return head;
}

BrowserFields begin_fields(std::string_view method, std::string_view scheme, std::string_view host,
                           std::string_view path) {
    return {{":method", std::string(method)},
            {":authority", std::string(host)},
            {":scheme", std::string(scheme)},
            {":path", std::string(path)},
            {"origin", std::string(scheme).append("://").append(host)},
            {"user-agent", std::string(kAgent)},
            {"accept-encoding", std::string(kCoding)},
            {"accept-language", std::string(kLanguage)}};
}

} // namespace

std::string post_head(std::string_view host, std::string_view path) {
    std::string head = begin("POST", host, path);
    append_field(head, "Connection", "keep-alive");
    append_field(head, "Accept", "*/*");
    append_field(head, "Referer", std::string("http://").append(host).append("/"));
    append_field(head, "Content-Type", kBodyType);
    head.append("Content-Length: ");
    return head;
}

std::string upgrade_head(std::string_view host, std::string_view path) {
    std::string head = begin("GET", host, path);
    head.append("Connection: Upgrade\r\nUpgrade: websocket\r\nPragma: no-cache\r\n"
                "Cache-Control: no-cache\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Protocol: xmpp\r\n\r\n");
    return head;
}

BrowserFields post_fields(std::string_view scheme, std::string_view host, std::string_view path,
                          size_t body_bytes) {
    BrowserFields fields = begin_fields("POST", scheme, host, path);
    fields.emplace_back("accept", "*/*");
    fields.emplace_back("referer", fields[4].second + '/'); // the origin's page
    fields.emplace_back("content-type", kBodyType);
    fields.emplace_back("content-length", std::to_string(body_bytes));
    return fields;
}

// RFC 8441 §5: nothing of the handshake that HTTP/2 has other means for.
BrowserFields connect_fields(std::string_view scheme, std::string_view host,
                             std::string_view path) {
    BrowserFields fields = begin_fields("CONNECT", scheme, host, path);
    fields.insert(fields.begin() + 1, {":protocol", "websocket"});
    for (const char* name : {"pragma", "cache-control"}) fields.emplace_back(name, "no-cache");
    fields.emplace_back("sec-websocket-version", "13");
    fields.emplace_back("sec-websocket-protocol", "xmpp");
    return fields;
}

} // namespace load
