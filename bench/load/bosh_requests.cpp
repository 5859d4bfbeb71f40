#include "bench/load/bosh_requests.h"

#include "bench/load/http1_requests.h"
#include "bench/load/http2_requests.h"

namespace load {

std::unique_ptr<BoshRequests> make_bosh_requests(StreamContext& context,
                                                 BoshRequests::Listener& listener) {
    if (context.http2) return std::make_unique<Http2Requests>(context, listener);
    return std::make_unique<Http1Requests>(context, listener);
}

} // namespace load
