// H2Answer — an answer as HTTP/2 has it: fields with names in lower case, and the body's slices.
// Spec:   RFC 9113 §8.2, §8.3.2; rows H-003, H-010, H-035, H-036, H-096.
// Life:   a value; its fields are views into itself.
#pragma once

#include "http/response_writer.h"

#include <string>
#include <string_view>
#include <vector>

namespace http {

class H2Answer {
public:
    // Takes what write_response() takes; the fields that are of one connection of HTTP/1 are left
    // out.
    H2Answer(Response&& response, const ResponseContext& context);

    struct Field {
        std::string_view name, value;
    };
    [[nodiscard]] std::vector<Field> fields() const; // :status is the first
    [[nodiscard]] base::SliceChain take_body() { return std::move(body_); }

private:
    struct Place {
        size_t name_at, name_size, value_size; // the value follows
    };
    void add(std::string_view name, std::string_view value);
    void add_lines(std::string_view lines);

    std::string text_;
    std::vector<Place> places_;
    base::SliceChain body_;
};

} // namespace http
