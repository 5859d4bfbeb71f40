// Exposition — metrics as text, in either of the two forms that Prometheus reads.
// Spec:   OpenMetrics 1.0; the Prometheus text format 0.0.4.
// Units:  the caller's; names say which.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace admin {

enum class Dialect : uint8_t { Prometheus, OpenMetrics };

// What the value of an Accept field asks for.
[[nodiscard]] Dialect preferred_dialect(std::string_view accept);
[[nodiscard]] std::string_view content_type(Dialect dialect);

// `name="value"`, escaped; and two of these joined.
[[nodiscard]] std::string label(std::string_view name, std::string_view value);
[[nodiscard]] std::string joined(std::string_view labels, std::string_view more);

class Exposition {
public:
    enum class Type : uint8_t { Counter, Gauge, Histogram };

    explicit Exposition(Dialect dialect) : dialect_(dialect) {}

    // Begins a family, whose samples follow. The name of a counter ends with "_total".
    void family(std::string_view name, Type type, std::string_view help);
    void sample(std::string_view labels, uint64_t value);
    void sample(std::string_view labels, double value);
    // `counts` has one more than `bounds`: of what is above all of them.
    void histogram(std::string_view labels, std::span<const double> bounds,
                   std::span<const uint64_t> counts, double sum);

    // The whole text; nothing may follow.
    [[nodiscard]] std::string take();

private:
    void begin_sample(std::string_view suffix, std::string_view labels);

    Dialect dialect_;
    std::string name_; // of the family at hand
    std::string text_;
};

} // namespace admin
