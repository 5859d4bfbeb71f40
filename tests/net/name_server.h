// NameServer — nsd, an authoritative name server that is not ours, on loopback for one test.
//
//     NameServer server(NameServer::Zones{{"example.test", {"a 60 IN A 127.0.0.1"}}});
//     DnsResolver resolver(loop, metrics, {.servers = {server.address()}});
//
// A zone without lines is broken: its file is missing, and nsd answers SERVFAIL.
// Life:   answers when the constructor returns; stopped by the destructor, or by the kernel when
// the
//         test dies.
#pragma once

#include "net/address.h"

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tests {

class NameServer {
public:
    // Of each zone the lines besides SOA and NS; the SOA record says 2 s for negative answers.
    using Zones = std::map<std::string, std::vector<std::string>>;

    [[nodiscard]] static bool installed();
    explicit NameServer(const Zones& zones);
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;
    ~NameServer();

    [[nodiscard]] const net::Address& address() const { return address_; }

private:
    void write_files(const Zones& zones);
    [[nodiscard]] bool start();
    void stop();

    std::filesystem::path directory_;
    net::Address address_;
    pid_t process_ = -1;
};

} // namespace tests
