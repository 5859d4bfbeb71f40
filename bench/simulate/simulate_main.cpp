// boshcm-simulate — runs the simulations, each in a process of its own, and tells of them.

#include "bench/simulate/simulation.h"

#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using simulate::LongTurns;
using simulate::Outcome;

double milliseconds(simulate::Cpu time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

void print_turns(const char* phase, const LongTurns& turns) {
    std::printf("  longest turns, %s: %.2f ms of deadlines, %.2f ms of events, %.2f ms for one "
                "of them\n",
                phase, milliseconds(turns.deadlines), milliseconds(turns.events),
                milliseconds(turns.event));
}

void print(const Outcome& outcome) {
    std::printf("%u sessions, in %.0f s\n", outcome.sessions, outcome.seconds);
    std::printf("  memory of a session: %.0f bytes of the heap, %.0f resident\n",
                outcome.heap_bytes, outcome.resident_bytes);
    std::printf("  CPU time: %.1f us to log in, %.2f ms an hour, %.2f us for each of %llu "
                "operations, %.1f us to leave\n",
                outcome.login_us, outcome.hour_ms, outcome.operation_us,
                static_cast<unsigned long long>(outcome.operations), outcome.leave_us);
    print_turns("arriving", outcome.arriving);
    print_turns("staying", outcome.staying);
    print_turns("leaving", outcome.leaving);
    std::printf("  left when all have gone: %.2f %% of the heap, %.2f %% resident; given back %u "
                "times, in %.1f ms at most\n",
                outcome.heap_left * 100, outcome.resident_left * 100, outcome.returns,
                outcome.longest_return_ms);
    for (const std::string& fault : outcome.faults) std::printf("  FAULT: %s\n", fault.c_str());
    std::fflush(stdout);
}

// So that none finds a heap that another one has used.
bool run_apart(const simulate::Options& options, uint32_t sessions) {
    pid_t child = ::fork();
    if (child == 0) {
        Outcome outcome = simulate::simulate(options, sessions);
        if (options.most_bytes != 0 &&
            outcome.heap_bytes > static_cast<double>(options.most_bytes)) {
            outcome.faults.emplace_back("a session costs more than it may");
        }
        print(outcome);
        ::_exit(outcome.faults.empty() ? 0 : 1);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

} // namespace

int main(int argc, char** argv) {
    int status = 0;
    auto options = simulate::parse_options(argc, argv, status);
    if (!options) return status;
    bool good = true;
    for (uint32_t sessions : options->sessions) good = run_apart(*options, sessions) && good;
    return good ? 0 : 1;
}
