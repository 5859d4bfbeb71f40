// The header of the PROXY protocol reads the same however it is cut, and takes no byte too much.
// The first byte of an input chooses the cuts; the rest is the stream.

#include "base/error.h"
#include "net/proxy_intake.h"

#include <string>

namespace {

using net::ProxyIntake;

std::string trace(base::ByteView stream, size_t portion) {
    ProxyIntake intake;
    size_t taken = 0;
    ProxyIntake::Step step;
    while (step.state == ProxyIntake::State::NeedMore && taken < stream.size()) {
        base::ByteView piece = stream.substr(taken, portion);
        step = intake.feed(piece);
        CM_ASSERT(step.taken <= piece.size());
        taken += step.taken;
        bool whole = step.taken == piece.size();
        CM_ASSERT(whole || step.state != ProxyIntake::State::NeedMore);
    }
    CM_ASSERT(taken <= 16 + 4096);
    switch (step.state) {
    case ProxyIntake::State::NeedMore: return "more";
    case ProxyIntake::State::Fault: return "fault";
    case ProxyIntake::State::Complete: break;
    }
    std::string ends =
        intake.ends() ? intake.ends()->peer.to_string() + ">" + intake.ends()->local.to_string()
                      : "";
    return ends + "@" + std::to_string(taken);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size == 0) return 0;
    base::ByteView stream(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    std::string whole = trace(stream, stream.size() + 1);
    CM_ASSERT(whole == trace(stream, 1) && whole == trace(stream, bytes[0] + 2U));
    return 0;
}
