// RareString — text that most of very many objects do not have: one pointer where it is empty, and
// one block of its own size where it is not.
// Life:   a value. What is kept ends at the first NUL, which nothing of XML or HTTP has in it.
#pragma once

#include <memory>
#include <string_view>

namespace base {

class RareString {
public:
    RareString() = default;
    RareString(std::string_view text) { // NOLINT(google-explicit-constructor): it is one
        if (text.empty()) return;
        text_ = std::make_unique_for_overwrite<char[]>(text.size() + 1);
        text.copy(text_.get(), text.size());
        text_[text.size()] = '\0';
    }
    RareString(const RareString& other) : RareString(other.view()) {}
    RareString(RareString&& other) noexcept = default;
    RareString& operator=(RareString other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~RareString() = default;

    [[nodiscard]] std::string_view view() const {
        return text_ ? std::string_view(text_.get()) : std::string_view();
    }
    [[nodiscard]] bool empty() const { return !text_; }
    friend bool operator==(const RareString& one, std::string_view other) {
        return one.view() == other;
    }

private:
    std::unique_ptr<char[]> text_; // null: empty
};

} // namespace base
