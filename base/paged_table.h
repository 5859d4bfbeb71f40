// PagedTable — entries by a number that is small, as others give theirs out from 0 on.
// It is an array in pages: a table of a million grows without a pause, as nothing that is there
// moves, and a page in which nothing is set any more is given back, as long as there are others.
// Units:  a few bytes for each page of the highest number that was ever set.
// Life:   a pointer is valid until its entry is taken or set again.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace base {

template <class T>
class PagedTable {
public:
    static constexpr size_t kEntriesOfPage = 256;

    // In the place of what there was.
    void set(size_t number, T entry) {
        size_t at = number / kEntriesOfPage;
        if (at >= pages_.size()) pages_.resize(at + 1);
        if (!pages_[at]) {
            pages_[at] = std::make_unique<Page>();
            ++present_;
        }
        std::optional<T>& place = pages_[at]->entries[number % kEntriesOfPage];
        if (!place) ++pages_[at]->used;
        place.emplace(std::move(entry));
    }

    [[nodiscard]] T* find(size_t number) {
        size_t at = number / kEntriesOfPage;
        if (at >= pages_.size() || !pages_[at]) return nullptr;
        std::optional<T>& place = pages_[at]->entries[number % kEntriesOfPage];
        return place ? &*place : nullptr;
    }

    // The entry, moved out; nothing if there was none.
    std::optional<T> take(size_t number) {
        T* found = find(number);
        if (found == nullptr) return std::nullopt;
        std::optional<T> entry(std::move(*found));
        std::unique_ptr<Page>& page = pages_[number / kEntriesOfPage];
        page->entries[number % kEntriesOfPage].reset();
        if (--page->used == 0 && present_ > 1) {
            page.reset();
            --present_;
        }
        return entry;
    }

    [[nodiscard]] size_t pages() const { return present_; }

private:
    struct Page {
        size_t used = 0;
        std::array<std::optional<T>, kEntriesOfPage> entries;
    };
    std::vector<std::unique_ptr<Page>> pages_;
    size_t present_ = 0;
};

} // namespace base
