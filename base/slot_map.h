// SlotMap — things that others refer to without owning them.
// An Id names a slot and the generation that lived in it: once the value is erased, every copy of
// its Id resolves to nothing for ever. It is never a dangling pointer.
//
// Slots stand in pages. A map of a million grows without a pause, as nothing that is there moves;
// and a page of which nothing is used any more is given back, as long as there is room elsewhere.
//
// Units:  an index below 2^32; a slot's generation grows with each use and never is 0.
// Life:   a pointer is valid until its value is erased.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
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
    static constexpr uint32_t kSlotsOfPage = 256;

    template <class... Args>
    SlotId insert(Args&&... args) {
        if (roomy_ == kNone) add_page();
        uint32_t number = roomy_;
        Page& page = *pages_[number].page;
        uint32_t place = page.free;
        Slot& slot = page.slots[place];
        slot.value.emplace(std::forward<Args>(args)...);
        page.free = slot.next_free;
        if (++page.used == kSlotsOfPage) unlist(number);
        ++size_;
        return {.index = number * kSlotsOfPage + place, .generation = slot.generation};
    }

    [[nodiscard]] T* find(SlotId id) {
        Slot* slot = slot_of(id);
        return slot != nullptr && slot->generation == id.generation && slot->value ? &*slot->value
                                                                                   : nullptr;
    }

    // The value, moved out; nothing if the id was stale.
    std::optional<T> take(SlotId id) {
        T* found = find(id);
        if (found == nullptr) return std::nullopt;
        std::optional<T> value(std::move(*found));
        uint32_t number = id.index / kSlotsOfPage;
        Page& page = *pages_[number].page;
        Slot& slot = page.slots[id.index % kSlotsOfPage];
        slot.value.reset();
        if (++slot.generation == 0) slot.generation = 1;
        slot.next_free = std::exchange(page.free, id.index % kSlotsOfPage);
        if (page.used-- == kSlotsOfPage) list(number);
        --size_;
        bool others = roomy_ != number || pages_[number].next != kNone;
        if (page.used == 0 && others) give_back(number);
        return value;
    }

    bool erase(SlotId id) { return take(id).has_value(); }

    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    // Visits every value; `visit` must not insert or erase.
    template <class Visit>
    void for_each(Visit&& visit) {
        for (uint32_t number = 0; number < pages_.size(); ++number) {
            if (!pages_[number].page) continue;
            for (uint32_t place = 0; place < kSlotsOfPage; ++place) {
                Slot& slot = pages_[number].page->slots[place];
                if (!slot.value) continue;
                visit(SlotId{number * kSlotsOfPage + place, slot.generation}, *slot.value);
            }
        }
    }
    // As long as nothing changes, which is which does not matter.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (size_t page = 0; page < pages_.size(); ++page) for_each_of(page, visit);
    }

    // The same for a part of them, a page of pages(): all are in one or another of these, and stay
    // there as long as they live.
    [[nodiscard]] size_t pages() const { return pages_.size(); }
    template <class Visit>
    void for_each_of(size_t page, Visit&& visit) const {
        if (!pages_[page].page) return;
        for (const Slot& slot : pages_[page].page->slots) {
            if (slot.value) visit(*slot.value);
        }
    }

private:
    static constexpr uint32_t kNone = UINT32_MAX;

    struct Slot {
        uint32_t generation = 1;
        uint32_t next_free = 0;
        std::optional<T> value;
    };
    struct Page {
        uint32_t used = 0;
        uint32_t free = 0; // the first that is, if any
        std::array<Slot, kSlotsOfPage> slots;
    };
    // Of a page, whether it is there or not. Those with room are in a list.
    struct Place {
        std::unique_ptr<Page> page;
        uint32_t generation = 1; // above all that lived in it
        uint32_t previous = kNone;
        uint32_t next = kNone;
    };

    [[nodiscard]] Slot* slot_of(SlotId id) {
        uint32_t number = id.index / kSlotsOfPage;
        if (number >= pages_.size() || !pages_[number].page) return nullptr;
        return &pages_[number].page->slots[id.index % kSlotsOfPage];
    }

    void add_page() {
        uint32_t number = absent_;
        if (number == kNone) {
            number = static_cast<uint32_t>(pages_.size());
            pages_.emplace_back();
        } else {
            absent_ = pages_[number].next;
        }
        Place& place = pages_[number];
        place.page = std::make_unique<Page>();
        for (uint32_t i = 0; i < kSlotsOfPage; ++i) {
            place.page->slots[i].generation = place.generation;
            place.page->slots[i].next_free = i + 1;
        }
        list(number);
    }

    void give_back(uint32_t number) {
        unlist(number);
        Place& place = pages_[number];
        for (const Slot& slot : place.page->slots) {
            place.generation = std::max(place.generation, slot.generation);
        }
        place.page.reset();
        place.next = std::exchange(absent_, number);
    }

    void list(uint32_t number) {
        Place& place = pages_[number];
        place.previous = kNone;
        place.next = roomy_;
        if (roomy_ != kNone) pages_[roomy_].previous = number;
        roomy_ = number;
    }

    void unlist(uint32_t number) {
        Place& place = pages_[number];
        if (place.next != kNone) pages_[place.next].previous = place.previous;
        (place.previous != kNone ? pages_[place.previous].next : roomy_) = place.next;
        place.previous = place.next = kNone;
    }

    std::vector<Place> pages_;
    uint32_t roomy_ = kNone;  // pages with room
    uint32_t absent_ = kNone; // places of pages that were given back
    size_t size_ = 0;
};

} // namespace base
