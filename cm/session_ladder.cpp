#include "cm/session_ladder.h"

#include "cm/text_table.h"

#include <array>
#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>

namespace cm {

namespace {

struct Way {
    std::string_view begins; // the names of events that go it
    std::string_view drawn;  // the client, boshcm, the server
};

constexpr std::string_view kHeads = "client     boshcm     server";
constexpr std::string_view kHere = "   |          *          |";

// The first that fits.
constexpr std::array kWays = {
    Way{"request.lost", "   |--x       |          |"},
    Way{"client.lost", "   |--x       |          |"},
    Way{"client.fell-silent", "   |  ?       |          |"},
    Way{"request.answered", "   |<---------|          |"},
    Way{"request.replayed", "   |<---------|          |"},
    Way{"request.", "   |--------->|          |"},
    Way{"client.sent-to", "   |<---------|          |"},
    Way{"server.sent-to", "   |          |--------->|"},
    Way{"server.looked-up", "   |          |---?      |"},
    Way{"server.connected-to", "   |          |--------->|"},
    Way{"tls.begun", "   |          |--------->|"},
    Way{"stream.restarted", "   |          |--------->|"},
    Way{"stream.opened", "   |          |<---------|"},
    Way{"features.received", "   |          |<---------|"},
    Way{"client.logged-in", "   |<---------|<---------|"},
    Way{"stream-error.received", "   |          |<---------|"},
    Way{"server.closed", "   |          |<---------|"},
    Way{"server.failed", "   |          |--x       |"},
    Way{"server.lost", "   |          |--x       |"},
    Way{"ping.sent", "   |<---------|          |"},
    Way{"ping.answered", "   |--------->|          |"},
    Way{"client.pinged", "   |--------->|          |"},
    Way{"websocket.opened", "   |--------->|          |"},
    Way{"message.", "   |--------->|          |"},
    Way{"close.received", "   |--------->|          |"},
    Way{"close.sent", "   |<---------|          |"},
    Way{"client.terminated", "   |--------->|          |"},
    Way{"session.created", "   |--------->|          |"},
};

std::string_view way_of(std::string_view event) {
    for (const Way& way : kWays) {
        if (event.starts_with(way.begins)) return way.drawn;
    }
    return kHere;
}

std::string seconds_ago(int64_t milliseconds) {
    std::array<char, 32> text{};
    int size = std::snprintf(text.data(), text.size(), "%10.2fs",
                             static_cast<double>(milliseconds) / 1000);
    return {text.data(), static_cast<size_t>(size)};
}

} // namespace

void print_ladder(const base::Json& record, std::ostream& out) {
    out << std::string(12, ' ') << kHeads << '\n';
    for (const base::Json& each : record.array()) {
        std::string event = each["event"].words();
        out << seconds_ago(each["ms"].integer().value_or(0)) << ' ' << way_of(event) << "  "
            << printable(event);
        for (const auto& [name, value] : each.object()) {
            bool shown = name == "ms" || name == "event" || name == "count";
            if (!shown) out << ' ' << printable(name + "=" + value.words());
        }
        if (each["count"].integer().value_or(1) > 1) out << " x" << each["count"].words();
        out << '\n';
    }
}

} // namespace cm
