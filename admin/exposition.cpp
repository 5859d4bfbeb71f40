#include "admin/exposition.h"

#include "base/error.h"
#include "http/ascii.h"

#include <array>
#include <charconv>
#include <utility>

namespace admin {

namespace {

constexpr std::string_view kOpenMetricsType = "application/openmetrics-text";

void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
}

void append_number(std::string& out, double value) {
    std::array<char, 32> digits{};
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

// OpenMetrics compares bounds as texts, so each has one form only.
std::string bound_text(double bound) {
    std::string text;
    append_number(text, bound);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string_view word_of(Exposition::Type type) {
    switch (type) {
    case Exposition::Type::Counter: return "counter";
    case Exposition::Type::Gauge: return "gauge";
    case Exposition::Type::Histogram: break;
    }
    return "histogram";
}

// "q=0" means "not this one".
bool is_refused(std::string_view parameters) {
    while (!parameters.empty()) {
        std::string_view one = http::trim(parameters.substr(0, parameters.find(';')));
        if (one.starts_with("q=0") && one.find_first_not_of("0.", 2) == std::string_view::npos) {
            return true;
        }
        size_t end = parameters.find(';');
        parameters =
            end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
    }
    return false;
}

} // namespace

Dialect preferred_dialect(std::string_view accept) {
    for (std::string_view element; http::next_list_element(accept, element);) {
        size_t end = element.find(';');
        std::string_view type = http::trim(element.substr(0, end));
        if (!http::equal_without_case(type, kOpenMetricsType)) continue;
        if (end == std::string_view::npos || !is_refused(element.substr(end + 1))) {
            return Dialect::OpenMetrics;
        }
    }
    return Dialect::Prometheus;
}

std::string_view content_type(Dialect dialect) {
    return dialect == Dialect::OpenMetrics
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}

std::string label(std::string_view name, std::string_view value) {
    std::string text(name);
    text += "=\"";
    append_escaped(text, value, true);
    return text += '"';
}

std::string joined(std::string_view labels, std::string_view more) {
    std::string text(labels);
    if (!labels.empty() && !more.empty()) text += ',';
    return text += more;
}

void Exposition::family(std::string_view name, Type type, std::string_view help) {
    CM_ASSERT(name.ends_with("_total") == (type == Type::Counter));
    name_ = name;
    std::string_view declared = name;
    if (dialect_ == Dialect::OpenMetrics && type == Type::Counter) {
        declared.remove_suffix(std::string_view("_total").size());
    }
    text_.append("# HELP ").append(declared).append(" ");
    append_escaped(text_, help, dialect_ == Dialect::OpenMetrics);
    text_.append("\n# TYPE ").append(declared).append(" ").append(word_of(type)).append("\n");
}

void Exposition::begin_sample(std::string_view suffix, std::string_view labels) {
    text_.append(name_).append(suffix);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_ += ' ';
}

void Exposition::sample(std::string_view labels, uint64_t value) {
    begin_sample("", labels);
    text_.append(std::to_string(value)).append("\n");
}

void Exposition::sample(std::string_view labels, double value) {
    begin_sample("", labels);
    append_number(text_, value);
    text_ += '\n';
}

void Exposition::histogram(std::string_view labels, std::span<const double> bounds,
                           std::span<const uint64_t> counts, double sum) {
    CM_ASSERT(counts.size() == bounds.size() + 1);
    uint64_t up_to_here = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
        up_to_here += counts[i];
        std::string bound = i < bounds.size() ? bound_text(bounds[i]) : "+Inf";
        begin_sample("_bucket", joined(labels, label("le", bound)));
        text_.append(std::to_string(up_to_here)).append("\n");
    }
    begin_sample("_sum", labels);
    append_number(text_, sum);
    text_ += '\n';
    begin_sample("_count", labels);
    text_.append(std::to_string(up_to_here)).append("\n");
}

std::string Exposition::take() {
    if (dialect_ == Dialect::OpenMetrics) text_ += "# EOF\n";
    return std::exchange(text_, {});
}

} // namespace admin
