#include "base/rfc3339.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace base {

namespace {

// Up to the seconds; what may follow is the caller's.
std::string date_and_clock(std::chrono::sys_seconds time) {
    using namespace std::chrono;
    auto day = floor<days>(time);
    year_month_day date(day);
    hh_mm_ss clock(time - day);
    std::array<char, 32> text{};
    int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<size_t>(length)};
}

} // namespace

std::string rfc3339(std::chrono::sys_seconds time) {
    return date_and_clock(time) + 'Z';
}

std::string rfc3339(std::chrono::sys_time<std::chrono::milliseconds> time) {
    auto second = std::chrono::floor<std::chrono::seconds>(time);
    std::string thousandths = std::to_string(1'000 + (time - second).count()).substr(1);
    return date_and_clock(second).append(".").append(thousandths) + 'Z';
}

} // namespace base
