// RequestTurns — when a BOSH client may ask again, by which of its two connections and under which
// rid.
//
// It is the way of web clients: what there is to say goes out at once on a free connection; when
// the manager has nothing of ours to hold, it gets an empty request to hold; and it never gets
// more than it allows, which is one more than it holds.
//
// Spec:   XEP-0124 §7 (requests, hold), §11, §14.1 (rids grow by one).
// Life:   of one session.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace load {

class RequestTurns {
public:
    static constexpr size_t kConnections = 2;

    explicit RequestTurns(uint64_t first_rid) : rid_(first_rid) {}

    struct Turn {
        uint64_t rid;
        size_t connection;
    };
    // The next request, if it is allowed now; it counts as asked.
    [[nodiscard]] std::optional<Turn> next(bool has_something_to_say);
    void on_answer(size_t connection);
    // The first answer has come: the session is there.
    void on_created() { created_ = true; }
    [[nodiscard]] size_t open_requests() const;

private:
    static constexpr size_t kHold = 1; // as BoshStream asks for

    uint64_t rid_;
    std::array<bool, kConnections> busy_{};
    bool created_ = false;
};

} // namespace load
