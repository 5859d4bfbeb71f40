#include "xmpp/connect_pace.h"

#include <algorithm>
#include <iterator>

namespace xmpp {

ConnectPace::Verdict ConnectPace::ask(std::string_view server, Waiter& waiter, base::TimePoint now,
                                      Ticket& ticket) {
    auto found = lines_.find(server);
    if (found == lines_.end()) {
        if (lines_.size() >= sweep_at_ && !calling_) sweep(now);
        found = lines_.emplace(server, Line{.tokens = full(), .filled_at = now}).first;
    }
    Line& line = found->second;
    fill(line, now);
    if (line.waiting.empty() && line.tokens >= kToken) {
        line.tokens -= kToken;
        return Verdict::Go;
    }
    if (line.waiting.size() >= limits_.max_waiting) return Verdict::Full;
    ticket = ++last_ticket_;
    line.waiting.emplace(ticket, &waiter);
    ++waiting_;
    return Verdict::Wait;
}

void ConnectPace::leave(std::string_view server, Ticket ticket) {
    auto found = lines_.find(server);
    if (found != lines_.end()) waiting_ -= found->second.waiting.erase(ticket);
}

void ConnectPace::fill(Line& line, base::TimePoint now) const {
    // A thousandth of a token for each millisecond and token a second; beyond the time that a
    // bucket needs to be full, nothing is added, however long ago the last look was.
    int64_t elapsed = (now - line.filled_at).count();
    int64_t most = (full() - line.tokens) / int64_t{limits_.per_second} + 1;
    line.tokens =
        std::min(full(), line.tokens + std::min(elapsed, most) * int64_t{limits_.per_second});
    line.filled_at = now;
}

base::TimePoint ConnectPace::turn_of(const Line& line) const {
    int64_t missing = std::max<int64_t>(0, kToken - line.tokens);
    int64_t rate = limits_.per_second;
    return line.filled_at + base::Duration((missing + rate - 1) / rate);
}

base::TimePoint ConnectPace::next_turn() const {
    base::TimePoint next = base::kNever;
    if (waiting_ == 0) return next;
    for (const auto& [server, line] : lines_) {
        if (!line.waiting.empty()) next = std::min(next, turn_of(line));
    }
    return next;
}

void ConnectPace::call_up(base::TimePoint now) {
    calling_ = true;
    for (auto& [server, line] : lines_) {
        fill(line, now);
        while (line.tokens >= kToken && !line.waiting.empty()) {
            line.tokens -= kToken;
            Waiter* first = line.waiting.begin()->second;
            line.waiting.erase(line.waiting.begin());
            --waiting_;
            first->on_turn();
        }
    }
    calling_ = false;
    sweep(now);
}

// A server at rest needs no line: a new one begins as full as the old one ended.
void ConnectPace::sweep(base::TimePoint now) {
    for (auto entry = lines_.begin(); entry != lines_.end();) {
        Line& line = entry->second;
        fill(line, now);
        bool at_rest = line.waiting.empty() && line.tokens >= full();
        entry = at_rest ? lines_.erase(entry) : std::next(entry);
    }
    sweep_at_ = std::max(kFewServers, 2 * lines_.size());
}

} // namespace xmpp
