#include "tests/net/name_server.h"

#include "net/socket_address.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests {

namespace {

using namespace std::chrono_literals;

constexpr const char* kProgram = "/usr/sbin/nsd";

// nsd does not let the system choose. Someone else may take the port before nsd does; then another
// one is tried.
net::Address free_address() {
    net::SocketAddress any(*net::Address::parse("127.0.0.1", 0));
    int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(descriptor, any.get(), any.length), 0);
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &length);
    ::close(descriptor);
    return net::to_address(reinterpret_cast<sockaddr*>(&name));
}

// Reads what a program says until it says this; false when it ends or takes too long.
bool await_words(int descriptor, const std::string& words) {
    auto deadline = std::chrono::steady_clock::now() + 20s;
    std::string said;
    while (said.find(words) == std::string::npos) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd readable{.fd = descriptor, .events = POLLIN, .revents = 0};
        if (left <= 0ms || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) return false;
        std::array<char, 4096> buffer;
        ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count <= 0) return false;
        said.append(buffer.data(), static_cast<size_t>(count));
    }
    return true;
}

} // namespace

bool NameServer::installed() {
    return ::access(kProgram, X_OK) == 0;
}

NameServer::NameServer(const Zones& zones) {
    std::string name = (std::filesystem::temp_directory_path() / "boshcm-nsd-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    for (int tries = 0; tries < 5; ++tries) {
        address_ = free_address();
        write_files(zones);
        if (start()) return;
        stop();
    }
    ADD_FAILURE() << "nsd did not start";
}

NameServer::~NameServer() {
    stop();
    std::filesystem::remove_all(directory_);
}

void NameServer::write_files(const Zones& zones) {
    std::ofstream config(directory_ / "nsd.conf");
    config << "server:\n  ip-address: 127.0.0.1@" << address_.port
           << "\n  username: \"\"\n  chroot: \"\"\n  database: \"\"\n  pidfile: \"\"\n"
              "  xfrdfile: \"\"\n  server-count: 1\n  zonesdir: "
           << directory_ << "\n  xfrdir: " << directory_
           << "\n  zonelistfile: " << directory_ / "zone.list"
           << "\nremote-control:\n  control-enable: no\n";
    for (const auto& [name, lines] : zones) {
        config << "zone:\n  name: " << name << "\n  zonefile: " << name << ".zone\n";
        if (lines.empty()) continue;
        std::ofstream zone(directory_ / (name + ".zone"));
        zone << "$ORIGIN " << name << ".\n@ 60 IN SOA ns hostmaster 1 3600 600 86400 2\n"
             << "@ 60 IN NS ns\nns 60 IN A 127.0.0.1\n";
        for (const std::string& line : lines) zone << line << '\n';
    }
}

bool NameServer::start() {
    std::array<int, 2> output{};
    EXPECT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
    std::string config = directory_ / "nsd.conf";
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::dup2(output[1], STDERR_FILENO);
        ::execl(kProgram, kProgram, "-d", "-c", config.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(output[1]);
    bool started = await_words(output[0], "nsd started");
    ::close(output[0]);
    return started;
}

void NameServer::stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

} // namespace tests
