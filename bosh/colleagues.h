// Colleagues — the other workers of this process, as the endpoint of one of them knows them.
// A session lives on one worker; its client's requests come over connections of any. What moves is
// the request, never the connection: so it works the same behind a proxy, with TLS and with HTTP/2.
// Errors: forward() may be refused; the rest always arrives, in the order in which it was sent.
// Life:   of the process. Called on the worker's own thread; what arrives is given to the other
//         one's endpoint on its thread.
#pragma once

#include "base/parcel.h"
#include "bosh/request_ref.h"
#include "http/message.h"

#include <cstdint>
#include <optional>
#include <string>

namespace bosh {

// A request on its way to its session: whole, and not compressed any more.
struct ForwardedRequest {
    RequestRef from;
    base::Parcel body;
    http::ClientFacts client;
    bool confirmed = false; // somebody still waited for its answer when it had come too late
};

// Its answer on the way back, not compressed yet.
struct ForwardedAnswer {
    uint16_t status = 200;
    bool close = false;
    std::string content_type;
    std::string fields;
    base::Parcel body;
};

class Colleagues {
public:
    // Who should have the next session, if that is not the worker that asks: one with clearly
    // fewer. A proxy may have all its clients' requests on few connections, or on one.
    [[nodiscard]] virtual std::optional<uint8_t> with_fewer_sessions() const = 0;
    // False: that worker has more waiting than it should; `request` is as it was.
    virtual bool forward(uint8_t worker, ForwardedRequest&& request) = 0;
    // It came too late to be good: after its repeat, perhaps, which took another way. It goes back
    // to where it came in, which may be here, and arrives a turn later. Does anybody wait for its
    // answer then, it is taken in again, confirmed.
    virtual void send_back(ForwardedRequest request) = 0;
    // The connection of a request that was forwarded is gone.
    virtual void tell_lost(uint8_t worker, RequestRef request) = 0;
    // To where the request came in.
    virtual void give_back(RequestRef request, ForwardedAnswer answer) = 0;
    virtual void tell_dropped(RequestRef request) = 0;

protected:
    ~Colleagues() = default;
};

} // namespace bosh
