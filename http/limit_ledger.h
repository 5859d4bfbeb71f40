// LimitLedger — what the clients of all workers have taken of their limits.
// An address's connections come to whichever worker the kernel chooses, so it can only be counted
// in one place. Each question is a few hundred nanoseconds under one lock.
// Life:   one for the process; outlives every ClientLimits that writes in it.
#pragma once

#include "base/process_memory.h"
#include "base/rate.h"
#include "http/address_table.h"

#include <cstddef>
#include <cstdint>
#include <mutex>

namespace http {

struct LimitLedger {
    explicit LimitLedger(size_t memory_ceiling_bytes) : memory(memory_ceiling_bytes) {}

    std::mutex mutex; // of all that follows
    AddressTable addresses;
    base::MemoryCeiling memory;
    uint32_t unauthenticated = 0;
    base::RateMeter creations;
    base::RateMeter requests;
    base::RateMeter bytes;
};

} // namespace http
