// The messages of a run: they carry in their id when they were due, so that whoever gets one knows
// how long it took.
#pragma once

#include "base/slice.h"
#include "bench/load/instant.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace load {

class MessageWriter {
public:
    // Text of so many bytes in each.
    explicit MessageWriter(size_t text_bytes);

    // Valid until the next call.
    [[nodiscard]] base::ByteView write(std::string_view to, Instant due);

private:
    std::string tail_;
    std::string message_;
};

// nullopt: it is none of these, or came back because nobody took it.
[[nodiscard]] std::optional<Instant> due_of(base::ByteView stanza);

} // namespace load
