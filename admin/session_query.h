// SessionQuery, SessionPick — which sessions of all an administrator wants to see, and collecting
// them: of very many only as many are kept as the page may need.
// Spec:   docs/admin.md.
// Errors: read_query() says in words what it does not understand.
#pragma once

#include "base/session_facts.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace admin {

struct SessionQuery {
    enum class Sort : uint8_t { Age, Idle, Queue, Domain, Jid };

    static constexpr size_t kMostInPage = 1'000;
    // Every worker keeps so many while it looks: some megabytes.
    static constexpr size_t kMostKept = 20'000;

    std::string search; // in short sid, domain, JID and address, without case
    std::optional<base::Transport> transport;
    std::optional<base::SessionFacts::State> state;
    Sort sort = Sort::Age;
    bool descending = false;
    size_t offset = 0;
    size_t limit = 100;
};

// Of a URL, without '?'.
[[nodiscard]] std::expected<SessionQuery, std::string> read_query(std::string_view query);

// The words of the API.
[[nodiscard]] std::string_view to_string(base::Transport transport);
[[nodiscard]] std::string_view to_string(base::SessionFacts::State state);

class SessionPick {
public:
    explicit SessionPick(SessionQuery query) : query_(std::move(query)) {}

    void add(base::SessionFacts facts);
    void add(SessionPick&& other);
    // In order; what is before the page has been left out.
    [[nodiscard]] std::vector<base::SessionFacts> take_page();

    [[nodiscard]] uint64_t total() const { return total_; }
    [[nodiscard]] uint64_t matched() const { return matched_; }

private:
    [[nodiscard]] bool matches(const base::SessionFacts& facts) const;
    [[nodiscard]] bool comes_before(const base::SessionFacts& one,
                                    const base::SessionFacts& other) const;
    void keep(base::SessionFacts facts);

    SessionQuery query_;
    uint64_t total_ = 0;
    uint64_t matched_ = 0;
    std::vector<base::SessionFacts> kept_; // a heap, of which the first is the last in order
};

} // namespace admin
