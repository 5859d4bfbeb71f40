// HttpAnswer — an answer of HTTP/1.1 out of bytes as they come, for a client whose server says how
// long bodies are.
// Spec:   RFC 9112 §4, §6.3.
// Errors: State::Fault: no answer, or one of a length that is not told. Of no use afterwards.
// Life:   what it shows is valid until clear().
#pragma once

#include "base/slice.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace load {

class HttpAnswer {
public:
    enum class State : uint8_t { Head, Body, Whole, Fault };

    // Takes what belongs to the answer off the front of `in`.
    State feed(base::ByteView& in);
    // For the next one.
    void clear();

    [[nodiscard]] bool begun() const { return !bytes_.empty(); }
    [[nodiscard]] std::string_view status() const { return status_; } // "200"
    [[nodiscard]] base::ByteView body() const { return base::ByteView(bytes_).substr(head_end_); }
    [[nodiscard]] bool ends_connection() const { return ends_connection_; }

private:
    [[nodiscard]] bool read_head();

    std::string bytes_;
    std::string status_;
    size_t head_end_ = 0;
    size_t body_bytes_ = 0;
    bool ends_connection_ = false;
    State state_ = State::Head;
};

} // namespace load
