// ServerHealth — which servers are down, and when each of them is tried again.
//
// A server that failed is passed over for a time that doubles with each further failure; then one
// connection at a time asks whether it is back, while all others still go elsewhere. Where nothing
// else is left, servers are tried all the same, the one that is due first before the others: a
// session that can only fail loses nothing by trying.
//
// A hundred connections that were under way when a server died report a hundred failures. Those
// that come while it is passed over already count as one.
// Spec:   RFC 6120 §3.3; U-031.
// Units:  the pause is cut by up to a quarter, at random, so that workers do not knock together.
// Life:   one per worker. Keeps only servers that fail, `max_servers` at most: beyond it the one
//         due first is forgotten, and so tried sooner than it would have been.
#pragma once

#include "base/time.h"
#include "xmpp/chance.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace xmpp {

using namespace std::chrono_literals;

class ServerHealth {
public:
    struct Limits {
        base::Duration first_pause = 1s;
        base::Duration longest_pause = 60s;
        size_t max_servers = 4096;
    };
    ServerHealth(Limits limits, Chance chance) : limits_(limits), chance_(std::move(chance)) {}
    // For the next failures.
    void use(Limits limits) { limits_ = limits; }

    // Which of these, in the order they would be tried by, comes first now. If it is a server that
    // failed, the caller has become its probe and must report one of the outcomes below.
    [[nodiscard]] size_t pick(std::span<const std::string_view> servers, base::TimePoint now);

    void on_success(std::string_view server);
    void on_failure(std::string_view server, base::TimePoint now);
    // The connection was given up before anything was known.
    void on_given_up(std::string_view server);

    [[nodiscard]] bool is_failing(std::string_view server) const;
    [[nodiscard]] size_t failing() const { return failing_.size(); }

private:
    struct Failing {
        uint32_t failures = 0;
        base::TimePoint due; // when it is probed
        bool probing = false;
    };
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    [[nodiscard]] base::Duration pause_after(uint32_t failures);
    void make_room();

    Limits limits_;
    Chance chance_;
    std::unordered_map<std::string, Failing, Hash, std::equal_to<>> failing_;
};

} // namespace xmpp
