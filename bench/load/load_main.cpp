// boshcm-load — the generator as a program: reads the command line, runs, reports.

#include "bench/load/options.h"
#include "bench/load/report.h"
#include "bench/load/run.h"
#include "bench/load/services.h"
#include "net/descriptor_limit.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <utility>
#include <variant>

namespace {

bool write_json(const std::string& file, const std::string& json) {
    if (file == "-") {
        std::cout << json;
        return std::cout.good();
    }
    std::ofstream out(file);
    out << json;
    out.close();
    return out.good();
}

int run(const load::Options& options) {
    net::raise_descriptor_limit();
    std::optional<load::SecureLines> secured;
    if (options.url.tls) {
        auto made = load::SecureLines::create(options.tls, options.url.authority(),
                                              options.http2 ? load::kHttp2Name : load::kHttp1Name);
        if (!made) {
            std::cerr << "boshcm-load: " << made.error() << '\n';
            return load::kExitUsage;
        }
        secured = std::move(*made);
    }
    load::Services services;
    load::Report report = load::Run(services, options, std::move(secured)).execute();
    bool json_only = options.json_file == "-";
    if (!json_only) std::cout << load::to_text(report);
    if (!options.json_file.empty() && !write_json(options.json_file, load::to_json(report))) {
        std::cerr << "boshcm-load: cannot write " << options.json_file << '\n';
        return load::kExitFaults;
    }
    return report.ok() ? load::kExitOk : load::kExitFaults;
}

} // namespace

int main(int argc, char** argv) {
    auto command = load::parse_options(argc, argv);
    if (auto* show = std::get_if<load::ShowText>(&command)) {
        std::cout << show->text;
        return load::kExitOk;
    }
    if (auto* fault = std::get_if<load::UsageFault>(&command)) {
        std::cerr << fault->text;
        return load::kExitUsage;
    }
    return run(std::get<load::Options>(command));
}
