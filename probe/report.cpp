#include "probe/report.h"

#include <algorithm>

namespace probe {

std::string_view to_string(Way way) {
    return way == Way::Native ? "native" : "web";
}

bool Report::add(Step step) {
    steps_.push_back(std::move(step));
    if (observer_) observer_(steps_.back());
    return steps_.back().ok();
}

const Step* Report::first_failed() const {
    auto failed = std::ranges::find_if_not(steps_, &Step::ok);
    return failed == steps_.end() ? nullptr : &*failed;
}

std::string Report::verdict() const {
    if (const Step* failed = first_failed()) {
        return failed->finding.sentence + ' ' + failed->finding.advice;
    }
    bool login = std::ranges::any_of(steps_, [](const Step& step) { return step.name == "login"; });
    return login ? "All steps succeeded."
                 : "All steps succeeded; without an account or --anonymous no login was tried.";
}

} // namespace probe
