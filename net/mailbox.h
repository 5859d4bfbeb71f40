// Mailbox — the only way into a loop from other threads: what is put in runs on it, in order.
// A queue that is swapped under a lock, and one wake-up for all that came since the last look.
// Errors: a system that gives no wake-up handle is no system to run on: CM_ASSERT.
// Life:   put() from any thread, as long as the mailbox lives; what is in it when it goes never
//         runs. It is destroyed on the loop's thread, or when that has ended.
#pragma once

#include "net/handle.h"
#include "net/loop.h"

#include <functional>
#include <mutex>
#include <vector>

namespace net {

class Mailbox {
public:
    using Letter = std::move_only_function<void()>;

    explicit Mailbox(Loop& loop);
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox() = default;

    void put(Letter letter);
    // Letters that are waiting.
    [[nodiscard]] size_t size() const;

private:
    void open();

    Loop& loop_;
    UvHandle<uv_async_t> bell_;
    mutable std::mutex mutex_; // of letters_ alone
    std::vector<Letter> letters_;
    std::vector<Letter> opened_; // those that run now; its room is kept
};

} // namespace net
