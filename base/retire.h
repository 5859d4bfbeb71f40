// RetireList — where an object goes that ends while one of its own functions is running.
// Nobody deletes the object whose callback is running: its owner hands it over, and the worker
// empties the list when the loop's turn is over and no callback is on the stack.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace base {

class RetireList {
public:
    template <class T>
    void retire(std::unique_ptr<T> object) {
        if (object) objects_.emplace_back(std::move(object));
    }
    // Destroying one object may retire others; they go in the same call.
    void empty() {
        while (!objects_.empty()) std::exchange(objects_, {}).clear();
    }
    [[nodiscard]] bool has_objects() const { return !objects_.empty(); }

private:
    // shared_ptr only for its type-erased deleter; nothing shares these.
    std::vector<std::shared_ptr<void>> objects_;
};

} // namespace base
