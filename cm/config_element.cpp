#include "cm/config_element.h"

#include "cm/config_error.h"

namespace cm {

const ConfigAttribute* ConfigElement::find(std::string_view attribute) const {
    for (const ConfigAttribute& one : attributes)
        if (one.name == attribute) return &one;
    return nullptr;
}

bool ConfigElement::is_faulty(std::string_view attribute) const {
    const ConfigAttribute* found = find(attribute);
    return found != nullptr && found->faulty;
}

bool ConfigElement::has_sound(std::string_view attribute) const {
    const ConfigAttribute* found = find(attribute);
    return found != nullptr && !found->faulty;
}

void ConfigElement::mark_faulty(std::string_view attribute) {
    for (ConfigAttribute& one : attributes)
        if (one.name == attribute) one.faulty = true;
}

std::string ConfigElement::place(std::initializer_list<std::string_view> shown) const {
    std::string tag = "<" + name;
    for (std::string_view attribute : shown)
        if (const ConfigAttribute* one = find(attribute))
            tag.append(" ").append(one->name).append("=").append(quote(one->value));
    return tag += ">";
}

} // namespace cm
