// Handler, Responder, Upgrader — the seam between HTTP connections and what answers requests.
// A handler may answer at once, or hold the request as long as it likes (BOSH does): it keeps the
// RequestRef, a value, and nothing of the connection.
// Life:   a RequestRef is stale after its answer or the loss of its connection; using a stale one
//         does nothing. Handlers outlive the server.
#pragma once

#include "base/slot_map.h"
#include "http/client_limits.h"
#include "http/message.h"
#include "net/transport.h"

#include <memory>
#include <optional>

namespace http {

using RequestRef = base::SlotId;

class Responder {
public:
    // Answers the request. Answers of one connection are sent in the order of its requests,
    // whatever the order of these calls. False: the request is gone, nothing was sent.
    virtual bool respond(RequestRef request, Response response) = 0;
    // Cuts its connection off instead; on_request_lost() comes for it, as for all others there.
    virtual void drop(RequestRef request) = 0;

protected:
    ~Responder() = default;
};

// What a connection leaves behind that goes on in another protocol (RFC 9110 §7.8).
struct Upgraded {
    std::unique_ptr<net::Transport> transport; // to be given its new listener at once
    base::ByteView rest;     // came behind the request; valid until on_request() returns
    ClientLimits::Seat seat; // of the connection; to be given back when it is over
};

class Upgrader {
public:
    // Sends `switching`, which is 101, and gives the connection away; or, if the request was an
    // extended CONNECT, 200 and a stream of it (RFC 8441 §5), whose seat remains the connection's.
    // Only inside on_request(), for the request at hand. nullopt: it stands behind one that is not
    // answered yet, and must be answered itself.
    virtual std::optional<Upgraded> upgrade(RequestRef request, Response switching) = 0;

protected:
    ~Upgrader() = default;
};

class Handler {
public:
    struct Verdict {
        size_t max_body_bytes = 0;         // beyond it: 413 before the bytes are buffered
        std::optional<Response> refusal{}; // answer by the head alone, the body unread
    };
    // By the head alone, before 100-continue or a byte of the body. It may not answer requests:
    // the connection is in the middle of one. OPTIONS and TRACE never come here; CONNECT does where
    // Route::websocket says so, and on_request() for it with no body, while its stream goes on.
    [[nodiscard]] virtual Verdict on_head(const RequestHead& head, const ClientFacts& client) = 0;
    // The request is whole. The server, a Responder, takes the answer, now or later.
    virtual void on_request(RequestRef request, const RequestHead& head, base::Slice body,
                            const ClientFacts& client) = 0;
    // The connection of an unanswered request is gone (H-046).
    virtual void on_request_lost(RequestRef request) = 0;
    // The answer given to respond() could not be sent whole.
    // (Not told: a BOSH client repeats the request, and the replay cache answers it.)

protected:
    ~Handler() = default;
};

} // namespace http
