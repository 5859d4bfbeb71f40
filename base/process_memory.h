// MemoryCeiling — whether the process has grown to a size that the operator does not want passed.
// It is for refusing newcomers; those who are there already are served on.
// Units:  bytes of resident memory, as the system counts them.
// Errors: where /proc cannot be read nothing is known, and the ceiling is never reached.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <cstdint>

namespace base {

// 0 if the system does not tell.
[[nodiscard]] size_t resident_bytes();

class MemoryCeiling {
public:
    using Reader = size_t (*)();
    // `ceiling_bytes` 0: there is none.
    explicit MemoryCeiling(size_t ceiling_bytes, Reader reader = &resident_bytes)
        : ceiling_bytes_(ceiling_bytes), reader_(reader) {}

    void set_ceiling(size_t bytes) { ceiling_bytes_ = bytes; }
    // Asks the system once a second at most: it costs a system call or three.
    [[nodiscard]] bool reached(TimePoint now);

private:
    size_t ceiling_bytes_;
    Reader reader_;
    TimePoint asked_at_ = TimePoint::min();
    bool reached_ = false;
};

} // namespace base
