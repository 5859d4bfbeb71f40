// ServerStream — one stream of the model's session: what its server said, and what the engine did.
// Units:  items as client.h counts them; those downward without the stream's number.
#pragma once

#include "base/time.h"
#include "bosh/action.h"

#include <cstdint>
#include <string>

namespace bosh::model {

struct ServerStream {
    enum class At : uint8_t { Silent, Opened, Ready, Gone };

    StreamId id = kFirstStream;
    base::TimePoint opened;
    uint32_t next_up = 0; // all payloads and restarts below that were for it have come

    At at = At::Silent;
    bool reading = true;
    bool congested = false;
    bool authenticated = false;
    bool managed = false;   // the server counts its stanzas
    bool resumable = false; // ... and keeps them

    uint32_t items_down = 0;    // stanzas that the engine got
    uint32_t items_emitted = 0; // and gave out in first answers, or bounced
    uint32_t items_bounced = 0;

    std::string name{};            // as answers tell it
    bool closed_by_client = false; // such a request has arrived
    std::string end_condition{};   // that the client is to hear
    bool end_told = false;
    bool dropped = false; // so that its server keeps it

    [[nodiscard]] bool is_open() const { return at != At::Gone; }
    [[nodiscard]] bool waits() const { return items_emitted < items_down; }
};

} // namespace bosh::model
