#include "bench/load/storm.h"

namespace load {

void Storm::open(Instant now) {
    broke_ = now;
    for (size_t count = crowd_.sessions().size(); count > 0; --count) tally_.on_due(now);
    crowd_.drop_and_bring_all();
}

void Storm::on_login(Session& /*session*/) {
    if (broke_ != Instant::max()) tally_.on_arrived(broke_, instant_now());
}

bool Storm::complete() const {
    return broke_ != Instant::max() && crowd_.online() == crowd_.sessions().size();
}

} // namespace load
