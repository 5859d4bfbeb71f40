// RareString — text that most of very many objects do not have: one pointer where it is empty.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base {

class RareString {
public:
    RareString() = default;
    RareString(std::string_view text) // NOLINT(google-explicit-constructor): it is one
        : text_(text.empty() ? nullptr : std::make_unique<const std::string>(text)) {}
    RareString(const RareString& other) : RareString(other.view()) {}
    RareString(RareString&& other) noexcept = default;
    RareString& operator=(RareString other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~RareString() = default;

    [[nodiscard]] std::string_view view() const {
        return text_ ? std::string_view(*text_) : std::string_view();
    }
    [[nodiscard]] bool empty() const { return !text_; }
    friend bool operator==(const RareString& one, std::string_view other) {
        return one.view() == other;
    }

private:
    std::unique_ptr<const std::string> text_; // null: empty
};

} // namespace base
