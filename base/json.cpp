#include "base/json.h"

#include <nlohmann/json.hpp>

namespace base {

namespace {

using Library = nlohmann::ordered_json;

Json from_library(const Library& value) {
    switch (value.type()) {
    case Library::value_t::boolean: return value.get<bool>();
    case Library::value_t::number_integer:
    case Library::value_t::number_unsigned: return value.get<int64_t>();
    case Library::value_t::number_float: return value.get<double>();
    case Library::value_t::string: return value.get<std::string>();
    case Library::value_t::array: {
        Json::Array all;
        for (const Library& each : value) all.push_back(from_library(each));
        return all;
    }
    case Library::value_t::object: {
        Json::Object all;
        for (const auto& [name, each] : value.items()) all.emplace_back(name, from_library(each));
        return all;
    }
    default: return {};
    }
}

struct ToLibrary {
    Library operator()(std::monostate) const { return nullptr; }
    Library operator()(const auto& plain) const { return plain; }
    Library operator()(const Json::Array& all) const {
        Library made = Library::array();
        for (const Json& each : all) made.push_back(each.visit(*this));
        return made;
    }
    Library operator()(const Json::Object& all) const {
        Library made = Library::object();
        for (const auto& [name, each] : all) made[name] = each.visit(*this);
        return made;
    }
};

} // namespace

std::optional<Json> Json::parse(std::string_view text) {
    auto read = Library::parse(text, nullptr, false);
    if (read.is_discarded()) return std::nullopt;
    return from_library(read);
}

std::string Json::text() const {
    return visit(ToLibrary{}).dump(-1, ' ', false, Library::error_handler_t::replace);
}

std::optional<bool> Json::boolean() const {
    const bool* found = std::get_if<bool>(&value_);
    return found != nullptr ? std::optional(*found) : std::nullopt;
}

std::optional<int64_t> Json::integer() const {
    const int64_t* found = std::get_if<int64_t>(&value_);
    return found != nullptr ? std::optional(*found) : std::nullopt;
}

const Json::Array& Json::array() const {
    static const Array none;
    const Array* found = std::get_if<Array>(&value_);
    return found != nullptr ? *found : none;
}

const Json::Object& Json::object() const {
    static const Object none;
    const Object* found = std::get_if<Object>(&value_);
    return found != nullptr ? *found : none;
}

const Json& Json::operator[](std::string_view name) const {
    static const Json null;
    for (const auto& [each, value] : object()) {
        if (each == name) return value;
    }
    return null;
}

std::string Json::words() const {
    if (is_null()) return {};
    const std::string* plain = string();
    return plain != nullptr ? *plain : text();
}

} // namespace base
