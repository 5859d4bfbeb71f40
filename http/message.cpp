#include "http/message.h"

namespace http {

void FieldList::add(std::string_view name, std::string_view value) {
    auto name_at = static_cast<uint32_t>(arena_.size());
    arena_ += name;
    auto value_at = static_cast<uint32_t>(arena_.size());
    arena_ += value;
    fields_.push_back({.name_at = name_at,
                       .name_size = static_cast<uint32_t>(name.size()),
                       .value_at = value_at,
                       .value_size = static_cast<uint32_t>(value.size())});
}

void FieldList::clear() {
    arena_.clear();
    fields_.clear();
}

std::string_view FieldList::find(std::string_view name) const {
    for (const Field& field : fields_) {
        if (is_named(field, name)) return value_of(field);
    }
    return {};
}

bool FieldList::has(std::string_view name) const {
    return find(name).data() != nullptr;
}

size_t FieldList::count(std::string_view name) const {
    size_t found = 0;
    for (const Field& field : fields_) found += is_named(field, name) ? 1 : 0;
    return found;
}

bool FieldList::list_contains(std::string_view name, std::string_view token) const {
    bool found = false;
    for_each_element(name, [&](std::string_view element) {
        found = found || equal_without_case(element, token);
    });
    return found;
}

} // namespace http
