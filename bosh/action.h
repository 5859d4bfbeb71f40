// Action — what a Session wants done. Its shell takes them out after each call and does them.
// Life:   one queue per worker: between two events of any session it is empty, so an idle session
//         owns no memory for it.
#pragma once

#include "base/slice.h"
#include "bosh/conditions.h"
#include "http/handler.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bosh {

struct Respond {
    http::RequestRef to;
    uint16_t status = 200; // else: a legacy code, and the entity is empty
    base::SliceChain xml;
};
struct SendUpstream {
    base::SliceChain elements;
    uint32_t count = 0; // of elements, for the metric
};
struct RestartStream {
    std::string from; // empty: as before
    std::string lang; // empty: as before
};
struct PauseUpstream {};
struct ResumeUpstream {};
struct CloseUpstream {};
// The last action of a session: it is over, its sid is dead.
struct End {
    std::string_view cause; // a literal, for the log
};

using Action = std::variant<Respond, SendUpstream, RestartStream, PauseUpstream, ResumeUpstream,
                            CloseUpstream, End>;

class ActionQueue {
public:
    void push(Action action) { actions_.push_back(std::move(action)); }
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
