// The request parser says the same about a stream however it is cut, and keeps its limits.
// The first two bytes of an input choose the cuts; the rest is the stream.

#include "base/error.h"
#include "http/request_parser.h"

#include <algorithm>
#include <string>

namespace {

constexpr http::Limits kLimits = {
    .max_request_line_bytes = 512, .max_head_bytes = 2048, .max_fields = 16};
constexpr uint64_t kMaxBodyBytes = 4096;

using Step = http::RequestParser::Step;

std::string trace(base::ByteView stream, size_t first_portion, size_t portion) {
    http::RequestParser parser(kLimits);
    std::string events;
    std::string body;
    size_t since_event = 0; // bytes of a head that has not ended
    for (size_t next = first_portion; !stream.empty(); next = portion) {
        base::ByteView in = stream.substr(0, std::max<size_t>(next, 1));
        stream.remove_prefix(in.size());
        for (Step step; (step = parser.feed(in)).kind != Step::Kind::NeedMore;) {
            CM_ASSERT(step.taken <= in.size());
            in.remove_prefix(step.taken);
            since_event = 0;
            if (step.kind == Step::Kind::Fault) {
                return events + body + "!" + std::string(to_string(step.fault));
            }
            if (step.kind == Step::Kind::Body) body += step.body;
            CM_ASSERT(body.size() <= kMaxBodyBytes);
            if (step.kind == Step::Kind::Head) {
                http::RequestHead head = parser.head();
                CM_ASSERT(!head.path.contains('\0') && head.fields.size() <= kLimits.max_fields);
                events += std::string(head.path) + "?" + std::string(head.query) + "@" +
                          std::string(head.authority) + (head.keep_alive ? "+" : "-");
                (void)parser.limit_body(kMaxBodyBytes);
            }
            if (step.kind == Step::Kind::Complete) {
                events += std::exchange(body, {}) + ";";
                parser.restart();
            }
        }
        since_event += in.size();
        CM_ASSERT(since_event <= kLimits.max_head_bytes + 4 * 1024);
    }
    return events + body;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size < 2) return 0;
    base::ByteView stream(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    std::string whole = trace(stream, stream.size(), 1);
    CM_ASSERT(whole == trace(stream, 1, 1));
    CM_ASSERT(whole == trace(stream, bytes[0] * 8U, bytes[1]));
    return 0;
}
