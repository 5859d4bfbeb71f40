// boshcm — the program: reads the command line, and runs or checks.

#include "base/core_dumps.h"
#include "base/log.h"
#include "cm/admin_cli.h"
#include "cm/check.h"
#include "cm/config_loader.h"
#include "cm/options.h"
#include "cm/service_manager.h"
#include "cm/supervisor.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>
#include <unistd.h>

namespace {

int run(const std::string& config_file) {
    const cm::ServiceManager manager;
    auto config = cm::load(config_file);
    if (!config) {
        for (const cm::ConfigError& error : config.error())
            std::cerr << cm::to_string(error) << '\n';
        return cm::kExitUsageOrConfig;
    }
    auto snapshot = std::make_shared<const cm::Config>(std::move(*config));
    base::Log log = base::Log::to_stderr(snapshot->log_level, snapshot->log_format);
    if (!snapshot->core_dumps && !base::disable_core_dumps()) log.warn("daemon.dumpable");
    auto reread = [&config_file] { return cm::load(config_file); };
    if (!snapshot->access_log.starts_with('/')) {
        bool beside = snapshot->access_log == cm::kAccessLogBeside;
        return cm::Supervisor(snapshot, reread, manager, log, beside ? &log : nullptr).run();
    }
    auto access = base::Log::to_file(snapshot->access_log, base::Level::Info, snapshot->log_format);
    if (!access) {
        log.error("daemon.start-failed", {{"reason", "access log: " + access.error()}});
        return cm::kExitRuntimeFailure;
    }
    return cm::Supervisor(snapshot, reread, manager, log, &*access).run();
}

// The probe and the doctor are a program of their own, beside this one: the daemon has none of its
// libraries in it. It reads the same command line again.
int start_probe(char** argv) {
    std::error_code error;
    auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    program.replace_filename("boshcm-probe");
    if (!error) ::execv(program.c_str(), argv);
    std::cerr << "boshcm: cannot start " << program.string() << ": "
              << (error ? error.message() : std::strerror(errno))
              << "\nIt comes with a build that has -Dprobe=enabled.\n";
    return cm::kExitUsageOrConfig;
}

struct Execute {
    char** argv;

    int operator()(const cm::RunCommand& command) const { return run(command.config_file); }
    int operator()(const cm::CheckCommand& command) const {
        return cm::check(command.config_file, std::cout, std::cerr);
    }
    int operator()(const cm::ProbeCommand& /*command*/) const { return start_probe(argv); }
    int operator()(const cm::DoctorCommand& /*command*/) const { return start_probe(argv); }
    int operator()(const cm::AdminCommand& command) const {
        return cm::run_admin_command(command, std::cout, std::cerr);
    }
    int operator()(const cm::ShowText& show) const {
        std::cout << show.text;
        return cm::kExitOk;
    }
    int operator()(const cm::UsageFault& fault) const {
        std::cerr << fault.text;
        return cm::kExitUsageOrConfig;
    }
};

} // namespace

int main(int argc, char** argv) {
    try {
        return std::visit(Execute{argv}, cm::parse_options(argc, argv));
    } catch (const std::exception& fault) {
        // Only set-up of the libraries for log and command line throws; see docs/architecture.md.
        std::fprintf(stderr, "boshcm: %s\n", fault.what());
        return cm::kExitRuntimeFailure;
    }
}
