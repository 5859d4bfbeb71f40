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
    : env_(env), sessions_(std::move(sessions)) {
    env_.wheel.set(*this, env_.now() + kLook);
}

void MemoryKeeper::on_deadline(base::TimePoint now) {
    env_.wheel.set(*this, now + kLook);
    if (!return_.is_due(sessions_())) return;
    size_t before = base::resident_bytes();
    auto began = std::chrono::steady_clock::now();
    if (!base::return_free_memory()) return;
    auto took = std::chrono::steady_clock::now() - began;
    env_.log.info("memory.returned",
                  {{"before", before},
                   {"after", base::resident_bytes()},
                   {"us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()}});
}

} // namespace cm
