#include "cm/schema_faults.h"

#include "cm/schema.h"

namespace cm {
namespace {

ConfigAttribute* find_written(ConfigElement& element, std::string_view name) {
    size_t brace = name.rfind('}');
    std::string suffix;
    if (brace != std::string_view::npos) suffix.append(":").append(name.substr(brace + 1));
    for (ConfigAttribute& one : element.attributes)
        if (one.name == name || (!suffix.empty() && one.name.ends_with(suffix))) return &one;
    return nullptr;
}

} // namespace

void report_stranger(ConfigElement& element, const std::string& parent, ConfigFaults& faults) {
    std::string allowed = children_of(parent);
    element.faulty = true;
    faults.add(element.line, element.place(), "an element that does not belong in <" + parent + ">",
               allowed.empty() ? "no element in it" : "one of " + allowed);
}

void report_content(ConfigElement& element, ConfigFaults& faults) {
    if (element.faulty) return;
    const SchemaKey* text = find_schema_key(element.name, "");
    if (children_of(element.name).empty() && !element.children.empty()) {
        if (element.children.front().faulty) return;
        element.faulty = text != nullptr; // with an element in it, its text is of no use
        for (ConfigElement& child : element.children) report_stranger(child, element.name, faults);
    } else if (text != nullptr) {
        element.faulty = true;
        faults.add(element.line, element.place(), quote(element.text), expected_value(*text));
    } else {
        faults.add(element.line, element.place(), "the text " + quote(element.text),
                   "attributes and elements only");
    }
}

void report_missing(const ConfigElement& element, const std::string& attribute,
                    ConfigFaults& faults) {
    const SchemaKey* key = find_schema_key(element.name, attribute);
    faults.add(element.line, element.place(), "no attribute " + attribute,
               key != nullptr ? expected_value(*key) : "one");
}

void report_attribute(ConfigElement& element, std::string_view name, ConfigFaults& faults) {
    ConfigAttribute* attribute = find_written(element, name);
    if (attribute == nullptr || attribute->faulty) return;
    attribute->faulty = true;
    std::string place = element.place({attribute->name});
    if (const SchemaKey* key = find_schema_key(element.name, name)) {
        faults.add(attribute->line, place, quote(attribute->value), expected_value(*key));
        return;
    }
    std::string allowed = attributes_of(element.name);
    faults.add(attribute->line, place, "the unknown attribute " + attribute->name,
               allowed.empty() ? "no attribute" : "one of " + allowed);
}

} // namespace cm
