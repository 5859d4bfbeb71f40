// ConfigError, ConfigFaults — what is wrong with a configuration file, for the person who wrote it.
// Life:   values; ConfigFaults collects all of one file's, so that one run shows them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cm {

struct ConfigElement;

struct ConfigError {
    std::string file;
    int line = 0;      // 0: the file as a whole
    std::string place; // as written: `<listener port="99999">`; empty: no element
    std::string found;
    std::string expected;

    bool operator==(const ConfigError&) const = default;
};

// conf/cm.xml:12: <listener port="99999">: found "99999", expected a whole number, from 1 to 65535
[[nodiscard]] std::string to_string(const ConfigError& error);

// Text of the file for a message: in quotes, control characters made visible, cut when long.
[[nodiscard]] std::string quote(std::string_view text);

class ConfigFaults {
public:
    explicit ConfigFaults(std::string file) : file_(std::move(file)) {}

    // Kept in the order of lines.
    void add(int line, std::string place, std::string found, std::string expected);
    // Of an attribute that is written; no rule looks at it again.
    void add(ConfigElement& element, std::string_view attribute, std::string found,
             std::string expected);
    [[nodiscard]] bool empty() const { return errors_.empty(); }
    [[nodiscard]] std::vector<ConfigError> take() { return std::move(errors_); }

private:
    std::string file_;
    std::vector<ConfigError> errors_;
};

} // namespace cm
