// StubServer — an XMPP server that does next to nothing, so that what stands before it is measured.
//
// Any domain and any password will do. Messages go to who is bound to their address, and what is
// written to a client in one turn of the loop leaves in one write.
//
// Spec:   RFC 6120 as far as a client needs it to log in and to be written to: PLAIN, ANONYMOUS,
//         bind, stanza errors. No rosters, no presence, no delivery later.
// Errors: open() says why it cannot listen.
// Life:   of the loop; streams that are still open go with it.
#pragma once

#include "base/env.h"
#include "base/error.h"
#include "base/slot_map.h"
#include "bench/load/stub_stream.h"
#include "bench/load/turn_end.h"
#include "net/tcp_listener.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace load {

struct StubCounts {
    uint64_t streams = 0; // that came, all in all
    uint64_t most = 0;    // at a time
    uint64_t messages = 0;
    uint64_t bounced = 0;
};

class StubServer final : private net::AcceptListener, private StubHouse, private TurnEnd::Listener {
public:
    StubServer(net::Loop& loop, const base::Env& env);
    StubServer(const StubServer&) = delete;
    StubServer& operator=(const StubServer&) = delete;
    ~StubServer();

    [[nodiscard]] base::Result<net::Address> open(const net::Address& address);
    [[nodiscard]] const StubCounts& counts() const { return counts_; }

private:
    // Looked up by a part of a stanza's own bytes.
    struct Hash {
        using is_transparent = void; // NOLINT(readability-identifier-naming): the standard's
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class Value>
    using ByJid = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    void on_accept(std::unique_ptr<net::Transport> connection) override;
    void on_turn_end() override;

    std::string new_guest() override { return "guest" + std::to_string(++guests_); }
    std::string bind(std::string_view bare, std::string_view resource, base::SlotId id) override;
    bool deliver(std::string_view to, const StubMessage& message) override;
    void on_output(base::SlotId id) override { writers_.push_back(id); }
    void on_stream_gone(base::SlotId id) override;

    [[nodiscard]] StubStream* find(std::string_view jid);

    net::Loop& loop_;
    base::Env env_;
    TurnEnd turn_end_;
    std::unique_ptr<net::TcpListener> listener_;
    base::SlotMap<std::unique_ptr<StubStream>> streams_;
    ByJid<base::SlotId> by_full_jid_;
    ByJid<std::vector<base::SlotId>> by_bare_jid_; // in the order of their coming
    std::vector<base::SlotId> writers_;            // who have something to write in this turn
    StubCounts counts_;
    uint64_t guests_ = 0;
};

} // namespace load
