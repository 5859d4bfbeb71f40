// SessionTable — the sessions of one endpoint, by sid.
//
// A hash table that doubles visits all that is in it: with half a million sessions, a turn of a
// tenth of a second. So there are many small ones, each of which grows by itself, and which give
// back what they have grown to when they are empty.
//
// Life:   a sid is that of its session, and stays where it is as long as the session.
#pragma once

#include "bosh/live_session.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace bosh {

class SessionTable {
public:
    SessionTable() {
        for (Part& part : parts_) part.rehash(kFewBuckets);
    }
    void add(std::unique_ptr<LiveSession> session) {
        std::string_view sid = session->session().sid();
        part_of(sid).emplace(sid, std::move(session));
        ++size_;
    }
    // Null: there is none.
    [[nodiscard]] LiveSession* find(std::string_view sid) {
        Part& part = part_of(sid);
        auto found = part.find(sid);
        return found == part.end() ? nullptr : found->second.get();
    }
    // Null: there is none.
    [[nodiscard]] std::unique_ptr<LiveSession> take(std::string_view sid) {
        Part& part = part_of(sid);
        auto found = part.find(sid);
        if (found == part.end()) return nullptr;
        std::unique_ptr<LiveSession> session = std::move(found->second);
        part.erase(found);
        if (part.empty() && part.bucket_count() > kKeptBuckets) part = Part(kFewBuckets);
        --size_;
        return session;
    }

    // Visits a part of them; all are in one or another of these, and stay there.
    static constexpr size_t portions() { return size_t{1} << kPartBits; }
    template <class Visit>
    void for_each_of(size_t portion, Visit&& visit) const {
        for (const auto& [sid, session] : parts_[portion]) visit(std::as_const(*session));
    }

    [[nodiscard]] size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const Part& part : parts_) {
            for (const auto& [sid, session] : part) visit(std::as_const(*session));
        }
    }

private:
    using Part = std::unordered_map<std::string_view, std::unique_ptr<LiveSession>>;
    static constexpr size_t kPartBits = 7;
    static constexpr size_t kFewBuckets = 13;
    static constexpr size_t kKeptBuckets = 64;

    // The upper bits of the hash: the part itself goes by the remainder.
    [[nodiscard]] Part& part_of(std::string_view sid) {
        return parts_[std::hash<std::string_view>()(sid) >> (sizeof(size_t) * 8 - kPartBits)];
    }

    std::array<Part, size_t{1} << kPartBits> parts_;
    size_t size_ = 0;
};

} // namespace bosh
