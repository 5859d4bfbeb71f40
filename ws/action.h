// Action — what a Session wants done by its shell.
#pragma once

#include "base/action_queue.h"
#include "base/slice.h"
#include "net/transport.h"
#include "xmpp/stanza.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ws {

// One text message to the client.
struct SendMessage {
    base::Slice text;
};
struct SendPing {};
struct SendPong {
    base::Slice payload;
};
// Our Close frame; no message follows.
struct SendClose {
    uint16_t code = 0; // 0: a frame without one
};
struct PauseClient {};
struct ResumeClient {};
// The end of the connection; session.on_client_gone() follows.
struct HangUp {
    net::CloseMode mode = net::CloseMode::Flush;
};

struct OpenStream {
    xmpp::StreamParameters parameters;
};
struct SendUpstream {
    base::SliceChain element;
};
struct RestartStream {
    xmpp::StreamParameters parameters;
    std::string asked_to; // which domain the client named, for the log (W-053)
};
struct PauseUpstream {};
struct ResumeUpstream {};
// The client is gone: whoever sent these is told so. Comes before CloseUpstream.
struct Bounce {
    std::vector<xmpp::Stanza> undelivered;
};
struct CloseUpstream {
    xmpp::Upstream::CloseMode mode = xmpp::Upstream::CloseMode::Graceful;
};
// The last action of a session.
struct End {
    std::string_view cause; // a literal, for the log
};

using Action = std::variant<SendMessage, SendPing, SendPong, SendClose, PauseClient, ResumeClient,
                            HangUp, OpenStream, SendUpstream, RestartStream, PauseUpstream,
                            ResumeUpstream, Bounce, CloseUpstream, End>;

using ActionQueue = base::ActionQueue<Action>;

} // namespace ws
