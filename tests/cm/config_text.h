// minimal_config() — the shortest configuration that loads, for tests to vary: line 1 is the root,
// line 2 the listener, line 3 the domain with its server; what is added comes from line 4 on.
#pragma once

#include "cm/config_loader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tests {

inline std::string in_root(std::string_view content) {
    return "<boshcm xmlns='urn:boshcm:config:1'>\n" + std::string(content) + "\n</boshcm>\n";
}

inline std::string minimal_config(std::string_view more = {}) {
    return in_root("<listener address='127.0.0.1' port='5280' tls='proxy'/>\n"
                   "<domain name='example.org'><server host='localhost' tls='none'/></domain>\n" +
                   std::string(more));
}

// The Config of a text that must load.
inline cm::Config loaded(const std::string& text) {
    cm::LoadResult result = cm::load_text(text, "cm.xml");
    if (result) return *result;
    for (const cm::ConfigError& error : result.error()) ADD_FAILURE() << cm::to_string(error);
    return {};
}

// What the loader complains about, a line each.
inline std::vector<std::string> errors_of(const std::string& text) {
    std::vector<std::string> lines;
    if (cm::LoadResult result = cm::load_text(text, "cm.xml"); !result)
        for (const cm::ConfigError& error : result.error()) lines.push_back(cm::to_string(error));
    return lines;
}

} // namespace tests
