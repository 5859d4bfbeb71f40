#include "admin/session_query.h"

#include "admin/url_query.h"
#include "http/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <tuple>
#include <utility>

namespace admin {

namespace {

using base::SessionFacts;
using Sort = SessionQuery::Sort;

constexpr std::array kTransports = {std::pair{"bosh", base::Transport::Bosh},
                                    std::pair{"websocket", base::Transport::Websocket}};
constexpr std::array kStates = {std::pair{"opening", SessionFacts::State::Opening},
                                std::pair{"negotiating", SessionFacts::State::Negotiating},
                                std::pair{"open", SessionFacts::State::Open},
                                std::pair{"closing", SessionFacts::State::Closing}};
constexpr std::array kSorts = {std::pair{"age", Sort::Age}, std::pair{"idle", Sort::Idle},
                               std::pair{"queue", Sort::Queue}, std::pair{"domain", Sort::Domain},
                               std::pair{"jid", Sort::Jid}};
constexpr std::array kOrders = {std::pair{"asc", false}, std::pair{"desc", true}};

// What is wrong, in words; empty: nothing.
template <class Words, class Value>
std::string take_word(const Words& words, std::string_view text, Value& value) {
    std::string known;
    for (const auto& [word, meaning] : words) {
        if (text == word) {
            value = meaning;
            return {};
        }
        known.append(known.empty() ? "" : ", ").append(word);
    }
    return "\"" + std::string(text) + "\" is none of " + known;
}

std::string take_number(std::string_view text, size_t most, size_t& value) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size();
    if (whole && value <= most) return {};
    return "\"" + std::string(text) + "\" is no number from 0 to " + std::to_string(most);
}

std::string take(std::string_view name, const std::string& value, SessionQuery& query) {
    if (name == "search") {
        query.search = value;
        return {};
    }
    if (value.empty()) return {}; // as a form sends what nobody has chosen
    if (name == "transport") return take_word(kTransports, value, query.transport);
    if (name == "state") return take_word(kStates, value, query.state);
    if (name == "sort") return take_word(kSorts, value, query.sort);
    if (name == "order") return take_word(kOrders, value, query.descending);
    if (name == "limit") return take_number(value, SessionQuery::kMostInPage, query.limit);
    if (name == "offset") {
        constexpr size_t kMost = SessionQuery::kMostKept - SessionQuery::kMostInPage;
        return take_number(value, kMost, query.offset);
    }
    return "there is no such parameter";
}

bool contains(std::string_view text, std::string_view wanted) {
    return !std::ranges::search(text, wanted, [](char one, char other) {
                return http::lower(one) == http::lower(other);
            }).empty();
}

template <class Words, class Value>
std::string_view word_of(const Words& words, Value value) {
    for (const auto& [word, meaning] : words) {
        if (meaning == value) return word;
    }
    return {};
}

} // namespace

std::string_view to_string(base::Transport transport) {
    return word_of(kTransports, transport);
}

std::string_view to_string(SessionFacts::State state) {
    return word_of(kStates, state);
}

std::expected<SessionQuery, std::string> read_query(std::string_view query) {
    SessionQuery wanted;
    for (const auto& [name, value] : url_parameters(query)) {
        if (std::string fault = take(name, value, wanted); !fault.empty()) {
            return std::unexpected(std::string(name).append(": ").append(fault));
        }
    }
    return wanted;
}

void SessionPick::add(SessionFacts facts) {
    ++total_;
    if (!matches(facts)) return;
    ++matched_;
    keep(std::move(facts));
}

void SessionPick::add(SessionPick&& other) {
    total_ += other.total_;
    matched_ += other.matched_;
    for (SessionFacts& facts : other.kept_) keep(std::move(facts));
    other.kept_.clear();
}

void SessionPick::keep(SessionFacts facts) {
    auto before = [this](const SessionFacts& one, const SessionFacts& other) {
        return comes_before(one, other);
    };
    size_t most = query_.offset + query_.limit;
    if (kept_.size() >= most) {
        if (most == 0 || !before(facts, kept_.front())) return;
        std::ranges::pop_heap(kept_, before);
        kept_.pop_back();
    }
    kept_.push_back(std::move(facts));
    std::ranges::push_heap(kept_, before);
}

std::vector<SessionFacts> SessionPick::take_page() {
    std::ranges::sort_heap(kept_, [this](const SessionFacts& one, const SessionFacts& other) {
        return comes_before(one, other);
    });
    size_t skipped = std::min(query_.offset, kept_.size());
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<ptrdiff_t>(skipped));
    return std::exchange(kept_, {});
}

bool SessionPick::matches(const SessionFacts& facts) const {
    if (query_.transport && facts.transport != *query_.transport) return false;
    if (query_.state && facts.state != *query_.state) return false;
    std::string_view wanted = query_.search;
    return wanted.empty() || contains(facts.sid, wanted) || contains(facts.domain, wanted) ||
           contains(facts.jid, wanted) || contains(facts.address, wanted);
}

// Of two that are alike one always comes first, so that a page and the next have all of them.
bool SessionPick::comes_before(const SessionFacts& one, const SessionFacts& other) const {
    auto by = [&]() -> std::strong_ordering {
        switch (query_.sort) {
        case Sort::Age: return one.age.count() <=> other.age.count();
        case Sort::Idle: return one.idle.count() <=> other.idle.count();
        case Sort::Queue: return one.waiting_bytes <=> other.waiting_bytes;
        case Sort::Domain: return one.domain <=> other.domain;
        case Sort::Jid: return one.jid <=> other.jid;
        }
        return std::strong_ordering::equal;
    }();
    if (by != 0) return query_.descending ? by > 0 : by < 0;
    return std::tie(one.sid, one.worker) < std::tie(other.sid, other.worker);
}

} // namespace admin
