// boshcm-probe — the program behind `boshcm probe`: reads the same command line, probes, reports.
// It is a process of its own for libstrophe's sake, whose loop waits by select() and whose TLS
// handshake waits without an end (docs/architecture.md).

#include "cm/config_loader.h"
#include "cm/options.h"
#include "cm/probe_plan.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>
#include <unistd.h>

#include "probe/probe.h"
#include "probe/report_json.h"
#include "probe/report_text.h"

namespace {

// Each way keeps its time by itself, except where a library waits on its own.
extern "C" void on_time_over(int /*signal*/) {
    constexpr std::string_view kText = "boshcm: a library did not come back in time\n";
    (void)!::write(STDERR_FILENO, kText.data(), kText.size());
    ::_exit(cm::kExitStepFailed);
}

void limit_time(std::chrono::milliseconds timeout) {
    std::signal(SIGALRM, &on_time_over);
    auto seconds = std::chrono::ceil<std::chrono::seconds>(2 * timeout).count();
    ::alarm(static_cast<unsigned>(seconds) + 10);
}

int fail(const std::string& text) {
    std::cerr << "boshcm: " << text << '\n';
    return cm::kExitUsageOrConfig;
}

int run(const cm::ProbeCommand& command) {
    std::optional<cm::Config> config;
    if (!command.config_file.empty()) {
        auto loaded = cm::load(command.config_file);
        if (!loaded) {
            for (const cm::ConfigError& error : loaded.error())
                std::cerr << cm::to_string(error) << '\n';
            return cm::kExitUsageOrConfig;
        }
        config = std::move(*loaded);
    }
    auto plan = cm::probe_plan(command, config ? &*config : nullptr, std::cin);
    if (!plan) return fail(plan.error());

    limit_time(command.timeout);
    probe::Report report([&command](const probe::Step& step) {
        if (!command.json) std::cout << probe::line_of(step) << std::flush;
    });
    probe::run(*plan, report);
    std::cout << (command.json ? probe::to_json(report, plan->domain) : probe::last_line_of(report))
              << std::flush;
    return report.ok() ? cm::kExitOk : cm::kExitStepFailed;
}

struct Execute {
    int operator()(const cm::ProbeCommand& command) const { return run(command); }
    int operator()(const cm::ShowText& show) const {
        std::cout << show.text;
        return cm::kExitOk;
    }
    int operator()(const cm::UsageFault& fault) const {
        std::cerr << fault.text;
        return cm::kExitUsageOrConfig;
    }
    template <class Other>
    int operator()(const Other& /*command*/) const {
        return fail("this program only probes: boshcm-probe probe");
    }
};

} // namespace

int main(int argc, char** argv) {
    try {
        return std::visit(Execute{}, cm::parse_options(argc, argv));
    } catch (const std::exception& fault) {
        // The library of the command line throws; see docs/architecture.md.
        std::fprintf(stderr, "boshcm: %s\n", fault.what());
        return cm::kExitStepFailed;
    }
}
