// Services — what one of these programs stands on: a loop, and base::Env around it.
#pragma once

#include "base/env.h"
#include "net/loop.h"

namespace load {

struct Services {
    base::SlicePool pool{1024UL * 1024 * 1024};
    net::Loop loop;
    base::Log log = base::Log::to_stderr(base::Level::Warn);
    base::Metrics metrics;
    base::Env env{.clock = loop,
                  .pool = pool,
                  .wheel = loop.wheel(),
                  .retired = loop.retired(),
                  .log = log,
                  .metrics = metrics};
};

} // namespace load
