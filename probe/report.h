// Step, Report — what the probe did, how long each step took, and what came of it.
// Life:   values, filled by the steps; printed by report_text and report_json.
#pragma once

#include "base/time.h"
#include "probe/problem.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace probe {

// From here straight to the XMPP server, or through boshcm as web clients come.
enum class Way : uint8_t { Native, Web };
[[nodiscard]] std::string_view to_string(Way way);

using FactValue = std::variant<std::string, int64_t, std::vector<std::string>>;
struct Fact {
    std::string name; // "days_left"
    FactValue value;
};

// A problem as it was met, in words.
struct Finding {
    Problem problem = Problem::None;
    std::string sentence;
    std::string advice;

    Finding() = default;
    Finding(Problem what, const Circumstances& met)
        : problem(what), sentence(probe::sentence(what, met)), advice(probe::advice(what, met)) {}
};

struct Step {
    Way way = Way::Native;
    std::string name; // "tls"
    base::Duration took{0};
    std::vector<Fact> facts;
    Finding finding;

    [[nodiscard]] static Step on(Way way, std::string name) {
        Step step;
        step.way = way;
        step.name = std::move(name);
        return step;
    }
    [[nodiscard]] bool ok() const { return finding.problem == Problem::None; }
    void add(std::string fact, FactValue value) {
        facts.push_back({std::move(fact), std::move(value)});
    }
};

class Report {
public:
    using Observer = std::function<void(const Step&)>; // is told of each step when it is over

    explicit Report(Observer observer = {}) : observer_(std::move(observer)) {}

    // Returns whether the step was good, and so whether the next one makes sense.
    bool add(Step step);

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
    [[nodiscard]] bool ok() const { return first_failed() == nullptr; }
    // The cause, most likely: later ones may follow from it.
    [[nodiscard]] const Step* first_failed() const;
    // One sentence about the whole, and what to change.
    [[nodiscard]] std::string verdict() const;

private:
    Observer observer_;
    std::vector<Step> steps_;
};

} // namespace probe
