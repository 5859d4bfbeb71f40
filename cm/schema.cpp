#include "cm/schema.h"

#include "cm/spelling.h"

#include <cstdint>
#include <optional>

namespace cm {
namespace {

// A value as a number, in the base unit of its type.
std::optional<uint64_t> measure(std::string_view type, std::string_view value) {
    if (type == "size") return parse_size(value);
    if (type == "count") return parse_count(value);
    std::optional<base::Duration> duration = parse_duration(value);
    if (!duration) return std::nullopt;
    return static_cast<uint64_t>(duration->count());
}

void append_listed(std::string& out, std::string_view item) {
    if (!out.empty()) out += ", ";
    out += item;
}

} // namespace

const SchemaElement* find_schema_element(std::string_view name) {
    for (const SchemaElement& element : schema_elements())
        if (element.name == name) return &element;
    return nullptr;
}

const SchemaKey* find_schema_key(std::string_view element, std::string_view attribute) {
    for (const SchemaKey& key : schema_keys())
        if (key.element == element && key.attribute == attribute) return &key;
    return nullptr;
}

std::string expected_value(const SchemaKey& key) {
    std::string text(key.expected);
    if (!key.min.empty()) text.append(", from ").append(key.min).append(" to ").append(key.max);
    return text;
}

bool in_range(const SchemaKey& key, std::string_view value) {
    if (key.min.empty()) return true;
    std::optional<uint64_t> number = measure(key.type, value);
    return number && *number >= measure(key.type, key.min).value_or(0) &&
           *number <= measure(key.type, key.max).value_or(0);
}

std::string attributes_of(std::string_view element) {
    std::string names;
    for (const SchemaKey& key : schema_keys())
        if (key.element == element && !key.attribute.empty()) append_listed(names, key.attribute);
    return names;
}

std::string children_of(std::string_view element) {
    std::string names;
    const SchemaElement* found = find_schema_element(element);
    std::string_view rest = found != nullptr ? found->children : std::string_view();
    while (!rest.empty()) {
        size_t end = rest.find(' ');
        append_listed(names, "<" + std::string(rest.substr(0, end)) + ">");
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return names;
}

} // namespace cm
