// boshcm-load-server — the stub server as a program, on loopback and in clear.

#include "bench/load/services.h"
#include "bench/load/stub_server.h"
#include "net/descriptor_limit.h"
#include "net/signals.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

namespace {

struct StopOnSignal final : net::SignalListener {
    explicit StopOnSignal(net::Loop& stopped) : loop(stopped) {}
    void on_signal(net::Signal signal) override {
        if (signal == net::Signal::Terminate) loop.stop();
    }
    net::Loop& loop;
};

int serve(uint16_t port) {
    load::Services services;
    StopOnSignal stop(services.loop);
    net::Signals signals(services.loop, stop);
    net::raise_descriptor_limit();

    load::StubServer server(services.loop, services.env);
    auto address = server.open(*net::Address::parse("127.0.0.1", port));
    if (!address) {
        std::fprintf(stderr, "boshcm-load-server: port %u: %s\n", port, address.error().what);
        return 1;
    }
    std::printf("listening on %s\n", address->to_string().c_str());
    std::fflush(stdout);
    services.loop.run();

    const load::StubCounts& counts = server.counts();
    std::printf("streams %llu, at most %llu at a time, messages %llu, bounced %llu\n",
                static_cast<unsigned long long>(counts.streams),
                static_cast<unsigned long long>(counts.most),
                static_cast<unsigned long long>(counts.messages),
                static_cast<unsigned long long>(counts.bounced));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    uint16_t port = 5222;
    CLI::App app("An XMPP server for measurements: it lets everybody in and passes messages on.\n"
                 "It listens on loopback only, in clear, until SIGTERM or SIGINT.",
                 "boshcm-load-server");
    app.add_option("-p,--port", port, "The port to listen at; 0 lets the system choose")
        ->type_name("PORT")
        ->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {
        return app.exit(outcome) == 0 ? 0 : 2;
    }
    return serve(port);
}
