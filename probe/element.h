// Element — a small XML tree, read through xmpp::XmlCheck: what a step looks into.
// Errors: nullopt for what is no legal XMPP XML.
#pragma once

#include "xmpp/xml_check.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

struct Element {
    std::string name;
    std::string uri;
    struct Attribute {
        std::string name;
        std::string uri; // empty: none
        std::string value;
    };
    std::vector<Attribute> attributes;
    std::string text; // its own, children's not included
    std::vector<Element> children;

    [[nodiscard]] static std::optional<Element> parse(xmpp::XmlCheck& check,
                                                      std::string_view document);

    [[nodiscard]] bool is(std::string_view local, std::string_view namespace_uri) const {
        return name == local && uri == namespace_uri;
    }
    // Empty if absent.
    [[nodiscard]] std::string attribute(std::string_view local, std::string_view in = {}) const;
    // nullptr if absent.
    [[nodiscard]] const Element* child(std::string_view local, std::string_view in) const;
    // The name of the first child in that namespace: the condition of an error. Empty if absent.
    [[nodiscard]] std::string condition(std::string_view in) const;
};

} // namespace probe
