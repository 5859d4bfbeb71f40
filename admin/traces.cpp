#include "admin/traces.h"

#include "base/rfc3339.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace admin {

namespace {

// How often it looks who has waited or was forgotten.
constexpr base::Duration kLookEvery{1'000};
// What an event takes beside its text.
constexpr size_t kEventBytes = 128;

std::string_view word(base::TraceEvent::Direction direction) {
    switch (direction) {
    case base::TraceEvent::Direction::FromClient: return "from-client";
    case base::TraceEvent::Direction::ToClient: return "to-client";
    case base::TraceEvent::Direction::FromServer: return "from-server";
    case base::TraceEvent::Direction::ToServer: return "to-server";
    case base::TraceEvent::Direction::Event: break;
    }
    return "event";
}

} // namespace

void Traces::start(const base::TraceTarget& target, const ApiCall& call) {
    if (traces_.size() >= kMostTraces) {
        return call.refuse(503, "there are as many traces as there may be");
    }
    uint64_t id = next_id_++;
    traces_[id].asked = env_.now();
    sessions_.start_trace(
        id, target,
        [this, id](base::TraceEvent event, uint64_t dropped) {
            hear(id, std::move(event), dropped);
        },
        [this, id, target, call] {
            // Whoever reads the log is to know that somebody listens.
            env_.log.warn("trace.started", {{"trace", id},
                                            {"sid", target.sid},
                                            {"jid", target.jid},
                                            {"bodies", target.bodies ? "yes" : "no"}});
            call.answer(Json::Object{{"id", std::to_string(id)}});
        });
    env_.wheel.set(*this, env_.now() + kLookEvery);
}

bool Traces::read(uint64_t id, uint64_t after, const ApiCall& call) {
    auto found = traces_.find(id);
    if (found == traces_.end()) return false;
    Trace& trace = found->second;
    trace.asked = env_.now();
    if (trace.next > after + 1) {
        answer(trace, after, call);
    } else {
        trace.waiting.push_back({.call = call, .after = after, .until = env_.now() + kWaits});
    }
    return true;
}

bool Traces::stop(uint64_t id) {
    auto found = traces_.find(id);
    if (found == traces_.end()) return false;
    forget(found, "stopped");
    return true;
}

void Traces::forget(std::map<uint64_t, Trace>::iterator trace, const char* why) {
    auto [id, over] = std::move(*trace);
    traces_.erase(trace);
    sessions_.stop_trace(id);
    env_.log.info("trace.ended", {{"trace", id}, {"cause", why}});
    for (const Waiting& each : over.waiting) each.call.refuse(404, "the trace has ended");
}

void Traces::hear(uint64_t id, base::TraceEvent event, uint64_t dropped) {
    auto found = traces_.find(id);
    if (found == traces_.end()) return;
    Trace& trace = found->second;
    trace.dropped += dropped;
    trace.bytes += event.text.size() + kEventBytes;
    trace.events.push_back({.number = trace.next++, .event = std::move(event)});
    while (trace.events.size() > kMostEvents || trace.bytes > kMostBytes) {
        trace.bytes -= trace.events.front().event.text.size() + kEventBytes;
        trace.events.pop_front();
        ++trace.dropped;
    }
    for (const Waiting& each : std::exchange(trace.waiting, {})) {
        answer(trace, each.after, each.call);
    }
}

void Traces::answer(const Trace& trace, uint64_t after, const ApiCall& call) {
    Json::Array events;
    uint64_t next = std::min(after, trace.next - 1); // of what there never was nothing is known
    auto from = std::ranges::upper_bound(trace.events, next, {}, &Heard::number);
    for (; from != trace.events.end() && events.size() < kMostInAnswer; ++from) {
        const base::TraceEvent& event = from->event;
        next = from->number;
        events.emplace_back(Json::Object{
            {"n", from->number},
            {"at", base::rfc3339(std::chrono::floor<std::chrono::milliseconds>(event.at))},
            {"sid", event.sid},
            {"direction", word(event.direction)},
            {"kind", event.kind},
            {"bytes", event.bytes},
            {"text", event.text}});
    }
    call.answer(
        Json::Object{{"events", std::move(events)}, {"next", next}, {"dropped", trace.dropped}});
}

void Traces::on_deadline(base::TimePoint now) {
    for (auto each = traces_.begin(); each != traces_.end();) {
        auto trace = each++;
        std::vector<Waiting>& waiting = trace->second.waiting;
        for (Waiting& one : waiting) {
            if (now >= one.until) answer(trace->second, one.after, one.call);
        }
        std::erase_if(waiting, [now](const Waiting& one) { return now >= one.until; });
        if (!waiting.empty()) trace->second.asked = now;
        if (now >= trace->second.asked + kForgotten) forget(trace, "forgotten");
    }
    if (!traces_.empty()) env_.wheel.set(*this, now + kLookEvery);
}

} // namespace admin
