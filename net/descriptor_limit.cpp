#include "net/descriptor_limit.h"

#include "base/error.h"

#include <sys/resource.h>

namespace net {

uint64_t raise_descriptor_limit() {
    rlimit limit{};
    CM_ASSERT(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    rlimit wanted{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    // Refused when the hard limit is above fs.nr_open; what we have is the best there is, then.
    if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
    return limit.rlim_cur;
}

} // namespace net
