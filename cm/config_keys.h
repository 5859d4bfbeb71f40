// ConfigKey — which attribute of the file is which member of Config, said once for both directions.
// Reading a file, printing the effective configuration and the test against the schema all walk
// these tables, so a key cannot be read and not printed.
// Errors: read() is false for text that is no value of the member; the member is then unchanged.
#pragma once

#include "cm/config.h"

#include <span>
#include <string>
#include <string_view>

namespace cm {

template <class Owner>
struct ConfigKey {
    std::string_view name;
    bool (*read)(Owner& owner, std::string_view text);
    std::string (*spell)(const Owner& owner); // empty: the attribute is left out
};

// Elements that exist once: their attributes live all over Config.
[[nodiscard]] std::span<const ConfigKey<Config>> log_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> workers_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> http_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> limits_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> bosh_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> cors_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> websocket_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> discovery_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> upstream_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> shutdown_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> memory_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> admin_keys();
[[nodiscard]] std::span<const ConfigKey<Config>> webhooks_keys();
// Elements that may be repeated.
[[nodiscard]] std::span<const ConfigKey<ListenerConfig>> listener_keys();
[[nodiscard]] std::span<const ConfigKey<CertificateConfig>> certificate_keys();
[[nodiscard]] std::span<const ConfigKey<DomainConfig>> domain_keys();
[[nodiscard]] std::span<const ConfigKey<ServerConfig>> server_keys();
[[nodiscard]] std::span<const ConfigKey<ServerConfig>> route_keys();
[[nodiscard]] std::span<const ConfigKey<StaticConfig>> static_keys();
[[nodiscard]] std::span<const ConfigKey<hooks::Settings>> webhook_keys();

} // namespace cm
