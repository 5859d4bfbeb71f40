#include "bench/load/browser_head.h"

namespace load {

namespace {

// The origin is the server's own, so that no rule for foreign pages applies.
constexpr std::string_view kCommon =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36\r\n"
    "Accept-Encoding: identity\r\n" // nothing here could read another
    "Accept-Language: en-GB,en;q=0.9\r\n";

std::string begin(std::string_view method, std::string_view host, std::string_view path) {
    std::string head(method);
    head.append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(host);
    head.append("\r\nOrigin: http://").append(host).append("\r\n").append(kCommon);
    return head;
}

} // namespace

std::string post_head(std::string_view host, std::string_view path) {
    std::string head = begin("POST", host, path);
    head.append("Connection: keep-alive\r\nAccept: */*\r\nReferer: http://").append(host);
    head.append("/\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: ");
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

} // namespace load
