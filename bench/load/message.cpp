#include "bench/load/message.h"

#include "bench/load/glance.h"

#include <charconv>
#include <cstdint>

namespace load {

MessageWriter::MessageWriter(size_t text_bytes) : tail_("'><body>") {
    constexpr std::string_view kText = "All work and no play makes Jack a dull boy. ";
    for (size_t at = 0; at < text_bytes; ++at) tail_ += kText[at % kText.size()];
    tail_ += "</body></message>";
}

base::ByteView MessageWriter::write(std::string_view to, Instant due) {
    message_ = "<message xmlns='jabber:client' type='chat' to='";
    message_.append(to).append("' id='").append(std::to_string(due.time_since_epoch().count()));
    return message_.append(tail_);
}

std::optional<Instant> due_of(base::ByteView stanza) {
    if (local_name(stanza) != "message" || attribute(stanza, "type") == "error") return {};
    std::string_view id = attribute(stanza, "id");
    int64_t count = 0;
    auto [rest, error] = std::from_chars(id.data(), id.data() + id.size(), count);
    if (id.empty() || error != std::errc() || rest != id.data() + id.size()) return {};
    return Instant(Nanoseconds(count));
}

} // namespace load
