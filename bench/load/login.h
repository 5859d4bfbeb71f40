// Login — from a server's features to a bound resource, the same over every transport: an engine.
// Spec:   RFC 6120 §6, §7; RFC 4505.
// Life:   of one stream.
#pragma once

#include "base/slice.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace load {

// Empty user: ANONYMOUS.
struct Account {
    std::string user;
    std::string password;
};

class Login {
public:
    explicit Login(const Account& account) : account_(account) {}

    struct Step {
        enum class Kind : uint8_t { Nothing, Send, Restart, Done, Refused };
        Kind kind = Kind::Nothing;
        std::string text{}; // what to send; or why it was refused
    };
    [[nodiscard]] Step on_element(base::ByteView element);
    [[nodiscard]] const std::string& jid() const { return jid_; }

private:
    enum class State : uint8_t { AwaitingMechanisms, AwaitingSuccess, AwaitingBind, AwaitingJid };

    [[nodiscard]] Step authenticate(base::ByteView features);
    [[nodiscard]] Step bind(base::ByteView features);
    [[nodiscard]] Step take_jid(base::ByteView iq);

    const Account& account_;
    std::string jid_;
    State state_ = State::AwaitingMechanisms;
};

} // namespace load
