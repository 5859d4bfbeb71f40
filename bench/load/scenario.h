// Scenario — what the clients of a run do once they are there.
// Life:   of the run. Calls come from the loop; begin() first, then open() and end().
#pragma once

#include "bench/load/crowd.h"
#include "bench/load/message.h"
#include "bench/load/tally.h"
#include "net/loop.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace load {

enum class ScenarioKind : uint8_t { Echo, Rate, Idle, Churn, FanOut, Storm, Handshakes };

class Scenario : public CrowdListener {
public:
    virtual ~Scenario() = default;
    // What it counts.
    [[nodiscard]] virtual std::string_view unit() const { return "messages"; }
    // False: it lets the clients in itself.
    [[nodiscard]] virtual bool wants_everybody_first() const { return true; }
    // Warm-up.
    virtual void begin() {}
    // What happens from now on is measured.
    virtual void open(Instant /*now*/) {}
    // All is done before its time.
    [[nodiscard]] virtual bool complete() const { return false; }
    // Nothing new from now on; what is under way may arrive.
    virtual void end() {}

    void on_login(Session& /*session*/) override {}
    void on_stanza(Session& /*session*/, base::ByteView /*stanza*/) override {}
    void on_left(Session& /*session*/) override {}
};

struct ScenarioSettings {
    ScenarioKind kind = ScenarioKind::Echo;
    double per_second = 100; // rate: of all clients together
    size_t text_bytes = 64;  // of a message
};

[[nodiscard]] std::unique_ptr<Scenario> make_scenario(const ScenarioSettings& settings,
                                                      net::Loop& loop, StreamContext& context,
                                                      Crowd& crowd, Tally& tally);
[[nodiscard]] std::string_view to_string(ScenarioKind kind);

} // namespace load
