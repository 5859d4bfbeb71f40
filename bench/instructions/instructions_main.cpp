// Runs each operation under callgrind and tells how often, and what it allocated; how many
// instructions that took, callgrind tells. check.py starts it.
#include "bench/instructions/operation.h"

#include <cinttypes>
#include <cstdio>

namespace instructions {

namespace {

// So that what grows with use is as large as it gets.
constexpr int kWarmUp = 100;
constexpr int kRuns = 100;

// The record is true for one of them only.
#ifdef __x86_64__
constexpr const char* kProcessor = "x86-64";
#else
constexpr const char* kProcessor = "another processor";
#endif
#ifdef __clang__
constexpr const char* kCompiler = __VERSION__;
#else
constexpr const char* kCompiler = "GCC " __VERSION__;
#endif

void measure(const NamedOperation& named) {
    std::unique_ptr<Operation> operation = named.make();
    Count warm_up;
    for (int i = 0; i < kWarmUp; ++i) operation->run(warm_up);
    Count count;
    for (int i = 0; i < kRuns; ++i) operation->run(count);
    count.end(named.name);
    std::printf("%s %d %" PRIu64 "\n", named.name, kRuns, count.allocations());
}

} // namespace

} // namespace instructions

int main() {
    using namespace instructions;
    std::printf("compiler %s %s\n", kCompiler, kProcessor);
    for (auto operations : {http_operations(), bosh_operations(), websocket_operations()}) {
        for (const NamedOperation& named : operations) measure(named);
    }
    return 0;
}
