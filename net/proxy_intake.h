// ProxyIntake — reads the PROXY protocol's header off the beginning of a connection.
//
// A proxy that passes bytes on without reading them says in front of them who the client is. The
// header is required or it is off, never guessed (H-065): who could choose might pretend to be
// anyone. So the first byte that cannot belong to one is a fault.
//
// Spec:   the PROXY protocol specification of HAProxy, versions 1 and 2, §2.1 and §2.2; H-066.
// Units:  bytes: 107 of version 1, 4 KiB behind the fixed part of version 2.
// Errors: State::Fault, which repeats; the connection is to be closed without an answer.
// Life:   for one header; an engine without I/O. Any way of cutting the input gives the same.
#pragma once

#include "base/slice.h"
#include "net/address.h"

#include <cstdint>
#include <optional>
#include <string>

namespace net {

class ProxyIntake {
public:
    enum class State : uint8_t { NeedMore, Complete, Fault };
    struct Step {
        State state = State::NeedMore;
        size_t taken = 0; // bytes of `in`; what follows is the client's own
    };
    struct Ends {
        Address peer;  // the client
        Address local; // what it reached
    };

    // Not again after Complete.
    [[nodiscard]] Step feed(base::ByteView in);
    // Once complete. Nothing: the proxy speaks for itself (LOCAL), or does not know (UNKNOWN, an
    // address family that is none of ours); then the socket's own addresses hold.
    [[nodiscard]] const std::optional<Ends>& ends() const { return ends_; }

private:
    State take(char byte);
    State judge_first_version();
    State judge_second_version();
    State fail() { return state_ = State::Fault; }

    State state_ = State::NeedMore;
    std::string header_; // so far, without the additions of version 2
    size_t to_skip_ = 0; // additions still to come
    std::optional<Ends> ends_;
};

} // namespace net
