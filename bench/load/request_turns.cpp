#include "bench/load/request_turns.h"

#include <algorithm>

namespace load {

size_t RequestTurns::open_requests() const {
    return static_cast<size_t>(std::ranges::count(busy_, true));
}

std::optional<RequestTurns::Turn> RequestTurns::next(bool has_something_to_say) {
    size_t most = created_ && has_something_to_say ? kConnections : kHold;
    if (open_requests() >= most) return std::nullopt;
    auto free = static_cast<size_t>(std::ranges::find(busy_, false) - busy_.begin());
    busy_[free] = true;
    return Turn{.rid = rid_++, .connection = free};
}

void RequestTurns::on_answer(size_t connection) {
    busy_[connection] = false;
}

} // namespace load
