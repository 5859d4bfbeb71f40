#include "cm/spelling.h"

#include <charconv>
#include <limits>

namespace cm {
namespace {

struct Unit {
    std::string_view name;
    uint64_t factor;
};

constexpr Unit kDurationUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizeUnits[] = {
    {"GiB", 1024UL * 1024 * 1024}, {"MiB", 1024UL * 1024}, {"KiB", 1024}, {"B", 1}, {"", 1}};

// A number and one of the units, nothing before, between or after; at most `most` in all.
template <size_t Count>
std::optional<uint64_t> parse_measure(std::string_view text, const Unit (&units)[Count],
                                      uint64_t most) {
    uint64_t number = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc()) return std::nullopt;
    std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (number > most / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

} // namespace

std::optional<base::Duration> parse_duration(std::string_view text) {
    auto count = parse_measure(text, kDurationUnits, std::numeric_limits<int64_t>::max());
    if (!count) return std::nullopt;
    return base::Duration(static_cast<int64_t>(*count));
}

std::optional<size_t> parse_size(std::string_view text) {
    return parse_measure(text, kSizeUnits, std::numeric_limits<size_t>::max());
}

std::optional<uint64_t> parse_count(std::string_view text) {
    constexpr Unit kNone[] = {{"", 1}};
    return parse_measure(text, kNone, std::numeric_limits<uint64_t>::max());
}

std::string spell_duration(base::Duration duration) {
    if (duration.count() % 1000 == 0) return std::to_string(duration.count() / 1000) + "s";
    return std::to_string(duration.count()) + "ms";
}

std::string spell_size(size_t bytes) {
    for (const Unit& unit : kSizeUnits)
        if (bytes >= unit.factor && bytes % unit.factor == 0)
            return std::to_string(bytes / unit.factor).append(unit.name);
    return "0B";
}

} // namespace cm
