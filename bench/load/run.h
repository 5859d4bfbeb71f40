// Run — a load from the first connection to the report.
//
// Phases: everybody connects; warm-up; steady state, which is what is measured; what is still under
// way may arrive; everybody leaves. Memory is asked for before the first and at the end of the
// steady state, CPU time at its beginning and its end.
//
// Errors: clients that fail are counted, and the run goes on with the others.
// Life:   of the program.
#pragma once

#include "bench/load/crowd.h"
#include "bench/load/options.h"
#include "bench/load/report.h"
#include "bench/load/scenario.h"
#include "bench/load/services.h"
#include "bench/load/tally.h"
#include "net/dns_resolver.h"
#include "net/signals.h"
#include "net/source_addresses.h"
#include "net/tcp_connector.h"

#include <memory>
#include <optional>
#include <vector>

namespace load {

class Run final : private base::TimerNode, private net::SignalListener {
public:
    // `secured`: how connections are, where the URL says so.
    Run(Services& services, const Options& options, std::optional<SecureLines> secured);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() override = default;

    // Until its end, or a signal: then what there is so far.
    [[nodiscard]] Report execute();

private:
    enum class Phase : uint8_t { Connecting, WarmUp, Steady, Arriving, Leaving };
    struct Watched {
        ProcessFigures figures;
        std::optional<std::chrono::nanoseconds> cpu_at_open;
    };

    static const char* to_string(Phase phase);
    void on_deadline(base::TimePoint now) override;
    void on_signal(net::Signal signal) override;

    void go_on(base::TimePoint now);
    void enter(Phase phase, base::Duration lasting);
    [[nodiscard]] bool enough() const;
    void warm_up();
    void open_window();
    void close_window();
    void leave();

    Services& services_;
    Options options_;
    net::Signals signals_;
    net::DnsResolver resolver_;
    net::TcpConnector connector_;
    net::SourceAddresses sources_;
    StreamContext context_;
    Tally tally_;
    Crowd crowd_;
    std::unique_ptr<Scenario> scenario_;
    std::vector<Watched> watched_;
    Traffic traffic_at_open_;
    std::optional<uint64_t> bytes_at_open_;
    Report report_;
    Instant began_{};
    Phase phase_ = Phase::Connecting;
    base::TimePoint until_{}; // the phase's end at the latest
};

} // namespace load
