#include "hooks/intake.h"

#include <utility>

namespace hooks {

namespace {

Kind kind_of(base::SessionEvent event) {
    switch (event) {
    case base::SessionEvent::Opened: return Kind::Opened;
    case base::SessionEvent::Authenticated: return Kind::Authenticated;
    case base::SessionEvent::Ended: break;
    }
    return Kind::Ended;
}

} // namespace

void Intake::want(KindSet kinds, bool client) {
    kinds_.store(kinds, std::memory_order_relaxed);
    client_.store(client, std::memory_order_relaxed);
}

bool Intake::wants(base::SessionEvent event) const {
    return kinds_.load(std::memory_order_relaxed).has(kind_of(event));
}

void Intake::on_session(const base::SessionNews& news) {
    Event event{.kind = kind_of(news.event),
                .time = std::chrono::system_clock::now(),
                .transport = news.transport,
                .session = std::string(news.sid),
                .domain = std::string(news.domain),
                .cause = std::string(news.cause)};
    if (client_.load(std::memory_order_relaxed)) event.client = news.client;
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        first = events_.empty();
        if (events_.size() >= kMost) {
            ++dropped_[static_cast<size_t>(events_.front().kind)];
            events_.pop_front();
        }
        events_.push_back(std::move(event));
    }
    if (first) mailbox_.put([this] { open(); });
}

void Intake::open() {
    std::deque<Event> events;
    Dropped dropped{};
    {
        std::lock_guard lock(mutex_);
        std::swap(events, events_);
        std::swap(dropped, dropped_);
    }
    listener_.on_events(std::move(events), dropped);
}

} // namespace hooks
