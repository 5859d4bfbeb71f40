// Drain — the time in which nobody new is let in and those that are there go on, until all have
// left or, where there is one, a deadline has come.
// Life:   on the supervisor's loop; `over` is called once, if it is not cancelled before.
#pragma once

#include "base/env.h"
#include "base/timer_wheel.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace cm {

class Drain final : private base::TimerNode {
public:
    using SessionCount = std::function<uint64_t()>;
    using Over = std::function<void(bool all_have_left)>;

    Drain(const base::Env& env, SessionCount sessions, Over over);

    // Or goes on with another deadline. None: for as long as it takes.
    void begin(std::optional<base::Duration> deadline);
    void stop();
    [[nodiscard]] bool goes_on() const { return goes_on_; }
    // None: there is no deadline.
    [[nodiscard]] std::optional<base::Duration> left() const;

private:
    void on_deadline(base::TimePoint now) override;
    void look_again();

    base::Env env_;
    SessionCount sessions_;
    Over over_;
    base::TimePoint until_ = base::kNever;
    bool goes_on_ = false;
};

} // namespace cm
