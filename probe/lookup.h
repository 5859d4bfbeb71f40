// Lookup — asks a Resolver and waits for the answer.
// Life:   one for each way; the resolver outlives it.
#pragma once

#include "net/resolver.h"
#include "probe/turns.h"

#include <string>

namespace probe {

class Lookup {
public:
    Lookup(net::Resolver& resolver, Turns& turns) : resolver_(resolver), turns_(turns) {}

    // Failed, if time is over before.
    [[nodiscard]] net::SrvAnswer srv(const std::string& name);
    // Of both families: NoName only if neither is known to exist.
    [[nodiscard]] net::AddressAnswer addresses(const std::string& host);

private:
    net::Resolver& resolver_;
    Turns& turns_;
};

} // namespace probe
