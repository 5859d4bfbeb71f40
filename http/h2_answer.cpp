#include "http/h2_answer.h"

#include "http/ascii.h"
#include "http/framing_policy.h"

#include <algorithm>

namespace http {

namespace {

constexpr std::string_view kOfHttp1[] = {"Connection", "Keep-Alive", "Transfer-Encoding",
                                         "Upgrade"};

bool is_of_http1(std::string_view name) {
    return std::ranges::any_of(
        kOfHttp1, [name](std::string_view other) { return equal_without_case(name, other); });
}

} // namespace

H2Answer::H2Answer(Response&& response, const ResponseContext& context) {
    add(":status", std::to_string(response.status));
    add_lines(context.date);
    bool body_allowed = !forbids_body(response.status) && !context.tunnel;
    if (body_allowed) {
        if (!response.content_type.empty() && is_field_value(response.content_type)) {
            add("content-type", response.content_type);
        }
        add("content-length", std::to_string(response.body.size_bytes()));
    }
    add("x-content-type-options", "nosniff");
    add_lines(context.fields);
    add_lines(response.fields);
    add_lines(response.constant_fields);
    if (body_allowed && !context.head_request) body_ = std::move(response.body);
}

std::vector<H2Answer::Field> H2Answer::fields() const {
    std::vector<Field> fields;
    fields.reserve(places_.size());
    std::string_view text = text_;
    for (const Place& place : places_) {
        fields.push_back({.name = text.substr(place.name_at, place.name_size),
                          .value = text.substr(place.name_at + place.name_size, place.value_size)});
    }
    return fields;
}

void H2Answer::add(std::string_view name, std::string_view value) {
    places_.push_back(
        {.name_at = text_.size(), .name_size = name.size(), .value_size = value.size()});
    std::ranges::transform(name, std::back_inserter(text_), lower);
    text_ += value;
}

// Lines of `Name: value`, each with its CRLF.
void H2Answer::add_lines(std::string_view lines) {
    while (!lines.empty()) {
        size_t end = std::min(lines.find("\r\n"), lines.size());
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 2, lines.size()));
        size_t colon = line.find(':');
        if (colon == std::string_view::npos || is_of_http1(line.substr(0, colon))) continue;
        add(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
}

} // namespace http
