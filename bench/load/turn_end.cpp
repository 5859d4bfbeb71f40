#include "bench/load/turn_end.h"

#include <uv.h>

namespace load {

TurnEnd::TurnEnd(net::Loop& loop, Listener& listener) : listener_(listener) {
    CM_ASSERT(handle_.init(this, [&](uv_prepare_t* handle) {
        return uv_prepare_init(loop.uv(), handle);
    }) == 0);
    CM_ASSERT(uv_prepare_start(handle_.get(), [](uv_prepare_t* handle) {
                  auto* self = net::UvHandle<uv_prepare_t>::owner_of<TurnEnd>(handle);
                  if (self != nullptr) self->listener_.on_turn_end();
              }) == 0);
    uv_unref(reinterpret_cast<uv_handle_t*>(handle_.get())); // nothing to wait for
}

} // namespace load
