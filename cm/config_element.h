// ConfigElement — the configuration file as a small tree of our own, with the line of everything.
// It keeps libxml2 out of the code that knows what the file means.
// Life:   a value; made by config_loader, dropped when the Config is made.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cm {

struct ConfigAttribute {
    std::string name;
    std::string value;
    int line = 0;
    bool faulty = false; // complained about already: no rule looks at it again
};

struct ConfigElement {
    std::string name;
    std::string text;    // what is between the tags, without the white space around it
    int line = 0;        // where the start tag begins
    bool faulty = false; // does not belong here, or its text is wrong
    std::vector<ConfigAttribute> attributes;
    std::vector<ConfigElement> children;

    // Null if it is not written.
    [[nodiscard]] const ConfigAttribute* find(std::string_view attribute) const;
    [[nodiscard]] bool is_faulty(std::string_view attribute) const;
    // It is written, and nobody complained about it.
    [[nodiscard]] bool has_sound(std::string_view attribute) const;
    void mark_faulty(std::string_view attribute);
    // For a message: `<bosh>`, `<bosh wait="5s" hold="1">`.
    [[nodiscard]] std::string place(std::initializer_list<std::string_view> shown = {}) const;
};

} // namespace cm
