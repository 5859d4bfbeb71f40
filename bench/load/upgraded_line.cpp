#include "bench/load/upgraded_line.h"

#include "bench/load/browser_head.h"

namespace load {

void UpgradedLine::on_line_up(Line& /*line*/) {
    line_.write(base::SliceChain(
        base::Slice::copy(context_.env.pool, upgrade_head(context_.host, context_.path))));
}

void UpgradedLine::on_line_bytes(Line& /*line*/, base::ByteView bytes) {
    if (!open_) {
        if (!take_handshake(bytes)) return;
        open_ = true;
        listener_.on_open();
    }
    if (line_.state() == Line::State::Up) listener_.on_frame_bytes(bytes);
}

// False: there is more to come, or it was refused.
bool UpgradedLine::take_handshake(base::ByteView& bytes) {
    size_t before = head_.size();
    head_ += bytes;
    size_t end = head_.find(kEndOfHead);
    if (end == std::string::npos) return false;
    bytes.remove_prefix(end + kEndOfHead.size() - before);
    if (!head_.starts_with("HTTP/1.1 101 ")) {
        listener_.on_refused("http " + head_.substr(head_.find(' ') + 1, 3));
        return false;
    }
    head_ = {};
    return true;
}

} // namespace load
