// Front — which program stands before boshcm: by what it says of itself, or by how it refuses what
// is no HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace doctor {

enum class Front : uint8_t { Unknown, Nginx, Haproxy, Apache, Caddy, Boshcm };

// "nginx"; empty for Unknown.
[[nodiscard]] std::string_view name_of(Front front);
[[nodiscard]] std::optional<Front> front_named(std::string_view name);

// The field Server of an answer. boshcm itself writes none.
[[nodiscard]] Front front_of_server(std::string_view server);
// The answer to a request that is broken, head and all. HAProxy names itself nowhere, but has words
// of its own.
[[nodiscard]] Front front_of_refusal(std::string_view answer);

} // namespace doctor
