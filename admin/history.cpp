#include "admin/history.h"

#include "admin/metrics_page.h"
#include "admin/process_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

namespace admin {

using base::Json;

namespace {

// What web/console reads; a test asks it.
constexpr std::array<std::string_view, 25> kFamilies = {
    "boshcm_bosh_hold_seconds",
    "boshcm_buffered_bytes",
    "boshcm_connections_shed_total",
    "boshcm_element_bytes_total",
    "boshcm_elements_total",
    "boshcm_http2_floods_total",
    "boshcm_http_answers_total",
    "boshcm_http_connections",
    "boshcm_http_requests_total",
    "boshcm_limit_refusals_total",
    "boshcm_logins_total",
    "boshcm_loop_turn_seconds",
    "boshcm_memory_budget_bytes",
    "boshcm_read_pauses_total",
    "boshcm_sessions",
    "boshcm_sessions_created_total",
    "boshcm_sessions_ended_total",
    "boshcm_upstream_connect_failures_total",
    "boshcm_upstream_connects_total",
    "boshcm_xml_disagreements_total",
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
};
static_assert(std::ranges::is_sorted(kFamilies));

bool is_kept(std::string_view series) {
    std::string_view family = series.substr(0, series.find('{'));
    for (std::string_view part : {"_bucket", "_sum", "_count"}) {
        if (family.ends_with(part)) family.remove_suffix(part.size());
    }
    return std::ranges::binary_search(kFamilies, family);
}

// Most are whole, and shorter so.
Json number(double value) {
    constexpr double kExact = 9e15;
    bool whole = std::abs(value) < kExact && value == std::trunc(value);
    return whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

} // namespace

void History::begin() {
    on_deadline(env_.now());
}

void History::on_deadline(base::TimePoint now) {
    env_.wheel.set(*this, now + kPeriod);
    ProcessFigures process = process_figures(Descriptors::IfTold);
    std::string page = metrics_page(subject_, process, Dialect::Prometheus);
    add(kept_of(page), now);
}

std::vector<History::Figure> History::kept_of(std::string_view page) {
    std::vector<Figure> kept;
    while (!page.empty()) {
        std::string_view line = page.substr(0, page.find('\n'));
        page.remove_prefix(std::min(line.size() + 1, page.size()));
        size_t blank = line.rfind(' ');
        if (line.starts_with('#') || blank == std::string_view::npos) continue;
        if (!is_kept(line.substr(0, blank))) continue;
        Figure& figure = kept.emplace_back(Figure{.series = line.substr(0, blank), .value = 0});
        std::from_chars(line.data() + blank + 1, line.data() + line.size(), figure.value);
    }
    return kept;
}

// The page has the same series all the time, so it is at the first sample that they are new.
void History::add(const std::vector<Figure>& figures, base::TimePoint now) {
    if (!std::ranges::equal(figures, names_, {}, &Figure::series)) {
        names_.clear();
        for (const Figure& figure : figures) names_.emplace_back(figure.series);
        values_.assign(kSamples * names_.size(), 0);
        count_ = 0;
    }
    if (count_ == kSamples) {
        first_ = place(1);
        --count_;
    }
    size_t sample = count_++;
    times_[place(sample)] = now;
    for (size_t series = 0; series < figures.size(); ++series) {
        value(sample, series) = figures[series].value;
    }
}

Json::Object History::json() const {
    Json::Array ms;
    for (size_t sample = 0; sample < count_; ++sample) {
        ms.emplace_back((times_[place(sample)] - env_.now()).count());
    }
    Json::Object all;
    for (size_t series = 0; series < names_.size(); ++series) {
        Json::Array values;
        bool changed = false;
        for (size_t sample = 0; sample < count_; ++sample) {
            changed = changed || value(sample, series) != value(0, series);
            values.push_back(number(value(sample, series)));
        }
        if (!changed) values.resize(1);
        all.emplace_back(names_[series], std::move(values));
    }
    auto period = std::chrono::duration_cast<std::chrono::seconds>(kPeriod);
    return {{"period_s", period.count()}, {"ms", std::move(ms)}, {"series", std::move(all)}};
}

} // namespace admin
