// boshcm-probe — the program behind `boshcm probe` and `boshcm doctor`: reads the same command
// line, looks, reports. It is a process of its own for libstrophe's sake, whose loop waits by
// select() and whose TLS handshake waits without an end (docs/architecture.md).

#include "cm/config_loader.h"
#include "cm/doctor_plan.h"
#include "cm/options.h"
#include "cm/probe_plan.h"
#include "doctor/doctor.h"
#include "doctor/report.h"
#include "probe/probe.h"
#include "probe/report_json.h"
#include "probe/report_text.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>
#include <unistd.h>

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

// nullopt if there is none, or a fault, which has been told then.
struct Loaded {
    std::optional<cm::Config> config;
    bool good = true;

    [[nodiscard]] const cm::Config* get() const { return config ? &*config : nullptr; }
};

Loaded load(const std::string& file) {
    if (file.empty()) return {};
    auto loaded = cm::load(file);
    if (loaded) return {.config = std::move(*loaded), .good = true};
    for (const cm::ConfigError& error : loaded.error()) std::cerr << cm::to_string(error) << '\n';
    return {.config = std::nullopt, .good = false};
}

int probe(const cm::ProbeCommand& command) {
    Loaded loaded = load(command.config_file);
    if (!loaded.good) return cm::kExitUsageOrConfig;
    auto plan = cm::probe_plan(command, loaded.get(), std::cin);
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

int examine(const cm::DoctorCommand& command) {
    Loaded loaded = load(cm::config_file_of(command));
    if (!loaded.good) return cm::kExitUsageOrConfig;
    auto plan = cm::doctor_plan(command, loaded.get(), std::cin);
    if (!plan) return fail(plan.error());

    plan->progress = [](std::string_view what) { std::cerr << "boshcm: " << what << " ...\n"; };
    doctor::Diagnosis diagnosis = doctor::examine(*plan);
    std::cout << (command.json ? doctor::to_json(diagnosis)
                               : doctor::to_text(diagnosis, ::isatty(STDOUT_FILENO) != 0))
              << std::flush;
    return diagnosis.findings.ok() ? cm::kExitOk : cm::kExitProblemFound;
}

struct Execute {
    int operator()(const cm::ProbeCommand& command) const { return probe(command); }
    int operator()(const cm::DoctorCommand& command) const { return examine(command); }
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
        return fail("this program only probes: boshcm-probe probe, boshcm-probe doctor");
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
