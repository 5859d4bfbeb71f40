// use_cares() — before the first call of c-ares. For net's own files; not in a header that others
// include, since it brings ares.h along.
#pragma once

#include "base/error.h"

#include <ares.h>

namespace net {

// Safe from several threads, which c-ares' own counting is not. Nothing needs to be undone: on Unix
// the library holds nothing but that count.
inline void use_cares() {
    static const int status = ares_library_init(ARES_LIB_INIT_ALL);
    CM_ASSERT(status == ARES_SUCCESS);
}

} // namespace net
