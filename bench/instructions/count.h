// Count — what of a program is counted: the instructions by callgrind, which is told when, and the
// allocations of heap memory by heap.cpp. In between nothing is.
//
//     Count count;
//     client.send(request);           // made ready, not counted
//     count.start();
//     client.pump();
//     count.stop();
//
// Units:  allocations of all that was counted; reallocations are some.
// Errors: none; without callgrind no instructions are counted.
#pragma once

#include <cstdint>
#include <valgrind/callgrind.h>

namespace instructions {

// One program has one heap.
extern constinit bool counting_allocations;
extern constinit uint64_t counted_allocations;

class Count {
public:
    // Forgets what was counted.
    Count() {
        counted_allocations = 0;
        CALLGRIND_ZERO_STATS;
    }
    // Callgrind begins with --collect-atstart=no.
    void start() {
        counting_allocations = true;
        CALLGRIND_TOGGLE_COLLECT;
    }
    void stop() {
        CALLGRIND_TOGGLE_COLLECT;
        counting_allocations = false;
    }
    // Callgrind writes down what it has, under that name.
    void end(const char* name) { CALLGRIND_DUMP_STATS_AT(name); }
    [[nodiscard]] uint64_t allocations() const { return counted_allocations; }
};

} // namespace instructions
