#include "cm/config_changes.h"

#include "cm/config_keys.h"
#include "cm/config_report.h"
#include "cm/schema.h"

#include <algorithm>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

namespace cm {

namespace {

// The elements that are there once.
struct Table {
    std::string_view element;
    std::span<const ConfigKey<Config>> keys;
};

std::vector<Table> tables() {
    return {
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
}

// With each key that has changed: its name, as "<memory budget>", and itself.
template <class Take>
void for_each_change(const Config& before, const Config& after, bool for_a_restart, Take&& take) {
    for (const Table& table : tables()) {
        for (const ConfigKey<Config>& key : table.keys) {
            const SchemaKey* schema = find_schema_key(table.element, key.name);
            if (schema == nullptr || (schema->reload == "restart") != for_a_restart) continue;
            if (key.spell(before) == key.spell(after)) continue;
            take("<" + std::string(table.element) + " " + std::string(key.name) + ">", key);
        }
    }
}

// Of the effective configuration those lines that are no element of a table.
std::vector<std::string> other_lines(const Config& config) {
    std::vector<std::string> lines;
    std::istringstream text(effective_xml(config));
    for (std::string line; std::getline(text, line);) {
        line.erase(0, line.find_first_not_of(' '));
        bool in_table = std::ranges::any_of(tables(), [&](const Table& table) {
            return line.starts_with("<" + std::string(table.element) + " ");
        });
        if (!in_table) lines.push_back(std::move(line));
    }
    return lines;
}

void append_missing(std::vector<std::string>& found, std::string_view sign,
                    const std::vector<std::string>& lines, const std::vector<std::string>& others) {
    for (const std::string& line : lines) {
        if (std::ranges::find(others, line) == others.end()) {
            found.push_back(std::string(sign) + line);
        }
    }
}

} // namespace

std::vector<std::string> changes_for_a_restart(const Config& before, const Config& after) {
    std::vector<std::string> found;
    for_each_change(before, after, true,
                    [&](const std::string& name, const auto&) { found.push_back(name); });
    return found;
}

std::vector<std::string> changes_in_use(const Config& before, const Config& after) {
    std::vector<std::string> found;
    for_each_change(
        before, after, false, [&](const std::string& name, const ConfigKey<Config>& key) {
            auto shown = [](const std::string& value) { return value.empty() ? "nothing" : value; };
            found.push_back(name + ": " + shown(key.spell(after)) + ", was " +
                            shown(key.spell(before)));
        });
    std::vector<std::string> old_lines = other_lines(before);
    std::vector<std::string> new_lines = other_lines(after);
    append_missing(found, "- ", old_lines, new_lines);
    append_missing(found, "+ ", new_lines, old_lines);
    return found;
}

} // namespace cm
