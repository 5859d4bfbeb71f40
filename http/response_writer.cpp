#include "http/response_writer.h"

#include "http/framing_policy.h"
#include "http/http_date.h"

namespace http {

namespace {

using namespace std::chrono_literals;

// What a head has of our own words and numbers, at most, besides what has its length known.
constexpr size_t kOwnWordsBytes = 144;

} // namespace

bool forbids_body(uint16_t status) {
    return status < 200 || status == 204 || status == 304;
}

std::string_view DateField::line(base::TimePoint now) {
    // The first second may be shorter; Date has no better resolution anyway.
    if (line_.empty() || now - written_at_ >= 1s) {
        written_at_ = now;
        line_ = "Date: " + format_http_date(wall_clock_(nullptr)) + "\r\n";
    }
    return line_;
}

std::string_view reason_of(uint16_t status) {
    switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

Response plain_response(uint16_t status) {
    Response response{.status = status};
    if (!forbids_body(status)) {
        response.content_type = "text/plain";
        response.body.push(base::Slice::literal(reason_of(status)));
        response.body.push(base::Slice::literal("\n"));
    }
    return response;
}

base::SliceChain write_response(base::SlicePool& pool, Response&& response,
                                const ResponseContext& context) {
    bool body_allowed = !forbids_body(response.status);
    bool has_body = body_allowed && !context.head_request && !response.body.empty();
    bool packs = has_body && response.body.size_bytes() <= base::kPackedBytes;
    std::string_view reason = reason_of(response.status);
    base::SliceBuilder head(pool, kOwnWordsBytes + reason.size() + context.date.size() +
                                      response.content_type.size() + context.fields.size() +
                                      response.fields.size() + response.constant_fields.size() +
                                      (packs ? response.body.size_bytes() : 0));
    head.append("HTTP/1.1 ").append_number(response.status).append(' ');
    head.append(reason).append("\r\n").append(context.date);
    if (body_allowed) {
        if (!response.content_type.empty() && is_field_value(response.content_type)) {
            head.append("Content-Type: ").append(response.content_type).append("\r\n");
        }
        head.append("Content-Length: ").append_number(response.body.size_bytes()).append("\r\n");
    }
    head.append("X-Content-Type-Options: nosniff\r\n");
    if (context.close) {
        head.append("Connection: close\r\n");
    } else if (context.announce_keep_alive) {
        head.append("Connection: keep-alive\r\n");
    }
    head.append(context.fields).append(response.fields).append(response.constant_fields);
    head.append("\r\n");

    if (packs) head.append(response.body);
    base::SliceChain out(head.take());
    if (has_body && !packs) out.push(std::move(response.body));
    return out;
}

} // namespace http
