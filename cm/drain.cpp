#include "cm/drain.h"

#include <algorithm>
#include <utility>

namespace cm {

namespace {

// How often it looks whether all have left.
constexpr base::Duration kLookEvery{200};

} // namespace

Drain::Drain(const base::Env& env, SessionCount sessions, Over over)
    : env_(env), sessions_(std::move(sessions)), over_(std::move(over)) {}

void Drain::begin(std::optional<base::Duration> deadline) {
    goes_on_ = true;
    until_ = deadline ? env_.now() + *deadline : base::kNever;
    look_again();
}

void Drain::stop() {
    goes_on_ = false;
    env_.wheel.set(*this, base::kNever);
}

std::optional<base::Duration> Drain::left() const {
    if (!goes_on_ || until_ == base::kNever) return std::nullopt;
    return std::max(until_ - env_.now(), base::Duration::zero());
}

void Drain::look_again() {
    env_.wheel.set(*this, std::min(env_.now() + kLookEvery, until_));
}

void Drain::on_deadline(base::TimePoint now) {
    bool all_have_left = sessions_() == 0;
    if (!all_have_left && now < until_) return look_again();
    goes_on_ = false;
    over_(all_have_left);
}

} // namespace cm
