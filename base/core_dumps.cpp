#include "base/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace base {

bool disable_core_dumps() {
    // The limit is for dumps to files; a program that the kernel pipes dumps to (core_pattern) gets
    // none of a process that is not dumpable.
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    return ::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

} // namespace base
