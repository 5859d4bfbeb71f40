#include "base/flight_event.h"

#include <array>
#include <cstddef>

namespace base {

namespace {

using enum FlightArgument;

struct EventWords {
    std::string_view name;
    FlightArgument argument;
};

// In the order of the enumerators.
constexpr auto kEvents = std::to_array<EventWords>({
    {"session.created", None},
    {"request.answered-empty", Lasted},
    {"request.answered", Lasted},
    {"request.replayed", Count},
    {"request.repeated", Lasted},
    {"request.parked", Count},
    {"request.lost", Lasted},
    {"gap.given-up", Count},
    {"rid.exceeded-window", Count},
    {"rid.fell-behind-window", Count},
    {"key.refused", None},
    {"request.came-too-soon", Lasted},
    {"request.refused", None},
    {"request.repeated-too-often", Count},
    {"pause.begun", Lasted},
    {"pause.refused", Lasted},
    {"stream.not-found", None},
    {"address.changed", Count},
    {"server.sent-to", Count},
    {"client.sent-to", Count},
    {"server.paused", None},
    {"server.resumed", None},
    {"server.congested", None},
    {"server.drained", None},
    {"outbox.overflowed", None},
    {"server.looked-up", None},
    {"server.connected-to", None},
    {"tls.begun", None},
    {"server.reached", None},
    {"stream.opened", None},
    {"features.received", None},
    {"stream.restarted", None},
    {"client.logged-in", None},
    {"server.failed", Fault},
    {"server.lost", Fault},
    {"stream-error.received", Fault},
    {"server.closed", None},
    {"websocket.opened", None},
    {"ping.sent", None},
    {"ping.answered", Lasted},
    {"client.pinged", None},
    {"close.received", Code},
    {"close.sent", Code},
    {"client.held-back", None},
    {"client.released", None},
    {"client.blocked", None},
    {"client.drained", None},
    {"message.refused", Code},
    {"client.lost", Lasted},
    {"client.terminated", None},
    {"client.fell-silent", Lasted},
    {"ping.timed-out", Lasted},
    {"login.timed-out", Lasted},
    {"open.timed-out", Lasted},
    {"close.timed-out", Lasted},
    {"creation.abandoned", None},
    {"session.ended-by-admin", None},
    {"daemon.stopped", None},
});
static_assert(kEvents.size() == static_cast<size_t>(FlightEvent::Last) + 1);

constexpr auto kFaults = std::to_array<std::string_view>({
    "unknown",
    "no-address",
    "look-up-failed",
    "no-service",
    "forbidden",
    "refused",
    "unreachable",
    "timed-out",
    "closed",
    "reset",
    "no-descriptors",
    "besieged",
    "no-tls",
    "tls-refused",
    "certificate-expired",
    "certificate-not-yet-valid",
    "certificate-for-other",
    "certificate-untrusted",
    "certificate-unusable",
    "key-not-pinned",
    "certificate-wanted",
    "tls-too-old",
    "tls-broken",
    "not-xmpp",
    "stream-refused",
    "too-large",
    "conflict",
    "connection-timeout",
    "host-gone",
    "host-unknown",
    "not-well-formed",
    "policy-violation",
    "resource-constraint",
    "system-shutdown",
    "reset-by-server",
    "other-stream-error",
});
static_assert(kFaults.size() == static_cast<size_t>(ServerFault::Last) + 1);

} // namespace

std::string_view to_string(FlightEvent event) {
    return kEvents[static_cast<size_t>(event)].name;
}

FlightArgument argument_of(FlightEvent event) {
    return kEvents[static_cast<size_t>(event)].argument;
}

std::string_view to_string(ServerFault fault) {
    return kFaults[static_cast<size_t>(fault)];
}

} // namespace base
