#include "net/mailbox.h"

#include <utility>

namespace net {

Mailbox::Mailbox(Loop& loop) : loop_(loop) {
    CM_ASSERT(bell_.init(this, [&loop](uv_async_t* async) {
        return uv_async_init(loop.uv(), async, [](uv_async_t* rung) {
            auto* self = UvHandle<uv_async_t>::owner_of<Mailbox>(rung);
            if (self != nullptr) self->open();
        });
    }) == 0);
}

void Mailbox::put(Letter letter) {
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        first = letters_.empty();
        letters_.push_back(std::move(letter));
    }
    if (first) uv_async_send(bell_.get());
}

size_t Mailbox::size() const {
    std::lock_guard lock(mutex_);
    return letters_.size();
}

void Mailbox::open() {
    {
        std::lock_guard lock(mutex_);
        std::swap(letters_, opened_);
    }
    for (Letter& letter : opened_) {
        loop_.breathe();
        std::exchange(letter, {})();
    }
    opened_.clear();
}

} // namespace net
