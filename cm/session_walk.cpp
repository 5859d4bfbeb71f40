#include "cm/session_walk.h"

#include "cm/worker.h"

namespace cm {

namespace {

// Facts of one are about a microsecond, so these are far less than a millisecond.
constexpr size_t kInATurn = 256;

} // namespace

bool SessionWalk::go_on(Worker& worker) {
    size_t visited = 0;
    auto visit_each = [&](const auto& session) {
        ++visited;
        visit(session);
    };
    const size_t of_bosh = bosh::Endpoint::portions();
    while (visited < kInATurn) {
        if (portion_ < of_bosh) {
            worker.bosh().for_each_of(portion_, visit_each);
        } else if (portion_ - of_bosh < worker.websocket().portions()) {
            worker.websocket().for_each_of(portion_ - of_bosh, visit_each);
        } else {
            return false;
        }
        ++portion_;
    }
    return true;
}

} // namespace cm
