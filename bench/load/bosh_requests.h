// BoshRequests — how the requests of a BOSH client get to the manager, and their answers back: the
// seam between XEP-0124 and the versions of HTTP.
// A request whose lasting connection turned out to be gone is sent again on a new one, once, as
// browsers do: its rid makes that safe.
// Life:   not destroyed inside its callbacks (RetireList), but may be cut() there.
#pragma once

#include "bench/load/client_stream.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace load {

class BoshRequests {
public:
    class Listener {
    public:
        // `place` is free again. The body lives until this returns.
        virtual void on_answer(size_t place, std::string_view status, base::ByteView body) = 0;
        // The connection of a request is gone, or could not be made.
        virtual void on_request_lost(std::string_view why) = 0;
        // What came is no answer to what was asked.
        virtual void on_http_fault(std::string_view fault) = 0;

    protected:
        ~Listener() = default;
    };

    virtual ~BoshRequests() = default;
    // The next request of a place, which has none: 0 up to RequestTurns::kConnections.
    virtual void ask(size_t place, base::SliceChain body) = 0;
    // At once. No call comes any more.
    virtual void cut() = 0;
};

// Of the HTTP that the context says.
[[nodiscard]] std::unique_ptr<BoshRequests> make_bosh_requests(StreamContext& context,
                                                               BoshRequests::Listener& listener);

} // namespace load
