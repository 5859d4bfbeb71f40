// SlotMap — things that others refer to without owning them.
// An Id names a slot and the generation that lived in it: once the value is erased, every copy of
// its Id resolves to nothing for ever. It is never a dangling pointer.
// Units:  an index below 2^32; a slot's generation grows with each use and never is 0.
// Life:   pointers are valid until the next insert or erase.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace base {

struct SlotId {
    uint32_t index = 0;
    uint32_t generation = 0; // 0: names nothing

    explicit operator bool() const { return generation != 0; }
    bool operator==(const SlotId&) const = default;
};

template <class T>
class SlotMap {
public:
    template <class... Args>
    SlotId insert(Args&&... args) {
        uint32_t index = 0;
        if (free_.empty()) {
            index = static_cast<uint32_t>(slots_.size());
            slots_.emplace_back();
        } else {
            index = free_.back();
            free_.pop_back();
        }
        Slot& slot = slots_[index];
        slot.value.emplace(std::forward<Args>(args)...);
        return {.index = index, .generation = slot.generation};
    }

    [[nodiscard]] T* find(SlotId id) {
        if (id.index >= slots_.size()) return nullptr;
        Slot& slot = slots_[id.index];
        return slot.generation == id.generation && slot.value ? &*slot.value : nullptr;
    }

    // The value, moved out; nothing if the id was stale.
    std::optional<T> take(SlotId id) {
        T* found = find(id);
        if (found == nullptr) return std::nullopt;
        std::optional<T> value(std::move(*found));
        Slot& slot = slots_[id.index];
        slot.value.reset();
        if (++slot.generation == 0) slot.generation = 1;
        free_.push_back(id.index);
        return value;
    }

    bool erase(SlotId id) { return take(id).has_value(); }

    [[nodiscard]] size_t size() const { return slots_.size() - free_.size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    // Visits every value; `visit` must not insert or erase.
    template <class Visit>
    void for_each(Visit&& visit) {
        for (uint32_t index = 0; index < slots_.size(); ++index) {
            Slot& slot = slots_[index];
            if (slot.value) visit(SlotId{index, slot.generation}, *slot.value);
        }
    }
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (uint32_t index = 0; index < slots_.size(); ++index) {
            const Slot& slot = slots_[index];
            if (slot.value) visit(SlotId{index, slot.generation}, *slot.value);
        }
    }

private:
    struct Slot {
        uint32_t generation = 1;
        std::optional<T> value;
    };
    std::vector<Slot> slots_;
    std::vector<uint32_t> free_;
};

} // namespace base
