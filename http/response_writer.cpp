#include "http/response_writer.h"

#include "http/framing_policy.h"
#include "http/http_date.h"

namespace http {

namespace {

using namespace std::chrono_literals;

// Room for the head of a BOSH answer with CORS fields, so that it is allocated once.
constexpr size_t kUsualHeadBytes = 448;

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
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
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
    base::SliceBuilder head(pool, kUsualHeadBytes);
    head.append("HTTP/1.1 ").append_number(response.status).append(' ');
    head.append(reason_of(response.status)).append("\r\n").append(context.date);
    bool body_allowed = !forbids_body(response.status);
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
    head.append(context.fields).append(response.fields).append("\r\n");

    base::SliceChain out;
    out.reserve(1 + response.body.slice_count());
    out.push(head.take());
    if (body_allowed && !context.head_request) out.push(std::move(response.body));
    return out;
}

} // namespace http
