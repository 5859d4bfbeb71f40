#include "cm/memory_keeper.h"

#include "base/process_memory.h"

#include <chrono>
#include <utility>

namespace cm {

namespace {

using namespace std::chrono_literals;

// How often it is looked. What a session has goes within seconds of its end.
constexpr base::Duration kLook = 10s;

} // namespace

MemoryKeeper::MemoryKeeper(const base::Env& env, std::function<size_t()> sessions)
    : env_(env), sessions_(std::move(sessions)), return_(base::resident_bytes()) {
    env_.wheel.set(*this, env_.now() + kLook);
}

void MemoryKeeper::on_deadline(base::TimePoint now) {
    env_.wheel.set(*this, now + kLook);
    size_t before = base::resident_bytes();
    if (!return_.is_due(sessions_(), before)) return;
    auto began = std::chrono::steady_clock::now();
    bool returned = base::return_free_memory();
    auto took = std::chrono::steady_clock::now() - began;
    size_t after = base::resident_bytes();
    return_.note_returned(after);
    if (!returned) return;
    env_.log.info("memory.returned",
                  {{"before", before},
                   {"after", after},
                   {"in_use", base::heap_in_use()},
                   {"us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}});
}

} // namespace cm
