// RecordingWatcher — a SessionWatcher that keeps what it was told as text: "opened bosh sid
// domain".
#pragma once

#include "base/session_watcher.h"

#include <optional>
#include <string>
#include <vector>

namespace tests {

class RecordingWatcher final : public base::SessionWatcher {
public:
    [[nodiscard]] bool wants(base::SessionEvent event) const override {
        return !only || *only == event;
    }
    void on_session(const base::SessionNews& news) override {
        using enum base::SessionEvent;
        std::string text = news.event == Opened          ? "opened"
                           : news.event == Authenticated ? "authenticated"
                                                         : "ended";
        text += news.transport == base::Transport::Bosh ? " bosh" : " websocket";
        for (std::string_view each : {news.sid, news.domain, news.client, news.cause}) {
            if (!each.empty()) text.append(" ").append(each);
        }
        told.push_back(std::move(text));
    }

    std::optional<base::SessionEvent> only; // nothing: all are wanted
    std::vector<std::string> told;
};

} // namespace tests
