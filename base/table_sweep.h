// TableSweep — each entry of a table in portions once, a few at a time, while others come and go.
// The names of one portion are written down; who has left when its turn comes is not found by it.
// What comes into a portion that was begun before is not seen, so nobody comes in who must be.
// Life:   of one sweep; it refers to nothing of the table.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace base {

template <class Name>
class TableSweep {
public:
    // Visits `most` more. list(portion, names) adds the names of one of `portions`, which may have
    // become more meanwhile; visit(name) may take any entry. False: that was all.
    template <class List, class Visit>
    [[nodiscard]] bool go_on(size_t most, size_t portions, List&& list, Visit&& visit) {
        for (size_t visited = 0; visited < most;) {
            if (next_ == names_.size()) {
                names_.clear();
                next_ = 0;
                if (portion_ >= portions) return false;
                list(portion_++, names_);
            } else {
                visit(std::as_const(names_[next_++]));
                ++visited;
            }
        }
        return true;
    }

private:
    size_t portion_ = 0; // whose names are not written down yet
    std::vector<Name> names_;
    size_t next_ = 0; // of these
};

} // namespace base
