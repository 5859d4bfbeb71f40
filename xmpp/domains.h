// Domains — which domains this program has a server for.
// Life:   outlives the sessions that ask it.
#pragma once

#include <cstdint>
#include <string_view>

namespace xmpp {

class Domains {
public:
    enum class Standing : uint8_t { Served, Retired, Unknown };
    [[nodiscard]] virtual Standing standing(std::string_view normalised_domain) const = 0;

protected:
    ~Domains() = default;
};

} // namespace xmpp
