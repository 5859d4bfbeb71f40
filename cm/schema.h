// Schema — conf/cm.xsd inside the program: its text, and its facts as tables.
// The tables are written by conf/schema_to_cpp.py at build time, so that a message, a range check
// and the manual page say what the schema says.
// Units:  values as an operator spells them (cm/spelling.h).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cm {

struct SchemaElement {
    std::string_view name;
    std::string_view children; // names with a blank between them
};

struct SchemaKey {
    std::string_view element;
    std::string_view attribute; // empty: the text of the element itself
    std::string_view type;
    std::string_view expected;      // what a value looks like, for a message
    std::string_view default_value; // empty: none
    std::string_view min;           // empty: no range
    std::string_view max;
    std::string_view reload; // what a changed value reaches when the file is loaded again
    bool required;
};

inline constexpr std::string_view kConfigNamespace = "urn:boshcm:config:1";

[[nodiscard]] std::string_view schema_text();
[[nodiscard]] std::span<const SchemaElement> schema_elements();
[[nodiscard]] std::span<const SchemaKey> schema_keys();

// Null if the schema has no such element or key.
[[nodiscard]] const SchemaElement* find_schema_element(std::string_view name);
[[nodiscard]] const SchemaKey* find_schema_key(std::string_view element,
                                               std::string_view attribute);
// "a whole number, from 1 to 65535".
[[nodiscard]] std::string expected_value(const SchemaKey& key);
// Whether a value that the schema accepts also keeps to the range.
[[nodiscard]] bool in_range(const SchemaKey& key, std::string_view value);
// For the message about an unknown name: "path, wait, hold, …" and "<log>, <listener>, …".
[[nodiscard]] std::string attributes_of(std::string_view element);
[[nodiscard]] std::string children_of(std::string_view element);

} // namespace cm
