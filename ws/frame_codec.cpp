#include "ws/frame_codec.h"

#include "base/error.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ws {

namespace {

constexpr size_t kMaxControlBytes = 125;
constexpr size_t kMaskBytes = 4;
constexpr uint8_t kLength16 = 126; // the length is in the next two bytes
constexpr uint8_t kLength64 = 127; // or in the next eight
constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kCompressed = 0x40; // RSV1
constexpr size_t kFragmentBytes = 64UL * 1024;

uint64_t big_endian(const uint8_t* bytes, size_t count) {
    uint64_t value = 0;
    for (size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
    return value;
}

bool is_opcode(uint8_t opcode) {
    return opcode <= static_cast<uint8_t>(Opcode::Binary) ||
           (opcode >= static_cast<uint8_t>(Opcode::Close) &&
            opcode <= static_cast<uint8_t>(Opcode::Pong));
}

} // namespace

void unmask(char* out, ByteView in, const uint8_t* mask, size_t at) {
    std::array<uint8_t, sizeof(uint64_t)> turned{};
    for (size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(at + i) % kMaskBytes];
    uint64_t key = 0;
    std::memcpy(&key, turned.data(), sizeof key);
    size_t done = 0;
    for (; in.size() - done >= sizeof key; done += sizeof key) {
        uint64_t word = 0;
        std::memcpy(&word, in.data() + done, sizeof word);
        word ^= key;
        std::memcpy(out + done, &word, sizeof word);
    }
    for (size_t i = 0; done < in.size(); ++i, ++done) {
        out[done] = static_cast<char>(static_cast<uint8_t>(in[done]) ^ turned[i]);
    }
}

// ---------------------------------------------------------------------------- reading

FrameReader::Step FrameReader::feed(ByteView in) {
    Step step;
    size_t offered = in.size();
    bool goes_on = state_ != State::Failed;
    if (!goes_on) fail(step, CloseCode::ProtocolError, "used after a fault");
    while (goes_on) {
        if (state_ == State::Header) {
            if (in.empty()) break;
            header_[header_bytes_++] = static_cast<uint8_t>(in.front());
            in.remove_prefix(1);
            goes_on = begin_frame(step);
        } else {
            goes_on = take_payload(in, step);
        }
    }
    step.taken = offered - in.size();
    return step;
}

size_t FrameReader::header_size() const {
    uint8_t length = header_[1] & 0x7F;
    size_t extended = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
    return 2 + extended + kMaskBytes;
}

// What the first two bytes say.
const char* FrameReader::check_start() const {
    bool begins = opcode() == static_cast<uint8_t>(Opcode::Text) ||
                  opcode() == static_cast<uint8_t>(Opcode::Binary);
    uint8_t reserved = header_[0] & 0x70;
    if (reserved != 0 && (reserved != kCompressed || !deflate_ || !begins)) return "reserved bits";
    if (!is_opcode(opcode())) return "reserved opcode";
    if ((header_[1] & 0x80) == 0) return "frame without a mask";
    if (is_control()) {
        if (!is_final()) return "control frame in fragments";
        return (header_[1] & 0x7F) > kMaxControlBytes ? "control frame too long" : nullptr;
    }
    if (begins && fragments_ > 0) return "message inside of another";
    if (!begins && fragments_ == 0) return "continuation of nothing";
    return nullptr;
}

uint64_t FrameReader::announced_bytes() const {
    uint8_t length = header_[1] & 0x7F;
    if (length == kLength16) return big_endian(&header_[2], 2);
    if (length == kLength64) return big_endian(&header_[2], 8);
    return length;
}

// A byte of the header was taken. False if there is a step to report.
bool FrameReader::begin_frame(Step& step) {
    if (header_bytes_ < 2) return true;
    if (header_bytes_ == 2) {
        if (const char* fault = check_start()) {
            fail(step, CloseCode::ProtocolError, fault);
            return false;
        }
    }
    // The mask comes last; everything else is known before it.
    size_t size = header_size();
    if (header_bytes_ == size - kMaskBytes) {
        uint8_t length = header_[1] & 0x7F;
        left_ = announced_bytes();
        if ((length == kLength16 && left_ < kLength16) ||
            (length == kLength64 && (left_ <= UINT16_MAX || left_ >> 63 != 0))) {
            fail(step, CloseCode::ProtocolError, "length not in its shortest form");
            return false;
        }
        if (!is_control()) {
            if (left_ > limits_.max_message_bytes - message_.size()) {
                fail(step, CloseCode::TooBig, "message too long");
                return false;
            }
            if (opcode() == static_cast<uint8_t>(Opcode::Binary)) {
                fail(step, CloseCode::Unsupported, "binary message");
                return false;
            }
            if (++fragments_ > limits_.max_fragments) {
                fail(step, CloseCode::TooBig, "too many fragments");
                return false;
            }
            if (fragments_ == 1) compressed_ = (header_[0] & kCompressed) != 0;
        }
    }
    if (header_bytes_ < size) return true;
    state_ = State::Payload;
    mask_at_ = 0;
    return true;
}

bool FrameReader::take_payload(ByteView& in, Step& step) {
    size_t count = std::min<uint64_t>(left_, in.size());
    if (count > 0) {
        char* place = target().extend(count);
        unmask(place, in.substr(0, count), &header_[header_bytes_ - kMaskBytes], mask_at_);
        in.remove_prefix(count);
        left_ -= count;
        mask_at_ = static_cast<uint8_t>((mask_at_ + count) % kMaskBytes);
        if (!is_control() && !compressed_ && !text_.feed({place, count})) {
            fail(step, CloseCode::BadPayload, "text is not UTF-8");
            return false;
        }
    }
    if (left_ > 0) return count > 0 && !in.empty();
    state_ = State::Header;
    header_bytes_ = 0;
    return finish_frame(step);
}

bool FrameReader::finish_frame(Step& step) {
    switch (static_cast<Opcode>(opcode())) {
    case Opcode::Ping:
        step.kind = Step::Kind::Ping;
        step.payload = control_.take();
        return false;
    case Opcode::Pong:
        step.kind = Step::Kind::Pong;
        step.payload = control_.take();
        return false;
    case Opcode::Close: finish_close(step); return false;
    default:
        if (!is_final()) return true;
        finish_message(step);
        return false;
    }
}

void FrameReader::finish_message(Step& step) {
    if (!compressed_ && !text_.complete()) {
        fail(step, CloseCode::BadPayload, "text ends inside a character");
        return;
    }
    step.kind = Step::Kind::Message;
    step.compressed = std::exchange(compressed_, false);
    step.payload = message_.take();
    fragments_ = 0;
    text_ = {};
}

void FrameReader::finish_close(Step& step) {
    ByteView payload = control_.view();
    Utf8Check reason;
    if (payload.size() == 1) {
        fail(step, CloseCode::ProtocolError, "half a close code");
    } else if (payload.size() > 2 && (!reason.feed(payload.substr(2)) || !reason.complete())) {
        fail(step, CloseCode::BadPayload, "reason is not UTF-8");
    } else {
        step.kind = Step::Kind::Close;
        if (!payload.empty()) {
            step.code = static_cast<uint16_t>(
                big_endian(reinterpret_cast<const uint8_t*>(payload.data()), 2));
            if (!may_be_sent(step.code)) {
                fail(step, CloseCode::ProtocolError, "close code that nobody sends");
            }
        }
        step.payload = control_.take();
    }
}

void FrameReader::abandon() {
    state_ = State::Failed;
    (void)message_.take();
    (void)control_.take();
}

void FrameReader::fail(Step& step, CloseCode code, const char* what) {
    abandon();
    step.kind = Step::Kind::Fault;
    step.code = static_cast<uint16_t>(code);
    step.what = what;
}

// ---------------------------------------------------------------------------- writing

namespace {

class Header {
public:
    Header(uint8_t first, uint64_t length) {
        bytes_[0] = static_cast<char>(first);
        if (length <= kMaxControlBytes) {
            bytes_[1] = static_cast<char>(length);
            return;
        }
        size_t extended = length <= UINT16_MAX ? 2 : 8;
        bytes_[1] = static_cast<char>(extended == 2 ? kLength16 : kLength64);
        for (size_t i = 0; i < extended; ++i) {
            bytes_[size_++] = static_cast<char>(length >> (8 * (extended - 1 - i)) & 0xFF);
        }
    }
    [[nodiscard]] base::ByteView view() const { return {bytes_.data(), size_}; }

private:
    std::array<char, 10> bytes_{};
    size_t size_ = 2;
};

} // namespace

void append_message(base::SliceChain& out, base::SlicePool& pool, const base::SliceChain& text,
                    bool compressed) {
    size_t left = text.size_bytes();
    auto first = static_cast<uint8_t>(Opcode::Text);
    if (compressed) first |= kCompressed;
    if (left <= base::kPackedBytes) {
        Header header(first | kFinal, left);
        base::SliceBuilder frame(pool, header.view().size() + left);
        out.push(frame.append(header.view()).append(text).take());
        return;
    }
    auto slice = text.begin();
    size_t slice_at = 0;
    do {
        size_t length = std::min(left, kFragmentBytes);
        left -= length;
        Header header(left == 0 ? first | kFinal : first, length);
        out.push(base::Slice::copy(pool, header.view()));
        first = static_cast<uint8_t>(Opcode::Continuation);
        while (length > 0) {
            base::Slice part = slice->sub(slice_at, length);
            length -= part.size();
            slice_at += part.size();
            if (slice_at == slice->size()) {
                ++slice;
                slice_at = 0;
            }
            out.push(std::move(part));
        }
    } while (left > 0);
}

void append_control(base::SliceChain& out, base::SlicePool& pool, Opcode opcode,
                    const base::Slice& payload) {
    CM_ASSERT(payload.size() <= kMaxControlBytes);
    Header header(static_cast<uint8_t>(opcode) | kFinal, payload.size());
    base::SliceBuilder frame(pool, header.view().size() + payload.size());
    out.push(frame.append(header.view()).append(payload.view()).take());
}

void append_close(base::SliceChain& out, base::SlicePool& pool, uint16_t code) {
    std::array<char, 2> bytes{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    append_control(out, pool, Opcode::Close,
                   code == 0 ? base::Slice()
                             : base::Slice::copy(pool, {bytes.data(), bytes.size()}));
}

} // namespace ws
