#include "doctor/finding.h"

#include <algorithm>
#include <iterator>

namespace doctor {

namespace {

std::string counted(size_t count, const char* what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

} // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
    case Severity::Ok: return "ok";
    case Severity::Hint: return "hint";
    case Severity::Warning: return "warning";
    case Severity::Problem: break;
    }
    return "problem";
}

std::string title_of(std::string sentence) {
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words) text += (text.empty() ? "" : ", ") + each;
    return text;
}

void Findings::add_all(Findings others) {
    for (Finding& each : others.all_) all_.push_back(std::move(each));
}

std::vector<Finding> Findings::by_severity() const {
    std::vector<Finding> sorted;
    sorted.reserve(all_.size());
    for (Severity severity : {Severity::Problem, Severity::Warning, Severity::Hint, Severity::Ok}) {
        std::ranges::copy_if(all_, std::back_inserter(sorted),
                             [severity](const Finding& each) { return each.severity == severity; });
    }
    return sorted;
}

size_t Findings::count(Severity severity) const {
    return static_cast<size_t>(std::ranges::count(all_, severity, &Finding::severity));
}

bool Findings::has(std::string_view name) const {
    return std::ranges::find(all_, name, &Finding::name) != all_.end();
}

std::string Findings::verdict() const {
    size_t problems = count(Severity::Problem);
    size_t warnings = count(Severity::Warning);
    if (problems == 0 && warnings == 0) return "No problem found.";
    if (problems == 0) return "No problem found, but " + counted(warnings, "warning") + '.';
    std::vector<Finding> sorted = by_severity();
    return counted(problems, "problem") + " found: " + sorted.front().title +
           (problems > 1 ? ", and others." : ".");
}

} // namespace doctor
