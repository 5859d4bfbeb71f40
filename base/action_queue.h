// ActionQueue — what an engine wants done. Its shell takes them out after each call and does them.
// Life:   one for all engines of a kind on a worker: between two events it is empty, so an engine
//         at rest owns no memory for it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace base {

template <class Action>
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

} // namespace base
