// fixes — the lines to change, for each program that may be on the way: a table, and no I/O.
// Life:   what is printed is what tests/e2e/doctor.test.mjs puts into the real programs.
#pragma once

#include "doctor/finding.h"
#include "doctor/front.h"

#include <cstdint>
#include <string>
#include <vector>

namespace doctor {

enum class Topic : uint8_t {
    HoldPatience,
    SocketPatience,
    PassUpgrade,
    PassSubprotocol,
    PassOrigin,
    PassPath,
    PassSocketPath,
    Backend,
    DoubledCors,
    MissingCors,
    BodyLimit,
    Stickiness,
    Parallel,
    PassHostMeta,
    HostMetaCors,
    ForwardedProto,
    Certificate,
    OldTls,
    Compression,
    ContentType,
    Forbidden,
};

// What stands for {path} and the like in the lines.
struct Needs {
    std::string host = "chat.example.org";
    std::string path = "/http-bind";
    std::string websocket_path = "/xmpp-websocket";
    std::string backend = "127.0.0.1:5280";
    int64_t patience_s = 75;
    int64_t body_bytes = 262'144;
};

// For the front that is known, or for all that it may be.
[[nodiscard]] std::vector<Fix> fixes(Topic topic, Front front, const Needs& needs);

} // namespace doctor
