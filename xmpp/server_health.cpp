#include "xmpp/server_health.h"

#include "base/error.h"

#include <algorithm>

namespace xmpp {

size_t ServerHealth::pick(std::span<const std::string_view> servers, base::TimePoint now) {
    CM_ASSERT(!servers.empty());
    size_t first_due = 0;
    base::TimePoint earliest = base::kNever;
    for (size_t index = 0; index < servers.size(); ++index) {
        auto found = failing_.find(servers[index]);
        if (found == failing_.end()) return index;
        Failing& server = found->second;
        if (now >= server.due && !server.probing) {
            server.probing = true;
            return index;
        }
        if (server.due < earliest) {
            earliest = server.due;
            first_due = index;
        }
    }
    return first_due;
}

void ServerHealth::on_success(std::string_view server) {
    if (auto found = failing_.find(server); found != failing_.end()) failing_.erase(found);
}

void ServerHealth::on_failure(std::string_view server, base::TimePoint now) {
    auto found = failing_.find(server);
    if (found == failing_.end()) {
        make_room();
        found = failing_.emplace(server, Failing{.due = now}).first;
    }
    Failing& known = found->second;
    known.probing = false;
    if (now < known.due) return; // one outage is one failure
    ++known.failures;
    known.due = now + pause_after(known.failures);
}

void ServerHealth::on_given_up(std::string_view server) {
    if (auto found = failing_.find(server); found != failing_.end()) found->second.probing = false;
}

bool ServerHealth::is_failing(std::string_view server) const {
    return failing_.contains(server);
}

base::Duration ServerHealth::pause_after(uint32_t failures) {
    base::Duration pause = limits_.first_pause;
    for (uint32_t doubled = 1; doubled < failures && pause < limits_.longest_pause; ++doubled) {
        pause *= 2;
    }
    pause = std::min(pause, limits_.longest_pause);
    return pause - base::Duration(chance_(static_cast<uint32_t>(pause.count() / 4) + 1));
}

void ServerHealth::make_room() {
    if (failing_.size() < limits_.max_servers) return;
    failing_.erase(
        std::ranges::min_element(failing_, {}, [](const auto& entry) { return entry.second.due; }));
}

} // namespace xmpp
