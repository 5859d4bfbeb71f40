// H2Guard — reads along where HTTP/2 frames begin, and counts those that cost us more than they
// cost the one who sends them.
//
// Each frame is legal by itself, so the library answers it; a client that sends nothing else keeps
// a core busy, or memory, with a few bytes a frame. So each kind has a rate that no honest client
// comes near, and a header block has a size: beyond, the connection is over (ENHANCE_YOUR_CALM).
// Counting is our own, before the library reads a byte, because its versions differ in what they
// count.
//
// Spec:   RFC 9113 §4.1, §6, §10.5; CVE-2019-9511..9518, CVE-2023-44487, CVE-2024-28182; row H-096.
// Errors: the kind that was too much; `taken` are the bytes before that frame's header ended.
// Life:   one per connection. Any way of cutting the input gives the same.
#pragma once

#include "base/rate.h"
#include "base/slice.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace http {

class H2Guard {
public:
    enum class Kind : uint8_t {
        Reset, // RST_STREAM of the client's, or one that it made us send
        Settings,
        Ping,
        EmptyData, // without END_STREAM
        Priority,
        WindowUpdate,
        Unknown,     // of no type that we know; extensions are to be ignored
        HeaderBlock, // its bytes or its frames
        None,
    };
    // A second, and for how many seconds at once. A browser that leaves a page resets what it had
    // open; it sends two or three SETTINGS, a PING each few seconds, and older ones half a dozen
    // PRIORITY frames. Updates of windows come with what we send.
    static constexpr std::array<base::Rate, 7> kRates = {
        base::Rate{.amount = 20, .burst = base::Duration(10'000)},  // 200 resets
        base::Rate{.amount = 2, .burst = base::Duration(10'000)},   // 20 SETTINGS
        base::Rate{.amount = 4, .burst = base::Duration(10'000)},   // 40 PINGs
        base::Rate{.amount = 10, .burst = base::Duration(10'000)},  // 100 empty DATA
        base::Rate{.amount = 50, .burst = base::Duration(10'000)},  // 500 PRIORITY
        base::Rate{.amount = 500, .burst = base::Duration(10'000)}, // 5,000 WINDOW_UPDATE
        base::Rate{.amount = 10, .burst = base::Duration(10'000)},  // 100 unknown
    };
    // Of one HEADERS frame and those that continue it. Fields beyond the limit for heads get their
    // 431 as long as they come in this.
    static constexpr size_t kBlockFrames = 8;
    static constexpr size_t kBlockBytes = size_t{64} * 1024;

    struct Step {
        size_t taken = 0;
        Kind excess = Kind::None;
    };
    // No further than to the end of a frame: each may be the last that is to be read.
    [[nodiscard]] Step read(base::ByteView in, base::TimePoint now);
    // A RST_STREAM that the client's fault made us send.
    [[nodiscard]] bool admits_reset(base::TimePoint now) { return admits(Kind::Reset, now); }

    // In the middle of a frame other than DATA, of a header block or of the preface: which one, so
    // that it can be told whether it still is the same. 0: between them.
    [[nodiscard]] uint32_t unfinished() const;

private:
    static constexpr size_t kPrefaceBytes = 24;
    static constexpr size_t kHeaderBytes = 9;

    [[nodiscard]] Kind on_header(base::TimePoint now);
    [[nodiscard]] Kind on_block_part(bool first);
    [[nodiscard]] Kind on_data(base::TimePoint now);
    [[nodiscard]] bool admits(Kind kind, base::TimePoint now);

    std::array<base::RateMeter, kRates.size()> meters_;
    std::array<uint8_t, kHeaderBytes> header_{};
    uint8_t header_size_ = 0;
    uint8_t type_ = 0;
    bool in_block_ = false;
    bool padding_next_ = false; // the next byte says how much of DATA is padding
    size_t preface_left_ = kPrefaceBytes;
    size_t payload_bytes_ = 0;
    size_t payload_left_ = 0;
    size_t block_bytes_ = 0;
    size_t block_frames_ = 0;
    uint32_t ordinal_ = 1; // of the frame or block at hand
};

[[nodiscard]] std::string_view to_string(H2Guard::Kind kind);

} // namespace http
