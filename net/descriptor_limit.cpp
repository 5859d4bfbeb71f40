#include "net/descriptor_limit.h"

#include "base/error.h"

#include <filesystem>
#include <iterator>
#include <sys/resource.h>
#include <system_error>

namespace net {

uint64_t raise_descriptor_limit() {
    rlimit limit{};
    CM_ASSERT(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    rlimit wanted{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    // Refused when the hard limit is above fs.nr_open; what we have is the best there is, then.
    if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) limit = wanted;
    return limit.rlim_cur;
}

size_t open_descriptors() {
    constexpr size_t kUnknown = 64;
    std::error_code fault;
    std::filesystem::directory_iterator open("/proc/self/fd", fault);
    if (fault) return kUnknown;
    return static_cast<size_t>(std::distance(begin(open), end(open)));
}

} // namespace net
