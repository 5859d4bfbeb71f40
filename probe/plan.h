// Plan — what is to be probed, from the command line and the configuration.
// Units:  `timeout` is for each of the two ways as a whole.
// Life:   a value; made by cm/probe_plan, read by the steps.
#pragma once

#include "base/time.h"
#include "net/address.h"
#include "net/proxy_header.h"
#include "tls/key_pair.h"
#include "xmpp/server.h"
#include "xmpp/server_choice.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace probe {

using xmpp::ServerTls;

struct Server {
    std::string host; // name, address, or absolute path of a Unix socket
    uint16_t port = xmpp::kClientPort;
    ServerTls tls = ServerTls::Required;
    std::string ca_file; // empty: what the system trusts
    std::vector<std::string> pins;
    std::optional<tls::KeyPairFiles> certificate; // shown to one that asks
    std::vector<net::Address> sources;            // where connections leave from; none: anywhere
    net::ProxyProtocol proxy_protocol = net::ProxyProtocol::None;
};

// How the URL's host is reached, where that is not by its name: the first listener's peculiarities.
struct UrlDoor {
    std::string address;         // "127.0.0.1:5280", whatever host the URL has
    std::string socket;          // path of a Unix socket
    bool proxy_protocol = false; // begin with its header
};

// Who logs in; nobody if `user` is empty and it is not anonymous.
struct Account {
    bool anonymous = false;
    std::string user; // the part before the @
    std::string password;

    [[nodiscard]] bool given() const { return anonymous || !user.empty(); }
};

struct Plan {
    std::string domain;       // as in JIDs
    std::string ascii_domain; // for DNS and TLS
    bool native = true;
    bool web = true;
    // Where the domain's server is; none: where DNS says, with STARTTLS or direct TLS.
    std::vector<Server> servers;
    // Of servers that DNS names.
    ServerTls tls = ServerTls::Required;
    std::string ca_file;
    std::optional<tls::KeyPairFiles> certificate;
    std::vector<net::Address> sources;
    std::vector<net::Address> name_servers; // none: the system's
    std::string url;
    UrlDoor url_door;
    std::vector<std::string> url_resolve; // "host:port:address[,address]", in place of DNS
    std::string url_ca_file;              // empty: what the system trusts
    Account account;
    base::Duration timeout{30'000};
};

} // namespace probe
