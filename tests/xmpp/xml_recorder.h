// XmlRecorder — writes down what a visitor is shown, a line for each event:
// "0 {uri}local decl(p=uri) {uri}name=value", "1 'text'", "0 end".
#pragma once

#include "xmpp/xml_check.h"

#include <string>
#include <string_view>
#include <vector>

namespace tests {

class XmlRecorder final : public xmpp::XmlVisitor {
public:
    void on_start(unsigned depth, const xmpp::XmlStartTag& tag) override {
        std::string line = std::to_string(depth) + " " + name(tag.uri, tag.prefix, tag.local);
        for (const auto& [prefix, uri] : tag.declarations) {
            line += " decl(" + std::string(prefix) + "=" + std::string(uri) + ")";
        }
        for (const auto& attribute : tag.attributes) {
            line += " " + name(attribute.uri, attribute.prefix, attribute.local) + "=" +
                    std::string(attribute.value);
        }
        lines.push_back(line);
    }
    void on_end(unsigned depth) override { lines.push_back(std::to_string(depth) + " end"); }
    void on_text(unsigned depth, std::string_view text) override {
        lines.push_back(std::to_string(depth) + " '" + std::string(text) + "'");
    }

    // The same for every way to cut text into events.
    [[nodiscard]] std::vector<std::string> with_text_joined() const {
        std::vector<std::string> joined;
        for (const std::string& line : lines) {
            if (is_text(line) && !joined.empty() && is_text(joined.back())) {
                joined.back().pop_back();
                joined.back() += line.substr(line.find('\'') + 1);
            } else {
                joined.push_back(line);
            }
        }
        return joined;
    }

    std::vector<std::string> lines;

private:
    static bool is_text(std::string_view line) {
        return line.substr(line.find(' ') + 1).front() == '\'';
    }
    static std::string name(std::string_view uri, std::string_view prefix, std::string_view local) {
        std::string text = "{" + std::string(uri) + "}";
        if (!prefix.empty()) text += std::string(prefix) + ":";
        return text += local;
    }
};

} // namespace tests
