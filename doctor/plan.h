// Plan — what is to be examined, from the command line and the configuration.
// Life:   a value; made by cm/doctor_plan.
#pragma once

#include "base/time.h"
#include "doctor/front.h"
#include "net/address.h"
#include "probe/plan.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doctor {

// What the configuration says of the boshcm behind.
struct OwnFacts {
    std::string file;
    std::string backend; // "127.0.0.1:5280": where a proxy is to send requests
    std::string bosh_path;
    std::string websocket_path; // empty: there is none
    std::chrono::seconds wait{60};
    size_t max_body_bytes = 0;
    size_t max_message_bytes = 0; // of a WebSocket
    uint64_t max_sessions = 0;
    bool compression = false;
    bool discovery = false;
    bool behind_tls = false; // a proxy ends TLS
    std::string admin_url;   // empty: it cannot be asked
    std::string admin_socket;
    std::string admin_token;
};

struct Plan {
    std::string domain;        // of JIDs; empty: to be found out
    std::string site;          // where host-meta says all else; empty: URLs are given
    std::string bosh_url;      // empty: as host-meta says
    std::string websocket_url; // the same
    bool websocket_guessed = false;
    probe::UrlDoor door;
    Front front = Front::Unknown; // as the operator says
    std::string ca_file;          // empty: what the system trusts
    std::vector<net::Address> name_servers;
    std::vector<std::string> resolve; // "host:port:address[,address]"
    std::string origin;               // of pages; empty: any
    base::Duration hold{0};           // for how long requests are held; 0: none is
    std::optional<OwnFacts> own;
    probe::Account account;           // nobody: it does not log in
    std::vector<probe::Plan> servers; // the native way of each domain
    std::function<void(std::string_view)> progress = [](std::string_view) {};
};

} // namespace doctor
