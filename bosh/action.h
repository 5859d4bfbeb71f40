// Action — what a Session wants done by its shell.
#pragma once

#include "base/action_queue.h"
#include "base/slice.h"
#include "base/time.h"
#include "bosh/conditions.h"
#include "bosh/request_window.h"
#include "xmpp/stanza.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bosh {

// Which stream of a session: 0 is the one that it was created with. Never used twice.
using StreamId = uint32_t;
inline constexpr StreamId kFirstStream = 0;

struct Respond {
    RequestRef to;
    uint16_t status = 200; // else: a legacy code, and the entity is empty
    base::SliceChain xml;
    // For the metrics:
    std::optional<base::Duration> waited{}; // of a request that was held
    bool replay = false;
};
struct OpenStream {
    StreamId stream = kFirstStream;
    xmpp::ServerIndex server = xmpp::kOwnServer;
    xmpp::StreamParameters parameters;
};
struct SendUpstream {
    StreamId stream = kFirstStream;
    base::SliceChain elements;
    uint32_t count = 0; // of elements, for the metric
};
struct RestartStream {
    StreamId stream = kFirstStream;
    xmpp::StreamParameters parameters;
    std::string asked_to; // what the client named instead of parameters.to, for the log
};
struct PauseUpstream {
    StreamId stream = kFirstStream;
};
struct ResumeUpstream {
    StreamId stream = kFirstStream;
};
// The client is gone: whoever sent these is told so. Comes before CloseUpstream.
struct Bounce {
    StreamId stream = kFirstStream;
    std::vector<xmpp::Stanza> undelivered;
};
struct CloseUpstream {
    StreamId stream = kFirstStream;
    xmpp::Upstream::CloseMode mode = xmpp::Upstream::CloseMode::Graceful;
};
// The last action of a session: it is over, its sid is dead.
struct End {
    std::string_view cause;         // a literal, for the log
    std::vector<CachedAnswer> last; // for repeats that come after it (B-226)
};

using Action = std::variant<Respond, OpenStream, SendUpstream, RestartStream, PauseUpstream,
                            ResumeUpstream, Bounce, CloseUpstream, End>;

using ActionQueue = base::ActionQueue<Action>;

} // namespace bosh
