// History — what the console's charts draw, as it was in the last minutes: a page that is opened
// now begins with it. Every few seconds it reads its own metrics page, as a Prometheus would.
// Spec:   docs/admin.md.
// Units:  a number for each series and sample, in a ring that is made once: so many bytes as there
//         are workers, whatever number of sessions there is. A sample takes as long as the page.
// Life:   of the daemon, on the main thread.
#pragma once

#include "admin/subject.h"
#include "base/env.h"
#include "base/json.h"
#include "base/timer_wheel.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace admin {

class History final : private base::TimerNode {
public:
    // Of less, a rate would tell more of chance than of clients.
    static constexpr base::Duration kPeriod{5'000};
    // What the charts reach back, and a bit, for the first rate to be measured from.
    static constexpr size_t kSamples = 64;

    History(const base::Env& env, const Subject& subject) : env_(env), subject_(subject) {}
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    // From now on. Once.
    void begin();
    // {"period_s", "ms": when each sample was taken, before now, "series": {"name{labels}":
    // [value]}}, the oldest first. Of a series that has not changed there is one value.
    [[nodiscard]] base::Json::Object json() const;

private:
    // As a line of the metrics page has it: "name{labels} value".
    struct Figure {
        std::string_view series;
        double value;
    };

    void on_deadline(base::TimePoint now) override;
    void add(const std::vector<Figure>& figures, base::TimePoint now);
    [[nodiscard]] static std::vector<Figure> kept_of(std::string_view page);
    [[nodiscard]] double& value(size_t sample, size_t series) {
        return values_[place(sample) * names_.size() + series];
    }
    [[nodiscard]] double value(size_t sample, size_t series) const {
        return values_[place(sample) * names_.size() + series];
    }
    [[nodiscard]] size_t place(size_t sample) const { return (first_ + sample) % kSamples; }

    base::Env env_;
    const Subject& subject_;
    std::vector<std::string> names_; // of the series
    std::vector<double> values_;     // for each place of the ring as many
    std::array<base::TimePoint, kSamples> times_{};
    size_t first_ = 0; // the place of the oldest sample
    size_t count_ = 0;
};

} // namespace admin
