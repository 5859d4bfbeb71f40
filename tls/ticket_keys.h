// TicketKeys — the keys that seal a server's session tickets, new ones every few hours.
// Spec:   RFC 5077 §5.5, RFC 9325 §7.4: a key that is stolen opens the connections of its time,
//         so that is short. Row S-020.
// Units:  a key seals for kSealing, and opens for another kSealing: no ticket lives longer.
// Life:   of a ServerContext: a new snapshot starts with new keys, so what it no longer accepts
//         cannot be resumed. Thread-safe. Keys are wiped when they go.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

namespace tls {

struct TicketKey {
    std::array<uint8_t, 16> name{}; // goes with the ticket, in clear
    std::array<uint8_t, 32> cipher{};
    std::array<uint8_t, 32> mac{};

    TicketKey() = default;
    TicketKey(const TicketKey&) = default;
    TicketKey& operator=(const TicketKey&) = default;
    ~TicketKey();
};

class TicketKeys {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::hours kSealing{4};

    // To seal a new ticket.
    [[nodiscard]] TicketKey current(Time now);
    // To open one; nullopt: too old, or none of ours.
    [[nodiscard]] std::optional<TicketKey> find(std::span<const uint8_t, 16> name, Time now);

private:
    void rotate(Time now);

    std::mutex mutex_;
    std::optional<TicketKey> current_;
    std::optional<TicketKey> previous_;
    Time rotated_at_{};
};

} // namespace tls
