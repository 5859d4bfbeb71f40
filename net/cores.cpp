#include "net/cores.h"

#include <uv.h>

namespace net {

size_t core_count() {
    return uv_available_parallelism();
}

} // namespace net
