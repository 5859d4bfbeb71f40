#include "tests/ws/own_reader.h"

#include "base/error.h"
#include "tests/ws/wslay_reader.h"

namespace ws {

namespace {

using Step = FrameReader::Step;

void note(FrameTrace& trace, const Step& step) {
    switch (step.kind) {
    case Step::Kind::NeedMore: break;
    case Step::Kind::Message: trace.note("message", step.payload.view()); break;
    case Step::Kind::Ping: trace.note("ping", step.payload.view()); break;
    case Step::Kind::Pong: trace.note("pong", step.payload.view()); break;
    case Step::Kind::Close:
        // Registered since RFC 6455; wslay does not know them.
        if (step.code >= 1012 && step.code <= 1014) trace.end("fault", 1002);
        trace.end("close", step.code);
        break;
    case Step::Kind::Fault: trace.end("fault", step.code); break;
    }
}

} // namespace

std::string read_with_ours(std::string_view bytes, size_t portion, const FrameLimits& limits) {
    base::SlicePool pool(1UL << 20);
    FrameReader reader(pool, limits, false);
    FrameTrace trace;
    while (!bytes.empty()) {
        std::string_view in = bytes.substr(0, portion);
        bytes.remove_prefix(in.size());
        for (Step step; (step = reader.feed(in)).kind != Step::Kind::NeedMore;) {
            note(trace, step);
            in.remove_prefix(step.taken);
            if (step.kind == Step::Kind::Close || step.kind == Step::Kind::Fault) {
                return trace.text();
            }
        }
        // A block grows by doubling, and has a head of its own; a control frame may come between.
        CM_ASSERT(pool.used_bytes() <= 2 * limits.max_message_bytes + 512);
    }
    return trace.text();
}

} // namespace ws
