// Action — what a Session wants done. Its shell takes them out after each call and does them.
// Life:   one queue per worker: between two events of any session it is empty, so an idle session
//         owns no memory for it.
#pragma once

#include "base/slice.h"
#include "bosh/conditions.h"
#include "bosh/request_window.h"
#include "http/handler.h"
#include "xmpp/stanza.h"
#include "xmpp/upstream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bosh {

// Which stream of a session: 0 is the one that it was created with. Never used twice.
using StreamId = uint32_t;
inline constexpr StreamId kFirstStream = 0;

struct Respond {
    http::RequestRef to;
    uint16_t status = 200; // else: a legacy code, and the entity is empty
    base::SliceChain xml;
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

class ActionQueue {
public:
    template <class What>
    void push(What action) {
        actions_.emplace_back(std::move(action));
    }
    bool next(Action& out) {
        if (taken_ == actions_.size()) {
            actions_.clear();
            taken_ = 0;
            return false;
        }
        out = std::move(actions_[taken_++]);
        return true;
    }
    [[nodiscard]] bool empty() const { return taken_ == actions_.size(); }

private:
    std::vector<Action> actions_;
    size_t taken_ = 0;
};

} // namespace bosh
