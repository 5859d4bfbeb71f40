#include "http/content_coder.h"

#include "base/error.h"

#define ZLIB_CONST
#include <algorithm>
#include <array>
#include <zlib.h>

namespace http {

namespace {

// S-013. XML shrinks to a tenth, long runs of one character to a thousandth. Who sends little may
// not make us read much; up to the first figure the ratio does not matter.
constexpr size_t kAnyRatioBytes = 16 * 1024;
constexpr size_t kMaxRatio = 100;

// The format, as zlib wants to hear it: the size of the window, in bits, and a mark.
constexpr int kZlib = 15;
constexpr int kGzip = 15 + 16;
constexpr int kRaw = -15;

constexpr size_t kPieceBytes = 8 * 1024;
using Piece = std::array<char, kPieceBytes>;

void set_input(z_stream& stream, ByteView bytes) {
    stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
}

void set_output(z_stream& stream, Piece& piece) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
}

ByteView output(const z_stream& stream, const Piece& piece) {
    return {piece.data(), piece.size() - stream.avail_out};
}

// RFC 1950 §2.2: deflate, a window of at most 32 KiB, and the check that makes 31 divide the two.
bool has_zlib_header(ByteView bytes) {
    if (bytes.size() < 2) return false;
    auto method = static_cast<uint8_t>(bytes[0]);
    auto flags = static_cast<uint8_t>(bytes[1]);
    return (method & 0x0F) == Z_DEFLATED && (method >> 4) <= 7 && (method * 256 + flags) % 31 == 0;
}

int format_of(ContentCoding coding, ByteView coded) {
    if (coding == ContentCoding::Gzip) return kGzip;
    return has_zlib_header(coded) ? kZlib : kRaw;
}

} // namespace

class ContentCoder::Inflater {
public:
    Inflater() { CM_ASSERT(inflateInit2(&stream_, kZlib) == Z_OK); } // else: out of memory
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    std::expected<base::Slice, DecodeFault> run(ByteView coded, int format, size_t max_bytes,
                                                base::SlicePool& pool) {
        CM_ASSERT(inflateReset2(&stream_, format) == Z_OK);
        base::SliceBuilder plain(pool);
        Piece piece;
        set_input(stream_, coded);
        for (int result = Z_OK; result != Z_STREAM_END;) {
            set_output(stream_, piece);
            result = inflate(&stream_, Z_NO_FLUSH);
            // A preset dictionary (Z_NEED_DICT) is nothing that HTTP knows; no progress
            // (Z_BUF_ERROR) means that the end is missing.
            if (result != Z_OK && result != Z_STREAM_END) {
                return std::unexpected(DecodeFault::Broken);
            }
            ByteView bytes = output(stream_, piece);
            if (bytes.size() > max_bytes - plain.size()) {
                return std::unexpected(DecodeFault::TooLarge);
            }
            plain.append(bytes);
        }
        if (stream_.avail_in > 0) return std::unexpected(DecodeFault::Broken);
        return plain.take();
    }

private:
    z_stream stream_{};
};

ContentCoder::ContentCoder(base::SlicePool& pool) : pool_(pool) {}

ContentCoder::~ContentCoder() = default;

std::expected<base::Slice, DecodeFault> ContentCoder::decode(ContentCoding coding, ByteView coded,
                                                             size_t max_bytes) {
    CM_ASSERT(coding != ContentCoding::Identity);
    if (!inflater_) inflater_ = std::make_unique<Inflater>();
    size_t plausible = kAnyRatioBytes + kMaxRatio * coded.size();
    return inflater_->run(coded, format_of(coding, coded), std::min(max_bytes, plausible), pool_);
}

base::SliceChain ContentCoder::encode(ContentCoding coding, const base::SliceChain& body) {
    CM_ASSERT(coding != ContentCoding::Identity);
    bool gzip = coding == ContentCoding::Gzip;
    std::unique_ptr<Deflater>& deflater = gzip ? gzip_ : deflate_;
    if (!deflater) deflater = std::make_unique<Deflater>(gzip ? kGzip : kZlib);
    base::SliceBuilder coded(pool_);
    deflater->run(body, Deflater::End::Last, coded);
    return base::SliceChain(coded.take());
}

} // namespace http
