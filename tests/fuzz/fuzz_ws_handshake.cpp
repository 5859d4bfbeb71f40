// Any bytes as the head of a request for a WebSocket: what is accepted is a handshake by RFC 6455,
// and no byte of the client's gets into the answer but what we have read as a key.

#include "base/error.h"
#include "http/request_parser.h"
#include "ws/handshake.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

constexpr http::Limits kLimits = {
    .max_request_line_bytes = 512, .max_head_bytes = 2048, .max_fields = 32};

void check_answer(std::string_view fields) {
    size_t lines = 0;
    while (!fields.empty()) {
        size_t end = fields.find("\r\n");
        CM_ASSERT(end != std::string_view::npos && end > 0);
        std::string_view line = fields.substr(0, end);
        CM_ASSERT(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
        CM_ASSERT(line.find(": ") != std::string_view::npos);
        fields.remove_prefix(end + 2);
        ++lines;
    }
    CM_ASSERT(lines == 4 || lines == 5);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    ws::Settings settings;
    settings.deflate = (data[0] & 1) != 0;
    settings.any_origin = (data[0] & 2) != 0;
    settings.origins = {"https://chat.example"};
    base::ByteView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    http::RequestParser parser(kLimits);
    http::RequestParser::Step step = parser.feed(bytes);
    if (step.kind != http::RequestParser::Step::Kind::Head) return 0;

    http::RequestHead head = parser.head();
    if (auto refused = ws::refuse_handshake(head, settings)) {
        CM_ASSERT(refused->status >= 400 && refused->status <= 426);
        return 0;
    }
    CM_ASSERT(head.method == http::Method::Get && head.minor_version >= 1 && !parser.has_body());
    CM_ASSERT(head.fields.count("Sec-WebSocket-Key") == 1);
    CM_ASSERT(head.fields.find("Sec-WebSocket-Version") == "13");
    std::string_view origin = head.fields.find("Origin");
    CM_ASSERT(settings.any_origin || origin.data() == nullptr || origin == "https://chat.example");
    ws::Agreement agreement = ws::accept_handshake(head, settings);
    CM_ASSERT(agreement.response.status == 101);
    CM_ASSERT(settings.deflate || agreement.deflate == ws::DeflateWindow::None);
    check_answer(agreement.response.fields);
    return 0;
}
