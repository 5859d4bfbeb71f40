#include "bench/simulate/simulation.h"

#include "base/memory_return.h"
#include "base/process_memory.h"
#include "bench/simulate/memory.h"

#include <algorithm>
#include <chrono>

namespace simulate {

namespace {

using namespace std::chrono_literals;

// A request is held so long. When it has been asked for once, everybody is at rest.
constexpr base::Duration kSettle = 61s;
// How often boshcm looks whether many have left.
constexpr base::Duration kLook = 10s;
// What is remembered of those that have left is gone.
constexpr base::Duration kForget = 120s;

double microseconds(Cpu time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

class Run {
public:
    Run(const Options& options, uint32_t sessions)
        : options_(options), sessions_(sessions), world_(sessions, options.websocket) {}

    Outcome execute();

private:
    // Ticks for so long; each time as many clients as are due do what there is to do, from `first`
    // on.
    template <class Act>
    Cpu pass(base::Duration time, uint32_t first, uint32_t last, Act act);
    Cpu rest(base::Duration time) {
        return pass(time, 0, 0, [](uint32_t) {});
    }
    void warm_up();
    void return_memory(Outcome& outcome);
    void leave(Outcome& outcome);
    void stay(Outcome& outcome);
    void expect(bool good, const char* what) {
        if (!good) faults_.emplace_back(what);
    }

    const Options& options_;
    uint32_t sessions_;
    World world_;
    base::MemoryReturn return_{base::resident_bytes()};
    std::vector<std::string> faults_;
};

template <class Act>
Cpu Run::pass(base::Duration time, uint32_t first, uint32_t last, Act act) {
    Cpu began = cpu_of_thread();
    auto ticks = std::max<int64_t>(time / base::TimerWheel::kTick, 1);
    uint64_t done = 0;
    for (int64_t tick = 1; tick <= ticks; ++tick) {
        uint64_t due = static_cast<uint64_t>(last - first) * static_cast<uint64_t>(tick) /
                       static_cast<uint64_t>(ticks);
        for (; done < due; ++done) act(first + static_cast<uint32_t>(done));
        world_.tick();
    }
    return cpu_of_thread() - began;
}

// The first pays for what all share.
void Run::warm_up() {
    world_.clients().come(0);
    rest(5s);
    world_.clients().leave(0);
    rest(kForget);
    (void)world_.take_long_turns();
}

// Everybody writes once in an interval, one after the other.
void Run::stay(Outcome& outcome) {
    Tally before = world_.tally();
    Cpu cpu{};
    for (base::Duration left = options_.time; left > 0s;) {
        base::Duration part = std::min(left, options_.message_interval);
        auto writers = static_cast<uint32_t>(
            static_cast<double>(sessions_) * static_cast<double>(part.count()) /
            static_cast<double>(options_.message_interval.count()));
        cpu += pass(part, 0, writers,
                    [&](uint32_t client) { world_.clients().write_message(client); });
        left -= part;
    }
    const Tally& now = world_.tally();
    outcome.operations = (now.requests - before.requests) + (now.pings - before.pings) +
                         (now.messages_back - before.messages_back);
    outcome.operation_us =
        microseconds(cpu) / static_cast<double>(std::max<uint64_t>(outcome.operations, 1));
    double hours = std::chrono::duration<double, std::ratio<3600>>(options_.time).count();
    outcome.hour_ms = microseconds(cpu) / 1000 / sessions_ / hours;
}

void Run::return_memory(Outcome& outcome) {
    if (!return_.is_due(world_.tally().online, base::resident_bytes())) return;
    Cpu began = cpu_of_thread();
    (void)base::return_free_memory();
    Cpu took = cpu_of_thread() - began;
    return_.note_returned(base::resident_bytes());
    ++outcome.returns;
    outcome.longest_return_ms = std::max(outcome.longest_return_ms, microseconds(took) / 1000);
}

void Run::leave(Outcome& outcome) {
    auto looks = static_cast<uint64_t>(std::max<int64_t>(options_.leaving / kLook, 1));
    Cpu cpu{};
    for (uint64_t look = 0; look < looks; ++look) {
        auto first = static_cast<uint32_t>(sessions_ * look / looks);
        auto last = static_cast<uint32_t>(sessions_ * (look + 1) / looks);
        cpu += pass(options_.leaving / static_cast<int64_t>(looks), first, last,
                    [&](uint32_t client) { world_.clients().leave(client); });
        return_memory(outcome);
    }
    outcome.leave_us = microseconds(cpu) / sessions_;
    for (base::Duration left = kForget; left > 0s; left -= kLook) {
        rest(kLook);
        return_memory(outcome);
    }
}

Outcome Run::execute() {
    auto began = std::chrono::steady_clock::now();
    Outcome outcome{.sessions = sessions_};
    warm_up();
    Memory empty = Memory::now();
    size_t beside_empty = world_.touched_bytes();
    Tally before = world_.tally();

    Cpu cpu = pass(options_.arriving, 0, sessions_,
                   [&](uint32_t client) { world_.clients().come(client); });
    outcome.login_us = microseconds(cpu) / sessions_;
    rest(kSettle);
    outcome.arriving = world_.take_long_turns();
    expect(world_.tally().online == sessions_, "not everybody has logged in");
    (void)return_.is_due(sessions_, base::resident_bytes());

    stay(outcome);
    outcome.staying = world_.take_long_turns();
    Memory full = Memory::now();
    size_t beside = world_.touched_bytes() - beside_empty;
    double heap = static_cast<double>(full.heap) - static_cast<double>(empty.heap);
    double resident = static_cast<double>(full.resident) - static_cast<double>(empty.resident) -
                      static_cast<double>(beside);
    outcome.heap_bytes = heap / sessions_;
    outcome.resident_bytes = resident / sessions_;
    expect(world_.tally().online == sessions_, "sessions were lost");
    rest(5s); // what was written last comes back
    expect(world_.tally().messages_back == world_.tally().messages_sent, "messages were lost");

    leave(outcome);
    outcome.leaving = world_.take_long_turns();
    expect(world_.tally().left - before.left == sessions_, "not everybody could leave");
    expect(world_.tally().lost == 0 && world_.tally().odd == 0, "answers that nobody should get");
    expect(world_.empty(), "something is left of those that have left");

    Memory after = Memory::now();
    if (heap > 0) { // of which glibc tells
        outcome.heap_left =
            (static_cast<double>(after.heap) - static_cast<double>(empty.heap)) / heap;
    }
    outcome.resident_left = (static_cast<double>(after.resident) -
                             static_cast<double>(empty.resident) - static_cast<double>(beside)) /
                            resident;
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    outcome.faults = std::move(faults_);
    return outcome;
}

} // namespace

Outcome simulate(const Options& options, uint32_t sessions) {
    return Run(options, sessions).execute();
}

} // namespace simulate
