// Finding — one thing that the doctor saw: how bad it is, what was measured, why it matters, and
// the lines to change in the programs on the way.
// Life:   values. Names are stable: scripts compare them (docs/doctor.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctor {

enum class Severity : uint8_t { Ok, Hint, Warning, Problem };
[[nodiscard]] std::string_view to_string(Severity severity);

// What to change in the configuration of one program.
struct Fix {
    std::string program;             // "nginx"
    std::string place;               // where in its configuration: "location = /http-bind"
    std::vector<std::string> remove; // how lines begin that go
    std::vector<std::string> add;    // lines that come, in place of earlier ones of that name
};

struct Finding {
    Severity severity = Severity::Ok;
    std::string name;  // "held-request-cut"
    std::string title; // a sentence without its full stop
    std::string seen;  // what was measured
    std::string why;
    std::vector<Fix> fixes;
};

// A sentence of the probe's, as a title.
[[nodiscard]] std::string title_of(std::string sentence);

// "a, b", for what was seen.
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

class Findings {
public:
    void add(Finding finding) { all_.push_back(std::move(finding)); }
    void ok(std::string name, std::string title, std::string seen) {
        add({Severity::Ok, std::move(name), std::move(title), std::move(seen), {}, {}});
    }
    // Those of a check that ran beside.
    void add_all(Findings others);

    [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
    // The worst first; among equals in the order of the way, where the first may cause the next.
    [[nodiscard]] std::vector<Finding> by_severity() const;
    [[nodiscard]] size_t count(Severity severity) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] bool ok() const { return count(Severity::Problem) == 0; }
    // One sentence about the whole.
    [[nodiscard]] std::string verdict() const;

private:
    std::vector<Finding> all_;
};

} // namespace doctor
