// Stream — one XMPP stream of a session: where it stands, and what the client has not heard of it.
// Spec:   XEP-0124 §16 (Multiple Streams); XEP-0206 §4; B-057, B-077, B-260..B-267.
// Life:   owned by Session, from the request that asks for it until its end has been told.
#pragma once

#include "base/rare_string.h"
#include "base/slice.h"
#include "base/time.h"
#include "bosh/action.h"
#include "bosh/creation.h"
#include "bosh/outbox.h"
#include "xmpp/client_standing.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bosh {

struct Stream {
    enum class State : uint8_t {
        Negotiating, // until the first features: nothing may be sent (B-057)
        Ready,
        Congested, // the server's backlog is full: payloads wait in parked requests (B-145)
        Ended,     // nothing goes up or comes down any more; the client may not know yet
    };

    [[nodiscard]] bool is_open() const { return state != State::Ended; }
    [[nodiscard]] bool accepts() const { return state == State::Ready; }

    void note_header(const xmpp::StreamOpened& header);

    StreamId id = 0;
    State state = State::Negotiating;
    bool reading_paused = false;
    xmpp::ClientStanding client;
    Condition end = Condition::None; // why it ended
    base::RareString jid;            // once it is bound
    StreamTerms terms;
    base::TimePoint opened;
    base::RareString name; // on the wire; empty where several streams are not offered

    Outbox outbox;
    std::unique_ptr<std::string> attributes; // of the server's header, until the client was told
    std::unique_ptr<SendUpstream> unsent;    // of the creation request, until features (B-057)
    base::Slice error;                       // of the server, if that is why it ended
};

} // namespace bosh
