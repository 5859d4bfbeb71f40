// Json — a value of JSON, as the admin API takes and gives it and webhooks tell it. The one door to
// the library behind.
// Spec:   RFC 8259. Numbers are whole, or doubles.
// Errors: parse() gives nothing for what is no JSON. Bytes that are no UTF-8 are written as U+FFFD.
// Life:   a value; an object keeps the order of its members.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace base {

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default; // null
    // NOLINTBEGIN(google-explicit-constructor): all of these are one
    Json(std::same_as<bool> auto value) : value_(value) {}
    template <std::integral Number>
        requires(!std::same_as<Number, bool>)
    Json(Number value) : value_(static_cast<int64_t>(value)) {}
    Json(double value) : value_(value) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    // NOLINTEND(google-explicit-constructor)
    // What is empty is not known: null.
    [[nodiscard]] static Json or_null(std::string_view text) {
        return text.empty() ? Json() : Json(text);
    }

    [[nodiscard]] static std::optional<Json> parse(std::string_view text);
    [[nodiscard]] std::string text() const;

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value_); }
    // What it is not is nothing, or has nothing in it.
    [[nodiscard]] std::optional<bool> boolean() const;
    [[nodiscard]] std::optional<int64_t> integer() const;
    [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const Array& array() const;
    [[nodiscard]] const Object& object() const;
    // A member of an object; null where there is none.
    [[nodiscard]] const Json& operator[](std::string_view name) const;
    template <class Visit>
    auto visit(Visit&& visit) const {
        return std::visit(visit, value_);
    }
    // For people: a string as it is, nothing for null.
    [[nodiscard]] std::string words() const;

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

} // namespace base
