#include "cm/session_walk.h"

#include "bosh/endpoint.h"
#include "ws/endpoint.h"

namespace cm {

bool SessionWalk::go_on(const bosh::Endpoint& bosh, const ws::Endpoint& websocket) {
    size_t visited = 0;
    auto visit_each = [&](const auto& session) {
        ++visited;
        visit(session);
    };
    const size_t of_bosh = bosh::Endpoint::portions();
    while (visited < kInATurn) {
        if (portion_ < of_bosh) {
            bosh.for_each_of(portion_, visit_each);
        } else if (portion_ - of_bosh < websocket.portions()) {
            websocket.for_each_of(portion_ - of_bosh, visit_each);
        } else {
            return false;
        }
        ++portion_;
    }
    return true;
}

} // namespace cm
