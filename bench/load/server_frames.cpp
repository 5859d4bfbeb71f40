#include "bench/load/server_frames.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace load {

namespace {

constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kMasked = 0x80;
constexpr uint8_t kOpcode = 0x0F;
constexpr uint8_t kControl = 0x08;
constexpr uint8_t kLength16 = 126;
constexpr uint8_t kLength64 = 127;
constexpr uint64_t kMostBytes = 16UL * 1024 * 1024; // of one frame; a server that sends more is ill

size_t length_bytes(uint8_t length) {
    return length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
}

void append_big_endian(base::SliceBuilder& out, uint64_t value, size_t bytes) {
    while (bytes > 0) out.append(static_cast<char>(value >> 8 * --bytes & 0xFF));
}

} // namespace

ServerFrames::Step ServerFrames::next(base::ByteView& in) {
    if (told_) {
        told_ = false;
        ((header_[0] & kControl) != 0 ? control_ : message_).clear();
        header_.clear();
    }
    while (!in.empty() || (in_payload_ && left_ == 0)) {
        if (!in_payload_) {
            header_ += in.front();
            in.remove_prefix(1);
            if (header_.size() < 2) continue;
            auto length = static_cast<uint8_t>(header_[1]);
            if ((length & kMasked) != 0) return {.kind = Step::Kind::Fault};
            if (header_.size() < 2 + length_bytes(length)) continue;
            left_ = length_bytes(length) == 0 ? length : 0;
            for (size_t i = 2; i < header_.size(); ++i) {
                left_ = left_ << 8 | static_cast<uint8_t>(header_[i]);
            }
            if (left_ > kMostBytes) return {.kind = Step::Kind::Fault};
            in_payload_ = true;
        }
        base::ByteView part = in.substr(0, std::min<uint64_t>(left_, in.size()));
        ((header_[0] & kControl) != 0 ? control_ : message_) += part;
        in.remove_prefix(part.size());
        left_ -= part.size();
        if (left_ > 0) break;
        in_payload_ = false;
        if (Step step = finish_frame(); step.kind != Step::Kind::NeedMore) return step;
    }
    return {};
}

ServerFrames::Step ServerFrames::finish_frame() {
    using Kind = Step::Kind;
    auto first = static_cast<uint8_t>(header_[0]);
    if ((first & kControl) == 0 && (first & kFinal) == 0) { // the message goes on
        header_.clear();
        return {};
    }
    told_ = true;
    switch (static_cast<ws::Opcode>(first & kOpcode)) {
    case ws::Opcode::Continuation:
    case ws::Opcode::Text: return {.kind = Kind::Message, .payload = message_};
    case ws::Opcode::Ping: return {.kind = Kind::Ping, .payload = control_};
    case ws::Opcode::Pong: return {.kind = Kind::Pong, .payload = control_};
    case ws::Opcode::Close:
        return {.kind = Kind::Close,
                .payload = base::ByteView(control_).substr(std::min<size_t>(2, control_.size()))};
    default: return {.kind = Kind::Fault};
    }
}

void append_frame(base::SliceBuilder& out, ws::Opcode opcode, base::ByteView payload,
                  uint32_t key) {
    out.append(static_cast<char>(kFinal | static_cast<uint8_t>(opcode)));
    if (payload.size() < kLength16) {
        out.append(static_cast<char>(kMasked | payload.size()));
    } else if (payload.size() <= UINT16_MAX) {
        out.append(static_cast<char>(kMasked | kLength16));
        append_big_endian(out, payload.size(), 2);
    } else {
        out.append(static_cast<char>(kMasked | kLength64));
        append_big_endian(out, payload.size(), 8);
    }
    std::array<uint8_t, sizeof key> mask{};
    std::memcpy(mask.data(), &key, sizeof key);
    out.append({reinterpret_cast<const char*>(mask.data()), mask.size()});
    if (payload.empty()) return;
    ws::unmask(out.extend(payload.size()), payload, mask.data(), 0); // its own inverse
}

} // namespace load
