#include "cm/config_changes.h"

#include "cm/config_keys.h"
#include "cm/schema.h"

#include <span>
#include <string_view>

namespace cm {

std::vector<std::string> changes_for_a_restart(const Config& before, const Config& after) {
    struct Table {
        std::string_view element;
        std::span<const ConfigKey<Config>> keys;
    };
    const Table tables[] = {
        {"log", log_keys()},
        {"workers", workers_keys()},
        {"http", http_keys()},
        {"limits", limits_keys()},
        {"bosh", bosh_keys()},
        {"cors", cors_keys()},
        {"websocket", websocket_keys()},
        {"discovery", discovery_keys()},
        {"upstream", upstream_keys()},
        {"shutdown", shutdown_keys()},
        {"memory", memory_keys()},
        {"admin", admin_keys()},
        {"webhooks", webhooks_keys()},
    };
    std::vector<std::string> found;
    for (const Table& table : tables) {
        for (const ConfigKey<Config>& key : table.keys) {
            const SchemaKey* schema = find_schema_key(table.element, key.name);
            if (schema == nullptr || schema->reload != "restart") continue;
            if (key.spell(before) == key.spell(after)) continue;
            found.push_back("<" + std::string(table.element) + " " + std::string(key.name) + ">");
        }
    }
    return found;
}

} // namespace cm
