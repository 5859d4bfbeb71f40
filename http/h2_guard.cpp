#include "http/h2_guard.h"

#include <algorithm>

namespace http {

namespace {

// RFC 9113 §6: types of frames.
constexpr uint8_t kData = 0;
constexpr uint8_t kHeaders = 1;
constexpr uint8_t kPriority = 2;
constexpr uint8_t kRstStream = 3;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kPushPromise = 5;
constexpr uint8_t kPing = 6;
constexpr uint8_t kGoaway = 7;
constexpr uint8_t kWindowUpdate = 8;
constexpr uint8_t kContinuation = 9;
// And flags.
constexpr uint8_t kEndStream = 0x1;
constexpr uint8_t kAck = 0x1;
constexpr uint8_t kEndHeaders = 0x4;
constexpr uint8_t kPadded = 0x8;
constexpr size_t kFlagsAt = 4;

} // namespace

H2Guard::Step H2Guard::read(base::ByteView in, base::TimePoint now) {
    size_t at = std::min(in.size(), preface_left_);
    preface_left_ -= at;
    while (payload_left_ == 0 && at < in.size()) {
        header_[header_size_++] = static_cast<uint8_t>(in[at++]);
        if (header_size_ < kHeaderBytes) continue;
        header_size_ = 0;
        Kind excess = on_header(now);
        if (excess != Kind::None || payload_left_ == 0) return {.taken = at, .excess = excess};
    }
    if (padding_next_ && at < in.size()) {
        padding_next_ = false;
        auto padding = static_cast<uint8_t>(in[at++]);
        --payload_left_;
        if (padding + 1U >= payload_bytes_ && !admits(Kind::EmptyData, now)) {
            return {.taken = at, .excess = Kind::EmptyData};
        }
    }
    size_t skipped = std::min(in.size() - at, payload_left_);
    payload_left_ -= skipped;
    return {.taken = at + skipped};
}

H2Guard::Kind H2Guard::on_header(base::TimePoint now) {
    payload_bytes_ =
        static_cast<size_t>(header_[0]) << 16U | static_cast<size_t>(header_[1]) << 8U | header_[2];
    payload_left_ = payload_bytes_;
    type_ = header_[3];
    if (type_ != kContinuation) {
        in_block_ = false;
        ++ordinal_;
    }
    Kind kind = Kind::None;
    switch (type_) {
    case kData: return on_data(now);
    case kHeaders: return on_block_part(true);
    case kContinuation: return on_block_part(false);
    case kPriority: kind = Kind::Priority; break;
    case kRstStream: kind = Kind::Reset; break;
    case kSettings:
        // Ours are acknowledged once, and the library looks after the order.
        kind =
            (header_[kFlagsAt] & kAck) != 0 && payload_bytes_ == 0 ? Kind::Unknown : Kind::Settings;
        break;
    case kPing: kind = Kind::Ping; break;
    case kWindowUpdate: kind = Kind::WindowUpdate; break;
    case kPushPromise: // the library ends the connection
    case kGoaway: return Kind::None;
    default: kind = Kind::Unknown; break;
    }
    return admits(kind, now) ? Kind::None : kind;
}

H2Guard::Kind H2Guard::on_data(base::TimePoint now) {
    if ((header_[kFlagsAt] & kEndStream) != 0) return Kind::None;
    padding_next_ = (header_[kFlagsAt] & kPadded) != 0 && payload_bytes_ > 0;
    if (payload_bytes_ > 0) return Kind::None;
    return admits(Kind::EmptyData, now) ? Kind::None : Kind::EmptyData;
}

H2Guard::Kind H2Guard::on_block_part(bool first) {
    if (first) block_bytes_ = block_frames_ = 0;
    block_bytes_ += payload_bytes_;
    ++block_frames_;
    in_block_ = (header_[kFlagsAt] & kEndHeaders) == 0;
    bool too_much = block_bytes_ > kBlockBytes || block_frames_ > kBlockFrames;
    return too_much ? Kind::HeaderBlock : Kind::None;
}

bool H2Guard::admits(Kind kind, base::TimePoint now) {
    const base::Rate& rate = kRates[static_cast<size_t>(kind)];
    base::RateMeter& meter = meters_[static_cast<size_t>(kind)];
    if (!meter.admits(rate, now)) return false;
    meter.charge(rate, 1, now);
    return true;
}

uint32_t H2Guard::unfinished() const {
    bool in_frame = header_size_ > 0 || (payload_left_ > 0 && type_ != kData);
    return in_frame || in_block_ || preface_left_ > 0 ? ordinal_ : 0;
}

std::string_view to_string(H2Guard::Kind kind) {
    switch (kind) {
    case H2Guard::Kind::Reset: return "reset";
    case H2Guard::Kind::Settings: return "settings";
    case H2Guard::Kind::Ping: return "ping";
    case H2Guard::Kind::EmptyData: return "empty-data";
    case H2Guard::Kind::Priority: return "priority";
    case H2Guard::Kind::WindowUpdate: return "window-update";
    case H2Guard::Kind::Unknown: return "unknown-frames";
    case H2Guard::Kind::HeaderBlock: return "header-block";
    case H2Guard::Kind::None: return "none";
    }
    return "none";
}

} // namespace http
